import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { packageRoot } from '../../src/package.ts'
import { noNative } from './native.ts'
import { shortFolder } from './short-folder.ts'

/** The program, as `npm test` has built it. */
export const PROGRAM = join(packageRoot, 'dist/src/privileged/main.js')
/** Users that are nobody's. */
export const DAEMON_USER = 64_123
export const OTHER_USER = 64_124

/** Why the program cannot be tried with other users here, or false. */
export function noOtherUsers(): string | false {
  if (process.getuid?.() !== 0) return 'takes root, to become other users'
  for (const tool of ['setpriv', 'unshare', 'mount', 'python3']) {
    if (spawnSync(tool, ['--version']).error !== undefined) return `there is no ${tool}`
  }
  if (spawnSync('unshare', ['--mount', 'true']).status !== 0)
    return 'mounts of its own are not permitted'
  return noNative()
}

/** The program behind a socket, in a process of its own that is started when somebody connects. */
export interface RunningProgram {
  socket: string
  /** What it has put on record so far. */
  audited: () => Record<string, unknown>[]
  /** The next line of `pid N`, `ended STATUS`, or of the program itself that fits. */
  says: (line: RegExp) => Promise<RegExpExecArray>
}

/** How the program is run. */
export interface ProgramOptions {
  mode?: string
  words?: readonly string[]
  /** Commands of the machine, by name: shell scripts that come before what is installed. */
  tools?: Readonly<Record<string, string>>
  /** Files that are put in the place of others for it, by path. */
  files?: Readonly<Record<string, string>>
}

/** Has it started for whoever connects; it is ended after the test. */
export async function startProgram(
  t: { teardown: (over: () => unknown) => void },
  options: ProgramOptions = {},
): Promise<RunningProgram> {
  const folder = shortFolder(t)
  const socket = join(folder, 'socket')
  const words = options.words ?? ['--user', String(DAEMON_USER), '--idle-seconds', '0']
  const activate = [
    'python3',
    join(packageRoot, 'test/support/activate.py'),
    socket,
    options.mode ?? '666',
  ]
  const program = [process.execPath, PROGRAM, ...words]
  const command = inOwnMounts(folder, options, [...activate, ...program])
  const child = spawn(command[0] ?? '', command.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines: string[] = []
  const looks: (() => void)[] = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    for (const look of looks.splice(0)) look()
  })
  let at = 0
  const says = async (wanted: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      for (; at < lines.length; at += 1) {
        const found = wanted.exec(lines[at] ?? '')
        if (found !== null) {
          at += 1
          return found
        }
      }
      await new Promise<void>((resolve) => looks.push(resolve))
    }
  }
  t.teardown(async () => {
    const running = lines.findLast((line) => /^(?:pid|ended) /.test(line)) ?? ''
    child.stdin.end()
    if (running.startsWith('pid ')) process.kill(Number(running.slice(4)), 'SIGKILL')
    if (child.exitCode === null) await once(child, 'exit')
  })
  await says(/^listening$/)
  const audited = () =>
    lines
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  return { socket, audited, says }
}

/** The command line that runs another where these tools and files are in the place of the machine's. */
export function inOwnMounts(
  folder: string,
  { tools, files = {} }: Pick<ProgramOptions, 'tools' | 'files'>,
  command: readonly string[],
): string[] {
  const mounts = Object.entries(files).map(([path, source]) => `mount --bind ${source} ${path}`)
  if (tools !== undefined) {
    const bin = join(folder, 'tools')
    mkdirSync(bin)
    for (const [name, script] of Object.entries(tools)) {
      writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`)
      chmodSync(join(bin, name), 0o755)
    }
    // The first place that commands are looked for (src/host/process.ts).
    mounts.push(`mount --bind ${bin} /usr/local/sbin`)
  }
  if (mounts.length === 0) return [...command]
  const script = [...mounts, 'exec "$@"'].join(' && ')
  return ['unshare', '--mount', 'sh', '-c', script, 'sh', ...command]
}

/**
 * What another user gets from a socket whom it is sent a greeting and a request, in hex: everything that comes until
 * the connection ends.
 */
export async function asUser(uid: number, socket: string, sent: Buffer): Promise<Buffer> {
  const script = `
    const chunks = []
    const socket = require('node:net').connect(process.argv[1])
    socket.on('data', (chunk) => chunks.push(chunk)).on('error', (error) => chunks.push(Buffer.from(error.code)))
    socket.on('close', () => process.stdout.write(Buffer.concat(chunks).toString('hex')))
    socket.write(Buffer.from(process.argv[2], 'hex'))`
  const user = [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups']
  const node = ['env', '-i', process.execPath, '-e', script, socket, sent.toString('hex')]
  const child = spawn('setpriv', [...user, ...node], {
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let hex = ''
  child.stdout.on('data', (chunk: Buffer) => (hex += chunk.toString()))
  await once(child, 'close')
  return Buffer.from(hex, 'hex')
}
