import { assertNoTapeNode, assertNotDevice, assertReadOnlyRequest } from './guard.ts'
import {
  CommandError,
  NotFoundError,
  PassThroughUnavailableError,
  ReadError,
  TimeoutError,
} from './host.ts'
import type {
  CommandResult,
  FileStat,
  FileSystemStat,
  Host,
  RunOptions,
  ScsiAnswer,
  ScsiOptions,
} from './host.ts'
import { mountPointAbove, mountPointsIn } from './mount-points.ts'
import { commandKey } from './recording-lines.ts'
import type { RecordedFile, Recording } from './recording.ts'
import { findPlace, hole, namesIn, recordedError, sysfsStat } from './replay-files.ts'
import type { Place } from './replay-files.ts'
import { answerFrom } from './replay-scsi.ts'
import { scsiKey } from './scsi-request.ts'

/** Answers from a recording. What the recording does not hold is a RecordingHoleError. */
export class ReplayHost implements Host {
  readonly recording: Recording

  constructor(recording: Recording) {
    this.recording = recording
  }

  async run(argv: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
    assertNoTapeNode(argv)
    const line = argv.join(' ')
    const command = this.recording.commands?.get(commandKey(argv))
    if (command === undefined) throw hole(this.recording, line)
    if (command.timedOutAfterMs !== undefined || command.unkillable === true) {
      throw new TimeoutError(line, options.timeoutMs ?? 10_000, command.unkillable === true)
    }
    if (command.error !== undefined) throw recordedError(argv[0] ?? '', command.error)
    // What a shell, env(1) or nsenter(1) says of a command that is not installed.
    if (command.exitCode === 127) throw new NotFoundError(argv[0] ?? '')

    const { exitCode, stdout, stderr } = command
    const expected = options.exitCodes ?? ((code: number) => code === 0)
    if (exitCode === null || !expected(exitCode)) throw new CommandError(argv, exitCode, stderr)
    return { exitCode, stdout, stderr }
  }

  async readText(path: string): Promise<string> {
    const { content, contentBase64 } = this.#readable(path)
    return content ?? Buffer.from(contentBase64 ?? '', 'base64').toString('utf8')
  }

  async readBytes(path: string): Promise<Uint8Array> {
    const { content, contentBase64 } = this.#readable(path)
    return contentBase64 === undefined
      ? Buffer.from(content ?? '', 'utf8')
      : Buffer.from(contentBase64, 'base64')
  }

  async list(path: string): Promise<string[]> {
    const place = this.#find(path)
    if (place === null) return []
    if (place.kind === 'named') throw hole(this.recording, `the names in ${path}`)
    const file = place.file
    if (file?.names === undefined && file?.error !== undefined) {
      throw recordedError(path, file.error)
    }
    const isFile =
      file?.content !== undefined ||
      file?.contentBase64 !== undefined ||
      file?.stat?.isDirectory === false
    return isFile ? [] : namesIn(this.recording, place)
  }

  async exists(path: string): Promise<boolean> {
    return this.#find(path) !== null
  }

  async realpath(path: string): Promise<string> {
    return findPlace(this.recording, path).path
  }

  async stat(path: string): Promise<FileStat> {
    const place = findPlace(this.recording, path)
    const stat = place.file?.stat ?? sysfsStat(place)
    if (stat === null) throw hole(this.recording, `stat of ${path}`)
    return stat
  }

  async statfs(path: string): Promise<FileSystemStat> {
    const place = this.#find(path)
    const mountPoint = mountPointAbove(place?.path ?? path, mountPointsIn(this.#mountinfo()))
    // A mount point is there even when the recording has no line for the directory.
    if (place === null && mountPoint !== path) throw new NotFoundError(path)
    const recorded = place?.file?.statfs ?? this.recording.files.get(mountPoint ?? '')?.statfs
    if (recorded === undefined && place?.file?.error !== undefined) {
      throw recordedError(path, place.file.error)
    }
    const { total, free, available, files, filesFree } = recorded ?? {}
    if (
      typeof total !== 'number' ||
      typeof free !== 'number' ||
      typeof available !== 'number' ||
      typeof files !== 'number' ||
      typeof filesFree !== 'number'
    ) {
      throw hole(this.recording, `statfs of ${path}`)
    }
    return { totalBytes: total, freeBytes: free, availableBytes: available, files, filesFree }
  }

  async scsi(device: string, cdb: Uint8Array, options: ScsiOptions): Promise<ScsiAnswer> {
    assertReadOnlyRequest(device, cdb, options)
    const { scsi } = this.recording
    if (scsi === null) {
      throw new PassThroughUnavailableError(device, `not recorded in ${this.recording.name}`)
    }
    const lines = scsi.get(scsiKey(device, cdb)) ?? []
    const answer = answerFrom(lines, device, options.dataInBytes)
    if (answer === null) {
      throw hole(this.recording, `${device}: ${Buffer.from(cdb).toString('hex')}`)
    }
    return answer
  }

  #find(path: string): Place | null {
    try {
      return findPlace(this.recording, path)
    } catch (error) {
      if (error instanceof NotFoundError) return null
      throw error
    }
  }

  #readable(path: string): RecordedFile {
    assertNotDevice(path)
    const place = findPlace(this.recording, path)
    const file = place.file
    if (file?.content !== undefined || file?.contentBase64 !== undefined) return file
    if (file?.error !== undefined) throw recordedError(path, file.error)
    const isDirectory =
      place.kind === 'implied' || file?.names !== undefined || file?.stat?.isDirectory === true
    if (isDirectory) throw new ReadError(path, 'EISDIR')
    throw hole(this.recording, path)
  }

  #mountinfo(): string {
    return this.recording.files.get('/proc/self/mountinfo')?.content ?? ''
  }
}
