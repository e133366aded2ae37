import type { Database } from '../db/database.ts'
import type { Snapshot } from '../snapshot.ts'
import { compare } from './compare.ts'
import { present } from './present.ts'
import { forgetObjects, rememberedObjects, rememberGone, rememberSeen } from './store.ts'

/** What the daemon remembers of the appliance: places that were there once and are not there now. */
export interface InventoryState {
  missing: readonly MissingObject[]
}

/** The kinds of objects that are missed when they are gone. */
export type ObjectKind = 'library' | 'drive' | 'target' | 'array' | 'session'

/** An object that was there and is not. */
export interface MissingObject {
  kind: ObjectKind
  /** The id of the hardware object: serial number, driver/target, UUID. */
  id: string
  /** For people, e.g. `STK L700 (XYZZY_A)`. */
  name: string
  /** What identifies it in alerts, as the rules of its subject would label it. */
  labels: Readonly<Record<string, string>>
  /** What it belongs to, e.g. the library of a drive. */
  partOf: Readonly<Record<string, string>>
  /** A library or drive of a VTL. */
  virtual: boolean
  lastSeen: Date
}

/**
 * Remembers in the database which libraries, drives, targets, arrays and sessions were there,
 * so that one that vanishes is missed, also after a restart.
 */
export class Inventory {
  readonly #database: Database
  readonly #now: () => Date

  constructor({ database, now }: { database: Database; now: () => Date }) {
    this.#database = database
    this.#now = now
  }

  /** Takes a snapshot in and resolves with what is missing. Rejects with DatabaseUnavailableError. */
  update(snapshot: Snapshot): Promise<InventoryState> {
    const now = this.#now()
    const sightings = present(snapshot)
    return this.#database.transaction(async (transaction) => {
      const remembered = await rememberedObjects(transaction)
      const { seen, gone, forgotten, missing } = compare(remembered, sightings, now)
      await rememberSeen(transaction, seen, now)
      await rememberGone(transaction, gone, now)
      await forgetObjects(transaction, forgotten)
      return { missing }
    })
  }

  /** Forgets an object that is gone for good; resolves with whether it was known. */
  async forget(kind: ObjectKind, id: string): Promise<boolean> {
    return (await forgetObjects(this.#database, [{ kind, id }])) > 0
  }
}
