import { readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Recording } from '../../src/host/recording.ts'
import { ReplayHost } from '../../src/host/replay-host.ts'
import { recordingDirectory } from './recording.ts'

/** The names of all recordings that come with the project. */
export const recordingNames = readdirSync(dirname(recordingDirectory('01-steady'))).sort()

/** What a machine that was made up for a test is made of. */
export interface MachineParts {
  /** Contents by path; an `Error` stands for a read that fails with the errno of its message. */
  files?: Readonly<Record<string, string | Error>>
  /** Targets of symbolic links by path. */
  links?: Readonly<Record<string, string>>
  /** Exit code and output by command line; arguments hold no blanks. */
  commands?: Readonly<Record<string, { exitCode?: number; stdout?: string; stderr?: string }>>
}

/** A machine that has these files and commands and no others. */
export function machineOf({ files = {}, links = {}, commands = {} }: MachineParts): ReplayHost {
  const recording: Recording = {
    name: 'made-up',
    description: '',
    recordedAt: '',
    files: new Map(),
    implied: new Set(['/']),
    commands: new Map(),
    scsi: null,
  }
  for (const [path, content] of Object.entries(files)) {
    recording.files.set(path, content instanceof Error ? { error: content.message } : { content })
  }
  for (const [path, link] of Object.entries(links)) recording.files.set(path, { link })
  for (const path of recording.files.keys()) {
    for (let parent = dirname(path); parent !== '/'; parent = dirname(parent)) {
      recording.implied.add(parent)
    }
  }
  for (const [line, { exitCode = 0, stdout = '', stderr = '' }] of Object.entries(commands)) {
    recording.commands?.set(line.split(' ').join('\0'), { exitCode, stdout, stderr })
  }
  return new ReplayHost(recording)
}

/** The files of a directory, by their paths. */
export function within(
  directory: string,
  files: Readonly<Record<string, string | Error>>,
): Record<string, string | Error> {
  return Object.fromEntries(
    Object.entries(files).map(([name, content]) => [`${directory}/${name}`, content]),
  )
}
