import type { CollectorLoop, Why } from './collectors/loop.ts'
import { Changes, type WatcherHealth, type WatcherName } from './host/changes.ts'
import type { Native } from './host/native.ts'
import { sysfsLook } from './host/sysfs-look.ts'
import type { HardwareSubjects } from './snapshot.ts'

/** The parts that are told of changes. */
export interface WatchingParts {
  loop: CollectorLoop
  native: Native | null
  /** Called when something was collected because of a change. */
  onCollected: () => Promise<void>
  onError: (error: Error) => void
  now: () => Date
}

/** The machine as it is watched. */
export interface Watching {
  health(): WatcherHealth[]
  /** How often each was started again. */
  restarts(): Record<string, number>
  /** To be told of how many things a reading says that happened, and why it was made. */
  noticed(subject: keyof HardwareSubjects, why: Why, happenings: number): void
  stop(): void
}

const CHECK_MS = 30_000

/** What a watcher is sure to tell of at once: found by the beat alone it was missed. */
const TOLD_BY: { readonly [Subject in keyof HardwareSubjects]?: WatcherName } = {
  scst_sessions: 'sysfs',
  disks: 'uevents',
}

/** Watches the machine from now on, and has what a change concerns collected at once. */
export function watchMachine({ loop, native, onCollected, onError, now }: WatchingParts): Watching {
  const changes = new Changes({
    native,
    subsystems: loop.subsystems(),
    look: sysfsLook(native),
    onChanges: (found) => {
      wake(found).catch((cause: unknown) => {
        onError(new Error('a change was not followed up', { cause }))
      })
    },
    now,
  })

  async function wake(found: Parameters<CollectorLoop['wake']>[0]): Promise<void> {
    if (!(await loop.wake(found))) return
    // What there is to be watched may have changed with it.
    changes.watch(loop.paths())
    await onCollected()
  }

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
    noticed(subject, why, happenings) {
      const watcher = TOLD_BY[subject]
      if (watcher !== undefined && why === 'beat' && happenings > 0) changes.missed(watcher)
    },
    stop() {
      clearInterval(timer)
      changes.stop()
    },
  }
}
