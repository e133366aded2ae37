import { tapeSettings } from './applied-config.ts'
import type { Config } from './config/schema.ts'
import { changerLock, type ChangerLock } from './host/changer-lock.ts'
import type { Log } from './log.ts'
import { valueOf, type Snapshot } from './snapshot.ts'

/** What changers are kept with for one at a time. */
export interface ChangerLocking {
  lock: ChangerLock
  /** Makes the lock files of changers that were not seen before: others may take them, and not make them. */
  offer: (snapshot: Pick<Snapshot, 'readings'>) => void
}

/** What this takes. */
export interface ChangerLockingParts {
  /** As it is now: a reload changes it. */
  config: () => Config
  /** Whether a recording is played, whose changers are not on this machine. */
  replayed: boolean
  log: Pick<Log, 'warn'>
}

/** The locks of the changers of this machine. */
export function lockingChangers({ config, replayed, log }: ChangerLockingParts): ChangerLocking {
  const directory = () => tapeSettings(config()).lockDirectory
  const lock = changerLock({
    directory,
    waitSeconds: () => tapeSettings(config()).lockWaitSeconds,
  })
  const offered = new Set<string>()
  return {
    lock,
    offer({ readings }) {
      if (replayed) return
      for (const { id } of valueOf(readings.changers) ?? []) {
        const key = `${directory()} ${id}`
        if (offered.has(key)) continue
        offered.add(key)
        lock.prepare(id).catch((error: unknown) => {
          log.warn('no lock of a changer', { changer: id, error: (error as Error).message })
        })
      }
    },
  }
}
