/** What the daemon remembers of the appliance: places that were there once and are not there now. */
export interface InventoryState {
  missing: readonly MissingObject[]
}

export type ObjectKind = 'library' | 'drive' | 'target' | 'array' | 'session'

export interface MissingObject {
  kind: ObjectKind
  /** The id of the hardware object: serial number, driver/target, UUID. */
  id: string
  /** For people, e.g. `STK L700 (XYZZY_A)`. */
  name: string
  /** What identifies it in alerts, as the rules of its subject would label it. */
  labels: Readonly<Record<string, string>>
  /** A library or drive of a VTL. */
  virtual: boolean
  lastSeen: Date
}
