import { readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { HostError } from './host.ts'
import type { FileStat } from './host.ts'
import { addCommand, addFile, addScsi } from './recording-lines.ts'

/** What one appliance said at one moment, as `manifest.json` and the `.jsonl` files beside it hold it. */
export interface Recording {
  name: string
  description: string
  /** RFC 3339, UTC; empty when the manifest does not say. */
  recordedAt: string
  files: Map<string, RecordedFile>
  /** Directories that have no line of their own and are known by what lies in them. */
  implied: Set<string>
  /** Directories that were asked for, and where their links led. */
  directories: Map<string, string>
  /** By argv joined with NUL; null when no commands were recorded. */
  commands: Map<string, RecordedCommand> | null
  /** By `scsiKey`; null when raw SCSI was not recorded. */
  scsi: Map<string, RecordedScsi[]> | null
}

/** Everything that was said of one path; several lines may have told of it. */
export interface RecordedFile {
  content?: string
  contentBase64?: string
  /** Target of a symbolic link, as readlink(2) gives it. */
  link?: string
  names?: readonly string[]
  /** errno name of a read that failed. */
  error?: string
  /** Permission bits, where they were noted with a read. */
  mode?: number
  stat?: FileStat
  statfs?: RecordedFileSystem
}

/** Sizes in bytes; null where it was not asked. */
export interface RecordedFileSystem {
  total: number | null
  free: number | null
  available: number | null
  files: number | null
  filesFree: number | null
}

/** One command: it ended, it is not installed, or it did not end. */
export interface RecordedCommand {
  exitCode: number | null
  stdout: string
  stderr: string
  error?: string
  timedOutAfterMs?: number
  unkillable?: boolean
}

/** One SG_IO request. `error` is the errno name of an ioctl that failed; then there is no answer. */
export interface RecordedScsi {
  /** Bytes that were asked for. */
  alloc: number
  status: number
  hostStatus: number
  driverStatus: number
  resid: number
  senseHex: string
  dataBase64: string
  /** Length of the data before zeros at its end were cut. */
  trimmedFrom?: number
  error?: string
}

/** The recording itself is unusable: not one, of another format, or damaged. Names file and line. */
export class RecordingError extends HostError {
  constructor(where: string, problem: string, options?: ErrorOptions) {
    super('ERR_RECORDING', `${where}: ${problem}`, options)
  }
}

/** Loads a recording in one go. Throws RecordingError. */
export function readRecording(directory: string): Recording {
  const steps = load(directory)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** Loads a recording a slice at a time, so that timers and sockets are served in between. */
export async function loadRecording(directory: string): Promise<Recording> {
  const steps = load(directory)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    await nextTurn()
  }
}

/** Whether the directory is a recording, as opposed to a folder of them. Throws RecordingError. */
export function isRecording(directory: string): boolean {
  const path = join(directory, 'manifest.json')
  try {
    return statSync(path).isFile()
  } catch (cause) {
    const { code = 'cannot be read' } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return false
    throw new RecordingError(path, code, { cause })
  }
}

/** Lines that are parsed before others get their turn: a few milliseconds. */
const SLICE_LINES = 500

function* load(directory: string): Generator<undefined, Recording> {
  const recording = readManifest(directory)
  const files = readLines(join(directory, 'files.jsonl'))
  if (files === null) throw new RecordingError(join(directory, 'files.jsonl'), 'missing')
  yield* parseLines(files, (line) => {
    addFile(recording.files, line)
  })
  addImplied(recording)

  const commands = readLines(join(directory, 'commands.jsonl'))
  if (commands !== null) {
    const table = (recording.commands = new Map<string, RecordedCommand>())
    yield* parseLines(commands, (line) => {
      addCommand(table, line)
    })
  }
  const scsi = readLines(join(directory, 'scsi.jsonl'))
  if (scsi !== null) {
    const table = (recording.scsi = new Map<string, RecordedScsi[]>())
    yield* parseLines(scsi, (line) => {
      addScsi(table, line)
    })
  }
  return recording
}

function readManifest(directory: string): Recording {
  const path = join(directory, 'manifest.json')
  const bytes = readIfThere(path)
  if (bytes === null) throw new RecordingError(path, 'missing: the directory is not a recording')
  let manifest: unknown
  try {
    manifest = JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw new RecordingError(path, 'not JSON', { cause })
  }
  if (typeof manifest !== 'object' || manifest === null) {
    throw new RecordingError(path, 'not a JSON object')
  }
  const { format, name, description, recordedAt } = manifest as Record<string, unknown>
  if (format !== 1) throw new RecordingError(path, `format ${JSON.stringify(format)}, not 1`)
  return {
    name: typeof name === 'string' ? name : basename(directory),
    description: typeof description === 'string' ? description : '',
    recordedAt: typeof recordedAt === 'string' ? recordedAt : '',
    files: new Map(),
    implied: new Set(['/']),
    directories: new Map(),
    commands: null,
    scsi: null,
  }
}

interface Lines {
  path: string
  bytes: Buffer
}

function readLines(path: string): Lines | null {
  const bytes = readIfThere(path)
  return bytes === null ? null : { path, bytes }
}

/** A line at a time from the bytes: the whole text as one string would be held by its slices. */
function* parseLines({ path, bytes }: Lines, add: (line: object) => void): Generator<undefined> {
  let number = 0
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(0x0a, start)
    const end = newline === -1 ? bytes.length : newline
    const text = bytes.toString('utf8', start, end)
    start = end + 1
    number += 1
    if (text.trim() === '') continue
    try {
      const line: unknown = JSON.parse(text)
      if (typeof line !== 'object' || line === null) throw new Error('not a JSON object')
      add(line)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new RecordingError(`${path}:${number}`, reason, { cause })
    }
    if (number % SLICE_LINES === 0) yield
  }
}

function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path)
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw new RecordingError(path, code ?? 'cannot be read', { cause })
  }
}

function addImplied({ files, implied }: Recording): void {
  for (const [path, file] of files) {
    if (file.error === 'ENOENT') continue
    for (let parent = dirname(path); !implied.has(parent); parent = dirname(parent)) {
      implied.add(parent)
    }
  }
}
