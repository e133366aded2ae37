import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Host } from './host.ts'
import { isRecording, loadRecording, RecordingError } from './recording.ts'
import { ReplayHost } from './replay-host.ts'

/** A recording, or a folder of recordings that are played one after the other. */
export interface Replay {
  /** Answers from the recording that is current when it is asked. */
  host: Host
  /** Directories of the recordings, in the order they are played. */
  recordings: readonly string[]
  /** Name of the recording that is current. */
  current(): string
  /**
   * Goes on to the next recording and resolves with true; with false at the last one, which is held.
   * Rejects with RecordingError when the next one cannot be loaded; then nothing has changed.
   */
  advance(): Promise<boolean>
}

/** Opens the directory given to `--replay`. Rejects with RecordingError when it is neither. */
export async function openReplay(directory: string): Promise<Replay> {
  const recordings = await recordingsIn(directory)
  const timeline = new ReplayTimeline(recordings, new ReplayHost(await loadFirst(recordings)))
  return {
    host: following(() => timeline.host),
    recordings,
    current: () => timeline.current(),
    advance: () => timeline.advance(),
  }
}

async function recordingsIn(directory: string): Promise<readonly [string, ...string[]]> {
  if (isRecording(directory)) return [directory]
  const entries = await readdir(directory, { withFileTypes: true }).catch((cause: unknown) => {
    throw new RecordingError(directory, whyUnreadable(cause as NodeJS.ErrnoException), { cause })
  })
  const found: string[] = []
  for (const { name } of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = join(directory, name)
    if (name.startsWith('.') || !(await stat(path)).isDirectory()) continue
    if (!isRecording(path)) throw new RecordingError(path, 'no recording: manifest.json is missing')
    found.push(path)
  }
  const [first, ...rest] = found
  if (first === undefined) {
    throw new RecordingError(directory, 'neither a recording nor a folder of recordings')
  }
  return [first, ...rest]
}

function whyUnreadable({ code = 'an unknown error' }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such directory'
  return code === 'ENOTDIR' ? 'is not a directory' : `cannot be read: ${code}`
}

function loadFirst([first]: readonly [string, ...string[]]) {
  return loadRecording(first)
}

/** Only the current recording is kept in memory. A call under way ends on the one it began on. */
class ReplayTimeline {
  readonly #recordings: readonly string[]
  host: ReplayHost
  #position = 0
  #advancing: Promise<boolean> | null = null

  constructor(recordings: readonly string[], first: ReplayHost) {
    this.#recordings = recordings
    this.host = first
  }

  current(): string {
    return this.host.recording.name
  }

  advance(): Promise<boolean> {
    this.#advancing ??= this.#next().finally(() => {
      this.#advancing = null
    })
    return this.#advancing
  }

  async #next(): Promise<boolean> {
    const next = this.#recordings[this.#position + 1]
    if (next === undefined) return false
    this.host = new ReplayHost(await loadRecording(next))
    this.#position += 1
    return true
  }
}

/** A host that answers each call as the one that is current then. */
export function following(current: () => Host): Host {
  return {
    run: (argv, options) => current().run(argv, options),
    readText: (path, options) => current().readText(path, options),
    readBytes: (path) => current().readBytes(path),
    list: (path) => current().list(path),
    exists: (path) => current().exists(path),
    realpath: (path) => current().realpath(path),
    stat: (path) => current().stat(path),
    statfs: (path, options) => current().statfs(path, options),
    scsi: (device, cdb, options) => current().scsi(device, cdb, options),
  }
}
