import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readRecording } from '../../src/host/recording.ts'
import { ReplayHost } from '../../src/host/replay-host.ts'

/** Text, bytes, or an `Error` for a read that fails with the errno of its message. */
export type FileContent = string | Uint8Array | Error

/** What a machine that was made up for a test is made of. */
export interface MachineParts {
  /** Contents by path. */
  files?: Readonly<Record<string, FileContent>>
  /** Targets of symbolic links by path. */
  links?: Readonly<Record<string, string>>
  /** What statfs(2) says by mount point: bytes in all, free, available; inodes in all, free. */
  statfs?: Readonly<Record<string, readonly [number, number, number, number, number]>>
  /** Exit code and output by command line; arguments hold no blanks. */
  commands?: Readonly<Record<string, { exitCode?: number; stdout?: string; stderr?: string }>>
}

/** A machine that has these files and commands and no others: a recording that nobody made. */
export function machineOf(parts: MachineParts): ReplayHost {
  const { files = {}, links = {}, statfs = {}, commands = {} } = parts
  const directory = mkdtempSync(join(tmpdir(), 'machine-'))
  const write = (name: string, lines: object[]) => {
    writeFileSync(join(directory, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  }
  try {
    write('manifest.json', [{ format: 1, name: 'made-up' }])
    write('files.jsonl', [
      ...Object.entries(files).map(([path, content]) => {
        if (content instanceof Error) return { path, error: content.message }
        if (typeof content === 'string') return { path, content }
        return { path, contentBase64: Buffer.from(content).toString('base64') }
      }),
      ...Object.entries(links).map(([path, link]) => ({ path, link })),
      ...Object.entries(statfs).map(([path, [total, free, available, inodes, filesFree]]) => {
        return { path, statfs: { total, free, available, files: inodes, filesFree } }
      }),
    ])
    write(
      'commands.jsonl',
      Object.entries(commands).map(([line, { exitCode = 0, stdout = '', stderr = '' }]) => {
        return { argv: line.split(' '), exitCode, stdout, stderr }
      }),
    )
    return new ReplayHost(readRecording(directory))
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** The files of a directory, by their paths. */
export function within(
  directory: string,
  files: Readonly<Record<string, FileContent>>,
): Record<string, FileContent> {
  return Object.fromEntries(
    Object.entries(files).map(([name, content]) => [`${directory}/${name}`, content]),
  )
}
