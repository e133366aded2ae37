import type { Queryable } from '../db/database.ts'
import type { AboutMessage } from './wire.ts'

/** How it stands with an appliance of the fleet. */
export interface Appliance {
  name: string
  /** `silent`: nothing was heard of it for as long as `fleet.silent_seconds`. */
  state: 'reporting' | 'silent'
  /** Which database it counts in. */
  identity: string
  /** What it last told of itself; null when it has not, or what it told was not readable. */
  about: AboutMessage | null
  firstHeardAt: Date
  /** When it last told of itself. */
  lastHeardAt: Date
  silentSince: Date | null
  /** Last event that is stored: (epoch, seq) only grows. 0 before the first. */
  epoch: number
  seq: number
  /** Last event that it said to have; null when it has not said so. What is missing to it is on its way. */
  lastSeq: number | null
  /** Beat of the last numbers that are stored, on its clock; null before the first. */
  metricsAt: Date | null
  /** Events that are stored. */
  stored: number
  /** Events that it numbered and that never came. */
  missing: number
  /** Messages that could not be read. */
  unreadable: number
  /** Another machine uses the name: its identity, and when it was last heard; null when none does. */
  other: { identity: string; heardAt: Date } | null
}

/** A reading of an appliance's snapshot, as it told it: JSON, times are texts. */
export interface ToldReading {
  /** When the appliance said so, on its clock. */
  at: Date
  reading: unknown
}

/** The numbers of an appliance, as `GET /metrics` says them. */
export interface ToldNumbers {
  at: Date
  numbers: Readonly<Record<string, unknown>>
}

/** What of the appliances can be asked: kept in memory, as of the last that was heard. */
export interface Appliances {
  /** All that were heard of, by name. */
  list(): readonly Appliance[]
  /** One of them; null when it is not known. */
  find(name: string): Appliance | null
  /** What it told of subjects of its snapshot, e.g. `changers`. Of a silent appliance they are as old as it is silent. */
  readings(name: string): ReadonlyMap<string, ToldReading>
  /** What it told of one of them; null when it has not told it. */
  reading(name: string, subject: string): ToldReading | null
  /** Its snapshot of numbers; null when it has not told it. */
  numbers(name: string): ToldNumbers | null
}

/** What is on record of forgetting an appliance, written with it. */
export type ForgetNote = (transaction: Queryable, appliance: Appliance) => Promise<void>

/** The fleet, as the API asks it and what it does to it. */
export interface Fleet extends Appliances {
  /** Since when there is no connection to the servers, so that nothing is known of any; null while there is. */
  deafSince(): Date | null
  /**
   * Forgets an appliance with its alerts and its place, also at the servers: what is told under the name from then on is
   * that of a new one. Its events and numbers stay for as long as they are kept. Resolves with whether it was known.
   */
  forget(name: string, note: ForgetNote): Promise<boolean>
}
