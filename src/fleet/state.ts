import type { Appliance } from './appliances.ts'

/** Of an appliance of the fleet what rules and numbers are about. */
export type ApplianceFacts = Pick<
  Appliance,
  | 'name'
  | 'state'
  | 'about'
  | 'lastHeardAt'
  | 'silentSince'
  | 'stored'
  | 'missing'
  | 'unreadable'
  | 'other'
>

/** How it stands with the appliances of a fleet. */
export interface FleetState {
  /** When this was asked. */
  at: Date
  /** False of a daemon that is no fleet: then there are no appliances. */
  listens: boolean
  /** After how long an appliance of which nothing is heard is silent. */
  silentSeconds: number
  appliances: readonly ApplianceFacts[]
}

/** Of a daemon that is no fleet. */
export function noFleet(at: Date): FleetState {
  return { at, listens: false, silentSeconds: 0, appliances: [] }
}
