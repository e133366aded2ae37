import type { Alert } from '../alerts/alert.ts'
import type { SecretAge } from '../auth/secret-ages.ts'
import type { BackupsState } from '../backups/state.ts'
import type { Verdict } from '../cartridges/verdict.ts'
import type { CollectorHealth } from '../collectors/lane.ts'
import type { TapeDrive } from '../collectors/tape-drives.ts'
import type { CheckOutcome } from '../consistency/outcome.ts'
import type { TableSize } from '../db/activity.ts'
import type { Forecasts } from '../history/forecasts.ts'
import type { ObjectKind } from '../inventory/inventory.ts'
import type { Severity } from '../rules/rule.ts'
import type { CertificateState } from '../tls/server-certificate.ts'
import type { Availability } from './availability.ts'

/** A part of what a report is made of. What could not be read is said, and does not stop the rest. */
export type Part<T> =
  | {
      state: 'read'
      value: T
      /** What of it could not be read; null when all was. */
      gap: string | null
    }
  | { state: 'failed'; error: string }
  /** The appliance has no such thing. */
  | { state: 'absent' }

/** A while. What is at `since` is not in it, what is at `until` is. */
export interface Period {
  since: Date
  until: Date
}

/** All that a weekly report is made of. */
export interface WeeklyFacts extends Period {
  host: string
  /** Name of the time zone that times are told in. */
  timeZone: string
  /** Since when the appliance is looked after: of what was before nothing is known. */
  watchedSince: Part<Date>
  alerts: Part<AlertFigures>
  incidents: Part<IncidentFigures>
  availability: Part<readonly ObjectAvailability[]>
  forecasts: Part<Forecasts>
  loads: Part<LoadFigures>
  verdicts: Part<readonly Verdict[]>
  drives: Part<readonly TapeDrive[]>
  scst: Part<ScstFigures>
  consistency: Part<readonly CheckOutcome[]>
  tasks: Part<TaskFigures>
  backups: Part<BackupFigures>
  database: Part<DatabaseFigures>
  messages: Part<readonly MessageFigures[]>
  own: Part<OwnFigures>
  collectors: Part<readonly CollectorHealth[]>
  secrets: Part<readonly SecretAge[]>
  certificates: Part<readonly CertificateState[]>
  inventory: Part<readonly InventoryChange[]>
}

/** Alerts of the period, and those that fire at its end; without those that another one says. */
export interface AlertFigures {
  /** The gravest first; not all of many. */
  firing: readonly Alert[]
  firingCounts: Readonly<Record<Severity, number>>
  /** How often one began to fire. */
  raised: Readonly<Record<Severity, number>>
  ended: number
  /** Of those that began to fire: how many somebody acknowledged, and the median time until then. */
  fired: number
  acknowledged: number
  medianSeconds: number | null
  noisyRules: readonly { title: string; count: number }[]
  noisyPlaces: readonly { resource: string; count: number }[]
  /** Conditions that fired so often within the time that says so. */
  flapping: readonly { title: string; resource: string; count: number }[]
}

/** Incidents of the period. */
export interface IncidentFigures {
  opened: number
  resolved: number
  /** That people look after still, the oldest first; not all of many. */
  active: readonly {
    title: string
    severity: 'low' | 'medium' | 'high' | 'critical'
    status: string
    assignedTo: string | null
    startedAt: Date
  }[]
  activeTotal: number
}

/** For how much of the period something answered, as far as was noted. */
export interface ObjectAvailability extends Availability {
  kind: 'library' | 'drive' | 'target'
  name: string
  virtual: boolean
  /** Since when it is missed; null while it is there. */
  goneSince: Date | null
}

/** Cartridges in drives. */
export interface LoadFigures {
  /** Loads that began in the period, by drive. */
  drives: readonly {
    drive: string
    virtual: boolean
    loads: number
    /** Null where the drive counts none. */
    writtenBytes: number | null
    readBytes: number | null
    errors: number | null
  }[]
  /** Cartridges with errors in loads of the period, those with the most first. */
  cartridges: readonly {
    name: string
    library: string | null
    drives: readonly string[]
    unrecoveredWriteErrors: number
    unrecoveredReadErrors: number
    loads: number
  }[]
  cartridgesTotal: number
}

/** What SCST does at the end of the period. */
export interface ScstFigures {
  running: boolean
  targets: number
  enabledTargets: number
  /** Null where sessions could not be read. */
  sessions: number | null
  initiators: number | null
  /** Running against configured. */
  differences: number
}

/** Tasks that ended in the period. */
export interface TaskFigures {
  completed: number
  cancelled: number
  failed: number
  /** The newest first; not all of many. */
  failures: readonly { kind: string; finishedAt: Date; error: string | null }[]
}

/** Backups of what the daemon remembers, and when one was last put back. */
export interface BackupFigures extends BackupsState {
  restoredAt: Date | null
}

/** The database, at the end of the period and before. */
export interface DatabaseFigures {
  sizeBytes: number | null
  /** By how much it grew, between which times; null where that was not noted. */
  grown: { bytes: number; since: Date } | null
  largest: readonly TableSize[]
}

/** Messages of a channel that were given up in the period, and that wait. */
export interface MessageFigures {
  channel: string
  givenUp: number
  waiting: number
}

/** How the daemon itself does. */
export interface OwnFigures {
  heldEvaluations: number
  heldSince: Date | null
  logLinesLost: number
  stuckCalls: number
}

/** Something that is new, or gone. */
export interface InventoryChange {
  kind: ObjectKind
  name: string
  virtual: boolean
  change: 'new' | 'gone'
  at: Date
}
