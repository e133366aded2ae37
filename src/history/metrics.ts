import type { Problem } from '../collectors/collector.ts'
import type { ReadingState } from '../snapshot.ts'

/** A number that is exported, by its full name. */
export interface MetricName {
  /** `storwarden_tape_drive_active`, or of the snapshot of numbers `system_cpu_usage_percent`. */
  name: string
  help: string
  type: 'gauge' | 'counter'
}

/** The place of a value. */
export type Labels = Readonly<Record<string, string>>

/** One value of a metric at one place. */
export interface PlacedValue {
  labels: Labels
  value: number
}

/** What is known of a metric at one moment. */
export interface Metric extends MetricName {
  /** Of the subject that it counts: of one that failed there are no values, and nothing is over. */
  state: ReadingState
  /** Places that could not be read. */
  problems: readonly Problem[]
  values: readonly PlacedValue[]
  /** Places that are there, and whose value is not known. */
  unknown: readonly Labels[]
}

/** The values of a metric at one place over time, the oldest first. */
export interface Series {
  labels: Labels
  points: readonly Point[]
}

/** A value and when it was read, in ms since 1970. */
export interface Point {
  atMs: number
  value: number
}

/** Everything that can be counted at one moment, and of some metrics what they were before it. */
export interface Metrics {
  takenAt: Date
  /** By full name; null when there is none of that name. */
  get(name: string): Metric | null
  /** What was stored of a metric in the last seconds before `takenAt`, that moment included; null when it was not loaded. */
  over(name: string, seconds: number): readonly Series[] | null
}
