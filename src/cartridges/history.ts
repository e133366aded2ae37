import type { Database, Queryable } from '../db/database.ts'
import type { Snapshot } from '../snapshot.ts'
import { drivesSeen } from './in-drives.ts'
import { isPresent, tagsInLibraries, toldNow, type KnownCartridge } from './known.ts'
import { outcomeOf, type CartridgeLoad, type LoadLimits } from './load.ts'
import { followLoads } from './loads.ts'
import { cartridgeKeys, matrixOf } from './matrix.ts'
import {
  deleteLoadsBefore,
  knownCartridges,
  latestLoads,
  loadsAroundErrors,
  saveCartridges,
  saveLoads,
} from './store.ts'
import { judge, type Verdict } from './verdict.ts'

/** What is remembered of cartridges over time. */
export interface CartridgesState {
  /** As drives told of them last; `present` is whether one is in a library or drive, null when that is not known. */
  known: readonly (KnownCartridge & { present: boolean | null })[]
  /** Of each cartridge and drive that had errors lately. */
  verdicts: readonly Verdict[]
}

/** What is judged is not older: drives are repaired, cartridges retired. */
export const JUDGED_DAYS = 90
const DAY_MS = 86_400_000
/** Errors that are too old by now are left out at the latest after so long. */
const JUDGED_EVERY_MS = 3_600_000

/** Follows cartridges through drives, keeps what it sees in the database, and says what errors follow. */
export class CartridgeHistory {
  readonly #options: HistoryOptions
  /** As in the database; null until it was read. */
  #kept: { latest: Map<string, CartridgeLoad>; known: Map<string, KnownCartridge> } | null = null
  #judged: { verdicts: readonly Verdict[]; at: Date; limit: number } | null = null
  /** Loads told something since that can change a verdict. */
  #stale = false

  constructor(options: HistoryOptions) {
    this.#options = options
  }

  /** Takes a snapshot in. Rejects with DatabaseUnavailableError; the next one then makes up for it. */
  async update(snapshot: Snapshot): Promise<CartridgesState> {
    const { database, now, newId } = this.#options
    const at = now()
    const { latest, known } = (this.#kept ??= await readKept(database))
    const changed = followLoads(latest, drivesSeen(snapshot), at, newId)
    const followed = new Map([...latest, ...changed.map((load) => [load.drive, load] as const)])
    const told = toldNow(followed.values(), snapshot).filter(
      ({ key, readAt }) => known.get(key)?.readAt.getTime() !== readAt.getTime(),
    )
    if (changed.length > 0 || told.length > 0) {
      await database.transaction(async (transaction) => {
        await saveLoads(transaction, changed)
        await saveCartridges(transaction, told)
      })
    }
    this.#kept = {
      latest: followed,
      known: new Map([...known, ...told.map((one) => [one.key, one] as const)]),
    }
    this.#stale ||= changed.some((load) => this.#canChange(load))
    return {
      known: withPresence(this.#kept.known.values(), followed.values(), snapshot),
      verdicts: await this.#verdicts(at),
    }
  }

  /** A load that went well matters only where another one did not. */
  #canChange(load: CartridgeLoad): boolean {
    const outcome = outcomeOf(load, this.#options.limits())
    return outcome === 'bad' || (outcome === 'good' && this.#judged?.verdicts.length !== 0)
  }

  /** Judged anew when a load tells something new of errors, and once an hour. */
  async #verdicts(at: Date): Promise<readonly Verdict[]> {
    const { database, limits } = this.#options
    const limit = limits().retriesPerGigabyte
    const last = this.#judged
    const isGood =
      last?.limit === limit && !this.#stale && at.getTime() - last.at.getTime() < JUDGED_EVERY_MS
    if (isGood) return last.verdicts
    const verdicts = await judgedNow(database, at, limits())
    this.#judged = { verdicts, at, limit }
    this.#stale = false
    return verdicts
  }
}

/** What the history needs. */
export interface HistoryOptions {
  database: Database
  /** Asked each time, so that a reload is heeded. */
  limits: () => LoadLimits
  now: () => Date
  newId: () => string
}

/** The verdicts on all cartridges and drives that had errors in the days before `at`. */
export async function judgedNow(
  database: Queryable,
  at: Date,
  limits: LoadLimits,
): Promise<Verdict[]> {
  const since = new Date(at.getTime() - JUDGED_DAYS * DAY_MS)
  return judge(matrixOf(await loadsAroundErrors(database, since, limits), limits))
}

/** Forgets what is older than it is kept; resolves with how many loads that were. */
export function forgetOldLoads(database: Queryable, keptDays: number, now: Date): Promise<number> {
  return deleteLoadsBefore(database, new Date(now.getTime() - keptDays * DAY_MS))
}

async function readKept(database: Queryable) {
  const [latest, known] = [await latestLoads(database), await knownCartridges(database)]
  return {
    latest: new Map(latest.map((load) => [load.drive, load])),
    known: new Map(known.map((cartridge) => [cartridge.key, cartridge])),
  }
}

function withPresence(
  known: Iterable<KnownCartridge>,
  loads: Iterable<CartridgeLoad>,
  snapshot: Snapshot,
): CartridgesState['known'] {
  const tags = tagsInLibraries(snapshot)
  const open = [...loads].filter(({ unloadedAt }) => unloadedAt === null)
  const inDrives = new Set(open.flatMap((load) => cartridgeKeys([])(load) ?? []))
  return [...known].map((one) => ({ ...one, present: isPresent(one, inDrives, tags) }))
}
