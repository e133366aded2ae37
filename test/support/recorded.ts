import { readFileSync } from 'node:fs'
import { recordingDirectory } from './recording.ts'

/** A line of files.jsonl. */
export interface RecordedLine {
  path: string
  /** Permission bits of a file, in octal. */
  mode?: string
  content?: string
  /** errno of a read that failed. */
  error?: string
  link?: string
  dir?: string[]
}

interface RecordedCommand {
  argv: string[]
  exitCode: number | null
  stdout: string
}

interface RecordedScsi {
  device: string
  cdb: string
  data: string
}

/** What a recording holds, read past the code under test: lines and texts as they were written down. */
export interface Recorded {
  lines: readonly RecordedLine[]
  /** Content of a file; null when it is not in the recording. */
  file: (path: string) => string | null
  /** What a command printed, however it ended; null when it was not recorded. */
  printed: (command: string) => string | null
  /** The same; null also when it failed or did not end. */
  succeeded: (command: string) => string | null
  /** Whether SCSI pass-through was recorded, so that it is permitted in the replay. */
  hasScsi: boolean
  /** The first answer of a device to a CDB in hex; null when it was not recorded. */
  scsi: (device: string, cdb: string) => Buffer | null
}

/** Reads a recording. */
export function recorded(recording: string): Recorded {
  const lines = readLines(recording, 'files.jsonl') as RecordedLine[]
  const files = new Map(lines.map((line) => [line.path, line]))
  const commands = new Map(
    (readLines(recording, 'commands.jsonl') as RecordedCommand[]).map((line) => [
      line.argv.join(' '),
      line,
    ]),
  )
  const scsi = readLines(recording, 'scsi.jsonl') as RecordedScsi[]
  return {
    lines,
    file: (path) => files.get(path)?.content ?? null,
    printed: (command) => commands.get(command)?.stdout ?? null,
    succeeded: (command) => {
      const line = commands.get(command)
      return line?.exitCode === 0 ? line.stdout : null
    },
    hasScsi: scsi.length > 0,
    scsi: (device, cdb) => {
      const line = scsi.find((each) => each.device === device && each.cdb === cdb)
      return line === undefined ? null : Buffer.from(line.data, 'base64')
    },
  }
}

/** A recording made without commands or SCSI has no such file. */
function readLines(recording: string, file: string): unknown[] {
  let text: string
  try {
    text = readFileSync(`${recordingDirectory(recording)}/${file}`, 'utf8')
  } catch {
    return []
  }
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown)
}
