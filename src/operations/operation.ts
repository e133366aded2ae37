import type { OperationName } from './names.ts'

/** How an operation ended. */
export const operationStatuses = ['ok', 'error', 'timeout', 'cancelled'] as const
/** How an operation ended. */
export type OperationStatus = (typeof operationStatuses)[number]

/** What an operation was about, e.g. `{device: '/dev/sg3', serial: 'XYZZY_A1'}`. */
export type OperationLabels = Readonly<Record<string, string>>

/** Something the daemon did to the machine, and how it ended. */
export interface Operation {
  operation: OperationName
  labels: OperationLabels
  startedAt: Date
  durationSeconds: number
  status: OperationStatus
  /** Elements, sessions, LUNs and the like that it read or changed; null when nobody counted them. */
  affected: number | null
  /** Why it did not end well, without secrets; null when it did. */
  error: string | null
}

/** All operations of one type since the daemon was started. */
export interface OperationSummary {
  operation: OperationName
  count: number
  /** Those that ended with an error or too late. */
  failures: number
  /** From 0 to 1. */
  successRate: number
  /** Of the last ones, 256 at most. */
  p50Seconds: number
  p95Seconds: number
  /** Of all. */
  maxSeconds: number
  affected: number
  lastAt: Date
  lastError: { at: Date; error: string } | null
}

/** How a cache does. */
export interface CacheStatistics {
  cache: string
  hits: number
  misses: number
  entries: number
  /** What they hold, about; null when that is not known. */
  bytes: number | null
}

/** Which operations are logged, a line each. */
export interface OperationLogging {
  enabled: boolean
  /** Only of these types; null for all. */
  operations: readonly OperationName[] | null
  /** From when on it is as the configuration says; null for as long as the daemon runs. */
  expiresAt: Date | null
}
