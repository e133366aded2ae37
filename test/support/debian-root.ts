import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { packageRoot } from '../../src/package.ts'
import { lacks } from './peer.ts'

interface Roots {
  debianRoot: () => Promise<string>
  Unavailable: abstract new () => Error
}

/** Why there can be no root of Debian here; false when there can be one. */
export const noDebianRoot: string | false =
  (process.getuid?.() !== 0 && 'a root of Debian takes root') ||
  lacks('debootstrap', '--version') ||
  lacks('unshare', '--version') ||
  lacks('dpkg-deb', '--version')

/** What a command in the root said. */
export interface Said {
  status: number | null
  stdout: string
  stderr: string
}

/**
 * A root of Debian with namespaces of mounts and processes of its own. What is written to it is gone with the test,
 * and so is whatever runs in it.
 */
export class DebianRoot {
  /** Where it is, seen from its namespace. */
  readonly #path: string
  readonly #holder: string

  constructor(path: string, holder: string) {
    this.#path = path
    this.#holder = holder
  }

  /** Where a file of it can be reached from outside. */
  file(name: string): string {
    return `/proc/${this.#holder}/root${join(this.#path, name)}`
  }

  /** Runs a command as root of it. */
  run(...argv: string[]): Said {
    return spawnSync('nsenter', this.#words(argv), { encoding: 'utf8' })
  }

  /** Runs a script of sh. Throws when it fails. */
  sh(script: string): string {
    const { status, stdout, stderr } = this.run('sh', '-ec', script)
    if (status !== 0) throw new Error(`${script}: ${String(status)}: ${stdout}${stderr}`)
    return stdout
  }

  /** Starts a command as a user of it. */
  start(user: string, environment: Readonly<Record<string, string>>, ...argv: string[]): Started {
    const account = ['setpriv', '--reuid', user, '--regid', user, '--init-groups']
    const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
    const words = this.#words([...account, 'env', ...variables, ...argv])
    return new Started(spawn('nsenter', words, { stdio: ['ignore', 'pipe', 'pipe'] }))
  }

  #words(argv: readonly string[]): string[] {
    const place = [`--target=${this.#holder}`, '--mount', '--pid', 'chroot', this.#path]
    return [...place, 'env', '-i', ...ENVIRONMENT, ...argv]
  }
}

/** All of it: what tests are run with is no concern of what runs in there. */
const ENVIRONMENT = [
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  ...['LC_ALL=C.UTF-8', 'DEBIAN_FRONTEND=noninteractive', 'HOME=/root', 'TERM=dumb'],
]

/** A command that runs. */
export class Started {
  /** Everything it has said. */
  readonly lines: string[] = []
  readonly #child: ChildProcess
  readonly #ended: Promise<number | null>

  constructor(child: ChildProcess) {
    this.#child = child
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface(stream).on('line', (line) => this.lines.push(line))
    }
    this.#ended = once(child, 'close').then(([status]) => status as number | null)
  }

  /** nsenter, setpriv and env are replaced by the command one after the other; its own number is only known inside. */
  get ended(): Promise<number | null> {
    return this.#ended
  }

  /** Ends what nsenter has started. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const [inner] = childrenOf(this.#child.pid ?? 0)
    if (inner !== undefined) process.kill(inner, signal)
    return await this.#ended
  }

  /** Sends a signal to it. */
  signal(signal: NodeJS.Signals): void {
    for (const inner of childrenOf(this.#child.pid ?? 0)) process.kill(inner, signal)
  }
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return text
    .split(' ')
    .filter((word) => word !== '')
    .map(Number)
}

/** The mounts of the root: what is written goes to a layer, /sys cannot be written. */
const MOUNTS = `
  mount --make-rprivate /
  mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$2/root"
  mount -t proc proc "$2/root/proc"
  mount --rbind /sys "$2/root/sys"
  mount -o remount,bind,ro "$2/root/sys"
  mount -t tmpfs tmpfs "$2/root/dev"
  cp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty "$2/root/dev"
  mkdir -p "$2/root/dev/shm" "$2/root/dev/pts"
  mount -t tmpfs tmpfs "$2/root/dev/shm"
  mount -t devpts devpts -o newinstance,ptmxmode=0666 "$2/root/dev/pts"
  ln -s pts/ptmx "$2/root/dev/ptmx"
  ln -s /proc/self/fd "$2/root/dev/fd"
  mkdir -p "$2/root/run/lock"
  echo mounted
  exec sleep infinity
`

/** Opens one; gives the reason where none can be had, which is no fault of the project. */
export async function openDebianRoot(t: {
  teardown: (over: () => Promise<void>) => void
}): Promise<DebianRoot | string> {
  const { debianRoot, Unavailable } = (await import(
    join(packageRoot, 'scripts/steps/debian-root.mjs')
  )) as Roots
  const lower = await debianRoot().catch((error: unknown) => error)
  if (lower instanceof Unavailable) return lower.message
  if (typeof lower !== 'string') throw lower
  const directory = mkdtempSync(join(tmpdir(), 'storwarden-root-'))
  for (const name of ['upper', 'work', 'root']) mkdirSync(join(directory, name))
  const options = ['--mount', '--pid', '--fork', '--kill-child']
  const holder = spawn('unshare', [...options, 'sh', '-ec', MOUNTS, 'sh', lower, directory], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.teardown(async () => {
    const ended = once(holder, 'exit')
    if (holder.exitCode === null && holder.kill('SIGKILL')) await ended
    rmSync(directory, { recursive: true, force: true })
  })
  let complaint = ''
  holder.stderr.on('data', (chunk) => (complaint += String(chunk)))
  for await (const line of createInterface(holder.stdout)) if (line === 'mounted') break
  const [inner] = childrenOf(holder.pid ?? 0)
  if (inner === undefined) throw new Error(`no root of Debian: ${complaint}`)
  return new DebianRoot(join(directory, 'root'), String(inner))
}
