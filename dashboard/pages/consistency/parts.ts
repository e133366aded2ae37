import type { Answer } from '../../wire/request.ts'

type Listed = Answer<'GET /monitoring/consistency'>
/** The tones of badges that are used here. */
export type Tone = 'good' | 'info' | 'warning' | 'critical' | 'unknown'
/** A comparison as it ended last. */
export type Check = Listed['checks'][number]
/** Something that is not as it ought to be. */
export type Difference = Listed['differences'][number]
/** What would be, or was, done about differences. */
export type Reconciliation = Answer<'POST /monitoring/consistency/reconcile'>
/** One thing to do on the machine. */
export type Step = Reconciliation['steps'][number]

/** What is counted of a comparison, now or in the past. */
export type Ended = Pick<Check, 'status' | 'missing' | 'orphaned' | 'pending' | 'different'>

/** The comparisons, in the order in which they are shown. */
export const checkNames = ['scst', 'vtl', 'library'] as const

/** The gravest first. */
export const kinds = ['missing', 'different', 'orphaned', 'pending'] as const

/** How a comparison ended. */
const checkTones: Readonly<Record<Check['status'], Tone>> = {
  up: 'good',
  degraded: 'warning',
  down: 'critical',
  unknown: 'unknown',
}

/** How grave a difference of a kind is. */
export const kindTones: Readonly<Record<Difference['kind'], Tone>> = {
  missing: 'critical',
  different: 'warning',
  orphaned: 'info',
  pending: 'info',
}

/**
 * The tone of a comparison: that something was read does not make it consistent while differences are known that
 * nobody ignores.
 */
export function toneOfCheck(check: Ended): Tone {
  return check.status === 'up' && differs(check) ? 'info' : checkTones[check.status]
}

/** Whether a comparison has found something that nobody ignores. */
export function differs(check: Ended): boolean {
  return kinds.some((kind) => check[kind] > 0)
}

/** The steps of a plan that settle a difference. */
export function stepsFor(steps: readonly Step[], id: string): readonly Step[] {
  return steps.filter(({ differences }) => differences.includes(id))
}

/** Lines of a file with what is to be added and taken away, for eyes and ears. */
export function diffLines(text: string): { sign: '+' | '-' | ' '; line: string }[] {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => {
      const sign = line.startsWith('+') ? '+' : line.startsWith('-') ? '-' : ' '
      return { sign, line: line.slice(1) }
    })
}
