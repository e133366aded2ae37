import type { Host } from '../host/host.ts'

/**
 * Reads one hardware subject. `collect` keeps nothing between two calls: what
 * needs the reading before it (rates, counters over reconnects, the last known
 * inventory of a library that does not answer) is the pure `accumulate`.
 */
export interface Collector<T> {
  readonly name: string
  readonly intervalSeconds: number
  /** The whole collection fails after this long. */
  readonly timeoutMs: number

  /**
   * Rejects when the subject is there and cannot be read. `previous` is the latest value, of those that
   * tell from it what need not be asked again; undefined at first and after the subject was absent.
   */
  collect(host: Host, settings: CollectorSettings, previous?: T): Promise<Collected<T> | Absent>

  /**
   * The new value, read at `at`, in the light of the one before it, `seconds` earlier.
   * Pure. There is none before it at the first reading and after the subject was absent.
   */
  accumulate?(previous: T | undefined, current: T, seconds: number, at: Date): T

  /** What has it collect at once, before its interval is over. */
  readonly wakes?: Wakes<T>
}

/** What tells that a subject has changed, as `Host.changes` reports it. */
export interface Wakes<T> {
  /** Subsystems of kernel uevents, e.g. `scsi_tape`. */
  readonly devices?: readonly string[]
  /**
   * Files and directories that change with the subject. Of a directory what is created, removed or changed
   * directly in it; below /sys its names, or the text of a file. `value` is the latest that was read, null before.
   */
  paths?(settings: CollectorSettings, value: T | null): readonly string[]
  /** Collectors whose changes are this one's too. */
  readonly with?: readonly string[]
}

/** What was read, and which places of it could not be read. */
export interface Collected<T> {
  value: T
  problems: readonly Problem[]
  /** `some` when problems leave parts of the value unknown, `none` when no place answered. */
  coverage: 'all' | 'some' | 'none'
}

/** A place that could not be read. Alerts whose labels do not contradict these stay as they are. */
export interface Problem {
  labels: Readonly<Record<string, string>>
  error: string
}

/** The appliance has no such hardware, and nothing that says it should. */
export const ABSENT = Symbol('absent')
/** See ABSENT. */
export type Absent = typeof ABSENT

/** The part of the configuration that collectors need. */
export interface CollectorSettings {
  /** `proc_name` of SCSI hosts whose changers and drives are virtual. */
  virtualHosts: readonly string[]
  /** systemd units that are watched besides those the daemon knows. */
  services: readonly string[]
  scstConfigPath: string
  mhvtlConfigDir: string
  /** Mount points that are named as holding backups or VTL media. */
  repositories: readonly string[]
}

/** The defaults of the configuration. */
export const defaultSettings: CollectorSettings = {
  virtualHosts: ['mhvtl'],
  services: [],
  scstConfigPath: '/etc/scst.conf',
  mhvtlConfigDir: '/etc/mhvtl',
  repositories: [],
}

/** Everything was read. */
export function whole<T>(value: T): Collected<T> {
  return { value, problems: [], coverage: 'all' }
}

/** The source was read but does not say what it should. */
export class ParseError extends Error {
  readonly code = 'ERR_PARSE'

  constructor(source: string, problem: string) {
    super(`${source}: ${problem}`)
    this.name = 'ParseError'
  }
}
