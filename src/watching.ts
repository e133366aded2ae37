import type { Why } from './collectors/lane.ts'
import type { CollectorLoop } from './collectors/loop.ts'
import type { Happening } from './happenings/happening.ts'
import { Changes, type WatcherHealth, type WatcherName } from './host/changes.ts'
import type { HostChange } from './host/host.ts'
import type { Native } from './host/native.ts'
import { sysfsLook } from './host/sysfs-look.ts'
import type { OwnCalls } from './host/sysfs-watch.ts'

/** The parts that are told of changes. */
export interface WatchingParts {
  loop: Pick<CollectorLoop, 'subsystems' | 'paths' | 'wake'>
  native: Native | null
  /** What the daemon itself asks of a device, named by its SCSI address, which is no change. */
  ownCalls: (address: string) => OwnCalls
  /** Called when something was collected because of a change. */
  onCollected: () => Promise<void>
  /** Told of each uevent as it comes. */
  onUevent: (change: HostChange) => void
  onError: (error: Error) => void
  now: () => Date
}

/** The machine as it is watched. */
export interface Watching {
  health(): WatcherHealth[]
  /** How often each was started again. */
  restarts(): Record<string, number>
  /** To be told of what a reading says that happened, and why it was made. */
  noticed(why: Why, happenings: readonly Happening[]): void
  stop(): void
}

const CHECK_MS = 30_000

/** What a watcher is sure to tell of at once: found by the beat alone it was missed. */
const TOLD_BY: Readonly<Record<string, WatcherName>> = {
  session_opened: 'sysfs',
  session_closed: 'sysfs',
  disk_added: 'uevents',
  disk_removed: 'uevents',
  scst_config_changed: 'files',
  mhvtl_config_changed: 'files',
}

/** Watches the machine from now on, and has what a change concerns collected at once. */
export function watchMachine(parts: WatchingParts): Watching {
  const { loop, native, ownCalls, onUevent, now } = parts
  const collected = oneAtATime(async () => {
    // What there is to be watched may have changed with it.
    changes.watch(loop.paths())
    await parts.onCollected()
  }, parts.onError)
  const changes = new Changes({
    native,
    subsystems: loop.subsystems(),
    look: sysfsLook(native),
    ownCalls,
    onChanges: (found: readonly HostChange[]) => {
      // Each is told of when it has ended: one that hangs must not hold up the others.
      for (const read of loop.wake(found)) void read.then(collected)
    },
    onUevent,
    now,
  })

  changes.start()
  changes.watch(loop.paths())
  const timer = setInterval(() => {
    changes.watch(loop.paths())
    changes.check()
  }, CHECK_MS)

  return {
    health: () => changes.health(),
    restarts: () =>
      Object.fromEntries(changes.health().map(({ name, restarts }) => [name, restarts])),
    noticed(why, happenings) {
      if (why !== 'beat') return
      const watchers = new Set(happenings.map(({ event }) => TOLD_BY[event]))
      for (const watcher of watchers) if (watcher !== undefined) changes.missed(watcher)
    },
    stop() {
      clearInterval(timer)
      changes.stop()
    },
  }
}

/** Does it once more when it was asked for while it was under way, however often. */
function oneAtATime(work: () => Promise<void>, onError: (error: Error) => void): () => void {
  let wanted = false
  let running = false
  const run = async () => {
    running = true
    while (wanted) {
      wanted = false
      await work().catch((cause: unknown) => {
        onError(new Error('a change was not followed up', { cause }))
      })
    }
    running = false
  }
  return () => {
    wanted = true
    if (!running) void run()
  }
}
