import type { Labels } from '../history/metrics.ts'
import type { Rule } from '../rules/rule.ts'
import type { Alert } from './alert.ts'
import { evaluate, lastingAlerts, type ActiveAlerts } from './evaluate.ts'
import type { PastMetrics } from './past-metrics.ts'

/** A time for which an alert would have been pending or firing. */
export interface Period {
  labels: Labels
  pendingAt: Date
  /** Null when it did not fire until the end. */
  firedAt: Date | null
  /** Null when it lasts beyond the end. */
  resolvedAt: Date | null
}

/** What a rule would have done in a time. */
export interface Rehearsal {
  /** The first that began comes first; those that were pending and came to nothing are not among them. */
  periods: Period[]
  /** How many were pending and came to nothing. */
  tooShort: number
  /** Evaluations at which something was not known. */
  undecidedSteps: number
}

/** Which moments a rule is evaluated at. */
export interface RehearsalTime {
  sinceMs: number
  untilMs: number
  stepSeconds: number
}

/** For so long nobody else is kept waiting. */
const TURN_MS = 20

/**
 * Evaluates a rule on what is stored, moment after moment, by what decides about alerts otherwise. `pause` is
 * waited for now and then, so that others come to their turn. Rejects with what the rule throws.
 */
export async function rehearse(
  rule: Rule<'metrics'>,
  past: PastMetrics,
  { sinceMs, untilMs, stepSeconds }: RehearsalTime,
  { elapsedMs, pause }: { elapsedMs: () => number; pause: () => Promise<void> },
): Promise<Rehearsal> {
  let active: ActiveAlerts = new Map()
  let ids = 0
  let began = elapsedMs()
  const ended: Alert[] = []
  const rehearsal: Rehearsal = { periods: [], tooShort: 0, undecidedSteps: 0 }
  for (let atMs = sinceMs; atMs <= untilMs; atMs += stepSeconds * 1000) {
    if (elapsedMs() - began > TURN_MS) {
      await pause()
      began = elapsedMs()
    }
    const now = new Date(atMs)
    const value = past.at(atMs)
    const { changes, errors } = evaluate(active, [rule], snapshotAt(value), {
      now,
      newId: () => String(++ids),
    })
    for (const { error } of errors) throw error
    if ((rule.undecided?.(value).length ?? 0) > 0) rehearsal.undecidedSteps += 1
    for (const { kind, alert } of changes) {
      if (kind === 'resolved') ended.push(alert)
      if (kind === 'dropped') rehearsal.tooShort += 1
    }
    active = new Map(lastingAlerts(active, changes).map((alert) => [alert.fingerprint, alert]))
  }
  rehearsal.periods = [...ended, ...active.values()]
    .sort((one, other) => one.startedAt.getTime() - other.startedAt.getTime())
    .map(({ labels, startedAt, firedAt, resolvedAt }) => ({
      ...{ labels, firedAt, resolvedAt },
      pendingAt: startedAt,
    }))
  return rehearsal
}

function snapshotAt(value: ReturnType<PastMetrics['at']>) {
  const { takenAt } = value
  const reading = { state: 'read', value, problems: [], coverage: 'all', takenAt } as const
  return { takenAt, readings: { metrics: { ...reading, durationSeconds: 0 } } }
}

/** The step of the daemon's own evaluations. */
const SHORTEST_STEP_SECONDS = 30
const MOST_STEPS = 2880
/** Rows and stored values that are looked at in all. */
const MOST_WORK = 30_000_000

/** How often a rule is evaluated in a time: every half minute, less often where that is too much work. */
export function rehearsalStep(seconds: number, workAStep: number): number {
  const steps = Math.max(1, Math.min(MOST_STEPS, Math.floor(MOST_WORK / Math.max(1, workAStep))))
  const needed = seconds / steps
  return Math.max(1, Math.ceil(needed / SHORTEST_STEP_SECONDS)) * SHORTEST_STEP_SECONDS
}
