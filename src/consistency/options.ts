import type { Database } from '../db/database.ts'
import type { Host } from '../host/host.ts'
import type { Snapshot } from '../snapshot.ts'
import type { CheckName } from './difference.ts'
import type { Strategy } from './reconciliation.ts'

/** Told of what was compared and done. */
export interface ConsistencyObserver {
  checked(check: CheckName, seconds: number): void
  /** Differences that were not there before. */
  inconsistencies(check: CheckName, severity: string, count: number): void
  reconciled(strategy: Strategy, status: 'completed' | 'failed' | 'refused', seconds: number): void
}

/** What comparing needs. */
export interface ConsistencyOptions {
  database: Database
  host: Host
  snapshot: () => Snapshot
  /** Where mhvtl and SCST are configured; asked each time. */
  paths: () => { mhvtlConfigDir: string; scstConfigPath: string }
  /** Has everything read anew. */
  collectAll: () => Promise<void>
  /** What samples are chosen by. */
  seed: () => number
  observer: ConsistencyObserver
  /** Told when there are new results. */
  onChecked?: () => void
  onError: (error: Error) => void
  now: () => Date
  elapsedMs: () => number
}
