import type { OnChange } from './uevents.ts'
import type { FileRead } from './native.ts'

/** What is read at a look: everything or nothing is told, in the order of the paths. */
export type Look = (paths: readonly string[]) => Promise<readonly FileRead[]>

/** What the daemon itself asks of a device. */
export interface OwnCalls {
  /** Calls that it ever began. */
  begun: number
  /** Those of them that have not ended. */
  underWay: number
}

/** What looks, and whom it tells. */
export interface SysfsWatchOptions {
  look: Look
  onChange: OnChange
  ownCalls: (address: string) => OwnCalls
  now: () => Date
}

/**
 * Counts the requests to a device that have ended (scsi_device, drivers/scsi/scsi_sysfs.c), whoever made them:
 * st, sg, ch or SCST. Of ours nobody needs to be told; what others ask of another device is not ours.
 */
const COUNTS_OURS_TOO = /([^/]+)\/iodone_cnt$/
/** While nothing is there it is looked for so much more rarely: waking up costs more than the look. */
const RARELY = 10

/**
 * Looks at directories and small files of sysfs again and again, for inotify(7) says nothing of what the
 * kernel does there. The first look at a path is compared with nothing, and while a look has not come back
 * there is no other.
 */
export class SysfsWatch {
  readonly #options: SysfsWatchOptions
  #paths: readonly string[] = []
  #known = new Map<string, string>()
  #timer: NodeJS.Timeout | null = null
  #intervalMs = 0
  #isNothingThere = false
  #looking = false
  #lookedAt: Date | null = null
  /** By the address of the device, when the look before this one began. */
  #callsBefore = new Map<string, OwnCalls>()

  constructor(options: SysfsWatchOptions) {
    this.#options = options
  }

  start(intervalMs: number): void {
    if (this.#timer !== null) return
    this.#lookedAt = this.#options.now()
    this.#intervalMs = intervalMs
    this.#wait()
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  /** Watches these from now on; what is known of those that were watched before stands. */
  watch(paths: readonly string[]): void {
    const wanted = new Set(paths)
    this.#paths = paths
    for (const path of this.#known.keys()) if (!wanted.has(path)) this.#known.delete(path)
    if (paths.some((path) => !this.#known.has(path))) this.#nothingIsThere(false)
  }

  /** When a look last came back, or when it was started. */
  get lookedAt(): Date | null {
    return this.#lookedAt
  }

  /** Looks now, unless a look is under way. Never rejects: what cannot be read has not changed. */
  async look(): Promise<void> {
    if (this.#looking) return
    this.#looking = true
    const { look, now } = this.#options
    const paths = this.#paths
    const before = this.#callsBefore
    this.#callsBefore = this.#callsTo(paths)
    try {
      const found = paths.length === 0 ? [] : await look(paths)
      this.#lookedAt = now()
      this.#nothingIsThere(found.every(isAbsent))
      const after = this.#callsTo(paths)
      for (const [index, path] of paths.entries()) {
        const address = counted(path)
        const ours = address !== null && !isAlone(before.get(address), after.get(address))
        this.#compare(path, found[index], ours)
      }
    } catch {
      // The next look tells; one that never comes back is noticed by its age.
    } finally {
      this.#looking = false
    }
  }

  #wait(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(
      () => {
        void this.look()
        this.#wait()
      },
      this.#intervalMs * (this.#isNothingThere ? RARELY : 1),
    ).unref()
  }

  #nothingIsThere(isNothing: boolean): void {
    if (isNothing === this.#isNothingThere) return
    this.#isNothingThere = isNothing
    if (this.#timer !== null) this.#wait()
  }

  #callsTo(paths: readonly string[]): Map<string, OwnCalls> {
    const addresses = paths.map(counted).filter((address) => address !== null)
    return new Map(addresses.map((address) => [address, this.#options.ownCalls(address)]))
  }

  /** `ours`: what has changed may be what the daemon itself did. */
  #compare(path: string, file: FileRead | undefined, ours: boolean): void {
    const said = file === undefined ? null : textOf(file)
    if (said === null) return
    const before = this.#known.get(path)
    this.#known.set(path, said)
    if (before === undefined || before === said) return
    if (!ours) this.#options.onChange({ kind: 'file', path })
  }
}

/** The SCSI address of the device whose requests are counted at the path; null where none are. */
function counted(path: string): string | null {
  return COUNTS_OURS_TOO.exec(path)?.[1] ?? null
}

/** Whether the daemon has asked nothing of the device since the look before began. */
function isAlone(before: OwnCalls | undefined, after: OwnCalls | undefined): boolean {
  return before?.underWay === 0 && before.begun === after?.begun
}

function isAbsent(file: FileRead): boolean {
  return 'errno' in file && (file.errno === 'ENOENT' || file.errno === 'ENODEV')
}

/** Null where it cannot be told: SCST that is busy, a device that hangs. */
function textOf(file: FileRead): string | null {
  if ('bytes' in file) return file.bytes.toString('latin1')
  if ('names' in file) return [...file.names].sort().join('/')
  return isAbsent(file) ? '' : null
}
