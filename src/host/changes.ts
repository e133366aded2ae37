import { FileWatch } from './file-watch.ts'
import type { HostChange } from './host.ts'
import type { Native, Subscription } from './native.ts'
import { SysfsWatch, type Look, type OwnCalls } from './sysfs-watch.ts'
import { watchUevents } from './uevents.ts'

/** The watchers, by what they listen to. */
export const watcherNames = ['uevents', 'files', 'sysfs'] as const
/** One of them. */
export type WatcherName = (typeof watcherNames)[number]

/** How a watcher is doing. */
export interface WatcherHealth {
  name: WatcherName
  /** `unavailable`: it cannot be had here, e.g. without the addon. */
  state: 'running' | 'failing' | 'unavailable'
  error: string | null
  /** How often it was found dead and started again. */
  restarts: number
  /** When it last reported a change; null when it never did. */
  reportedAt: Date | null
  /** Since when it has missed one change after the other, and reported nothing; null when it has not. */
  missedSince: Date | null
}

/** What watches, and whom it tells. */
export interface ChangesOptions {
  /** Null where it is missing: then there are no uevents. */
  native: Pick<Native, 'uevents'> | null
  /** Of the uevents that are wanted. */
  subsystems: readonly string[]
  /** Reads what is below /sys. */
  look: Look
  /** What the daemon itself asks of a device, named by its SCSI address, which is no change. */
  ownCalls: (address: string) => OwnCalls
  /** Told of what changed, each thing once, and at most every half second. */
  onChanges: (changes: readonly HostChange[]) => void
  /** Told of each uevent as it comes, and of `everything` when some were lost. Be short. */
  onUevent?: (change: HostChange) => void
  now: () => Date
}

/** What comes with the first change of a burst is waited for so long. */
const FIRST_MS = 50
/** From one report to the next. */
const DEBOUNCE_MS = 500
const LOOK_MS = 400
/** A collection may end so long after a change that was told. */
const JUST_NOW_MS = 60_000
/** A single one may have been too early: when the watcher had only begun, or while it began anew. */
const MISSED_TOO_MANY = 2
/** A look that takes longer will not come back. */
const LOOK_TIMEOUT_MS = 10_000

/**
 * Watches the machine for changes: uevents of the kernel, files by inotify, and by looking what of sysfs
 * neither of them tells. `check` is to be called every half minute: it starts again what has died.
 */
export class Changes {
  readonly #options: ChangesOptions
  readonly #files: FileWatch
  #sysfs: SysfsWatch
  #uevents: Subscription | null = null
  #ueventsError: string | null = null
  #paths: readonly string[] = []
  readonly #restarts = { uevents: 0, sysfs: 0 }
  readonly #reportedAt = new Map<WatcherName, Date>()
  readonly #missed = new Map<WatcherName, { since: Date; count: number }>()
  /** Those that have missed too much, and are to be started again. */
  readonly #silent = new Set<WatcherName>()
  #pending = new Map<string, HostChange>()
  #timer: NodeJS.Timeout | null = null
  #flushedAtMs = 0
  #running = false

  constructor(options: ChangesOptions) {
    this.#options = options
    this.#files = new FileWatch((change) => {
      this.#note('files', change)
    })
    this.#sysfs = this.#newSysfsWatch()
  }

  start(): void {
    if (this.#running) return
    this.#running = true
    this.#listen()
    this.#sysfs.start(LOOK_MS)
  }

  stop(): void {
    this.#running = false
    this.#uevents?.close()
    this.#uevents = null
    this.#files.stop()
    this.#sysfs.stop()
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#pending.clear()
  }

  /** Watches these files and directories from now on. */
  watch(paths: readonly string[]): void {
    this.#paths = paths
    if (!this.#running) return
    this.#sysfs.watch(paths.filter(isSysfs))
    this.#files.watch(paths.filter((path) => !isSysfs(path)))
  }

  /**
   * To be told of a change that was found otherwise, and of which the watcher should have known. One that has
   * just reported something may have told of that, while it was being found.
   */
  missed(watcher: WatcherName): void {
    const reportedAt = this.#reportedAt.get(watcher)
    if (!this.#running || (reportedAt && this.#ageMs(reportedAt) < JUST_NOW_MS)) return
    const { since, count } = this.#missed.get(watcher) ?? { since: this.#options.now(), count: 0 }
    this.#missed.set(watcher, { since, count: count + 1 })
    if (count + 1 >= MISSED_TOO_MANY) this.#silent.add(watcher)
  }

  /**
   * Starts again what has died, or says nothing of what it should tell, and takes up what could not be watched
   * the last time.
   */
  check(): void {
    if (!this.#running) return
    if (this.#silent.has('uevents')) {
      this.#uevents?.close()
      this.#uevents = null
    }
    if (this.#silent.has('files')) this.#files.restart()
    if (this.#uevents === null && this.#options.native !== null) {
      this.#restarts.uevents += 1
      this.#listen()
    }
    const { lookedAt } = this.#sysfs
    const isLate = lookedAt !== null && this.#ageMs(lookedAt) > LOOK_TIMEOUT_MS
    if (isLate || this.#silent.has('sysfs')) {
      this.#restarts.sysfs += 1
      this.#sysfs.stop()
      this.#sysfs = this.#newSysfsWatch()
      this.#sysfs.start(LOOK_MS)
    }
    this.#silent.clear()
    this.watch(this.#paths)
  }

  health(): WatcherHealth[] {
    const { lookedAt } = this.#sysfs
    const late = lookedAt !== null && this.#ageMs(lookedAt) > LOOK_TIMEOUT_MS
    const missedSince = (name: WatcherName): Date | null => {
      const { since = null, count = 0 } = this.#missed.get(name) ?? {}
      return count < MISSED_TOO_MANY ? null : since
    }
    const of = (
      name: WatcherName,
      error: string | null,
      restarts: number,
      available = true,
    ): WatcherHealth => ({
      name,
      state: !available ? 'unavailable' : error === null ? 'running' : 'failing',
      error,
      restarts,
      reportedAt: this.#reportedAt.get(name) ?? null,
      missedSince: missedSince(name),
    })
    return [
      this.#options.native === null
        ? of('uevents', 'the native addon is missing', 0, false)
        : of('uevents', this.#ueventsError, this.#restarts.uevents),
      of('files', this.#files.error, this.#files.restarts),
      of('sysfs', late ? 'sysfs does not answer' : null, this.#restarts.sysfs),
    ]
  }

  #listen(): void {
    const { native, subsystems } = this.#options
    if (native === null) return
    try {
      this.#uevents = watchUevents(native, subsystems, (change) => {
        this.#note('uevents', change)
        this.#options.onUevent?.(change)
      })
      this.#ueventsError = null
    } catch (error) {
      this.#uevents = null
      this.#ueventsError = (error as Error).message
    }
  }

  #newSysfsWatch(): SysfsWatch {
    const { look, ownCalls, now } = this.#options
    return new SysfsWatch({
      ...{ look, ownCalls, now },
      onChange: (change) => {
        this.#note('sysfs', change)
      },
    })
  }

  /** The first change after a quiet time is told soon, those that follow when half a second is over. */
  #note(watcher: WatcherName, change: HostChange): void {
    if (!this.#running) return
    const now = this.#options.now()
    this.#reportedAt.set(watcher, now)
    this.#missed.delete(watcher)
    this.#silent.delete(watcher)
    this.#pending.set(keyOf(change), change)
    const sinceMs = now.getTime() - this.#flushedAtMs
    const waitMs = sinceMs >= DEBOUNCE_MS || sinceMs < 0 ? FIRST_MS : DEBOUNCE_MS - sinceMs
    this.#timer ??= setTimeout(() => {
      this.#flush()
    }, waitMs)
  }

  #flush(): void {
    this.#timer = null
    this.#flushedAtMs = this.#options.now().getTime()
    const changes = [...this.#pending.values()]
    this.#pending = new Map()
    this.#options.onChanges(changes)
  }

  #ageMs(date: Date): number {
    return this.#options.now().getTime() - date.getTime()
  }
}

function isSysfs(path: string): boolean {
  return path.startsWith('/sys/')
}

/** Changes with the same key are one: what happened to a device does not matter, it is asked anyway. */
function keyOf(change: HostChange): string {
  switch (change.kind) {
    case 'device':
      return `device ${change.subsystem}`
    case 'file':
      return `file ${change.path}`
    case 'everything':
      return 'everything'
  }
}
