import type { CartridgesState } from '../../src/cartridges/history.ts'
import { drivesSeen } from '../../src/cartridges/in-drives.ts'
import { toldNow, type KnownCartridge } from '../../src/cartridges/known.ts'
import type { CartridgeLoad } from '../../src/cartridges/load.ts'
import { followLoads } from '../../src/cartridges/loads.ts'
import { matrixOf } from '../../src/cartridges/matrix.ts'
import { judge } from '../../src/cartridges/verdict.ts'
import type { Snapshot } from '../../src/snapshot.ts'

/** Limits as the configuration has them by default. */
export const limits = { retriesPerGigabyte: 100 }

/** Cartridges over time as the daemon follows them, kept in memory and not in a database. */
export function followCartridges(now: () => Date) {
  const loads = new Map<string, CartridgeLoad>()
  const latest = new Map<string, CartridgeLoad>()
  const known = new Map<string, KnownCartridge>()
  let ids = 0
  return {
    /** All loads so far, in the order they began. */
    loads: (): CartridgeLoad[] => [...loads.values()],
    update(snapshot: Snapshot): CartridgesState {
      const changed = followLoads(latest, drivesSeen(snapshot), now(), () => `load-${++ids}`)
      for (const load of changed) {
        loads.set(load.id, load)
        latest.set(load.drive, load)
      }
      for (const one of toldNow(latest.values(), snapshot)) known.set(one.key, one)
      return {
        known: [...known.values()].map((one) => ({ ...one, present: true })),
        verdicts: judge(matrixOf([...loads.values()], limits)),
      }
    },
  }
}
