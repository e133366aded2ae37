import { Type } from 'typebox'
import type { Difference, SideValue } from '../../consistency/difference.ts'
import { checkNames, differenceKinds, remedies } from '../../consistency/difference.ts'
import type { CheckOutcome, CheckStatus } from '../../consistency/outcome.ts'
import type { Reconciliation } from '../../consistency/reconciliation.ts'
import { strategies } from '../../consistency/reconciliation.ts'
import { flag, integer, labels, nullable, number, oneOf, text, time } from '../schemas.ts'

/** How a check can end. */
export const statuses = ['up', 'degraded', 'down', 'unknown'] as const

const roles = ['data', 'live', 'configured', 'known'] as const

const ignored = nullable(Type.Object({ by: text, at: time, reason: text, until: nullable(time) }))

/** A difference with what each side says of it. */
export const differenceShape = Type.Object({
  id: text,
  check: oneOf(checkNames),
  kind: oneOf(differenceKinds),
  /** Kind of thing: medium, cartridge, device, target, group, lun, initiator … */
  what: text,
  name: text,
  place: labels,
  attribute: nullable(text),
  values: Type.Array(
    Type.Object({
      role: oneOf(roles),
      source: text,
      state: oneOf(['present', 'absent', 'unknown']),
      value: nullable(text),
      taken_at: nullable(time),
      age_seconds: nullable(number),
    }),
  ),
  sentence: text,
  action: text,
  remedies: Type.Array(oneOf(remedies)),
  told_by: nullable(text),
  ignored,
})

const counts = { missing: integer, orphaned: integer, pending: integer, different: integer }

/** A check without its differences. */
export const checkShape = Type.Object({
  check: oneOf(checkNames),
  status: oneOf(statuses),
  message: text,
  reasons: Type.Array(text),
  checked_at: time,
  age_seconds: number,
  duration_seconds: number,
  ...counts,
  ignored: integer,
  sources: Type.Array(
    Type.Object({
      role: oneOf(roles),
      source: text,
      state: oneOf(['read', 'unread', 'absent']),
      reason: nullable(text),
      taken_at: nullable(time),
    }),
  ),
  samples: Type.Array(
    Type.Object({
      barcode: text,
      library: nullable(text),
      result: oneOf(['verified', 'mismatch', 'not_verified']),
      reason: nullable(text),
    }),
  ),
})

/** Checks and some of their differences. */
export const consistencyShape = Type.Object({
  status: oneOf(statuses),
  checks: Type.Array(checkShape),
  differences: Type.Array(differenceShape),
  total: integer,
})

/** A check in the past. */
export const resultShape = Type.Object({
  check: oneOf(checkNames),
  status: oneOf(statuses),
  message: text,
  checked_at: time,
  duration_seconds: number,
  ...counts,
  ignored: integer,
})

/** What a reconciliation came to. */
export const reconciliationShape = Type.Object({
  strategy: oneOf(strategies),
  dry_run: flag,
  steps: Type.Array(
    Type.Object({
      differences: Type.Array(text),
      words: text,
      write: nullable(Type.Object({ path: text, text })),
      command: nullable(Type.Array(text)),
      disruptive: flag,
    }),
  ),
  /** What `restore_config` is carried out with; null for the others. */
  plan: nullable(text),
  files: Type.Array(Type.Object({ path: text, text })),
  remembered: integer,
  forgotten: integer,
})

/** The catalogue in brief. */
export const catalogueShape = Type.Object({
  name: text,
  imported_at: time,
  imported_by: text,
  cartridges: integer,
})

/** Which differences are wanted, and which part of them. */
export interface DifferenceFilter {
  check?: string | undefined
  kind?: string | undefined
  ignored?: boolean | undefined
  q?: string | undefined
  limit: number
  offset: number
}

/** The gravest first: what is not known is graver than what is a little late. */
const GRAVITY: readonly CheckStatus[] = ['down', 'unknown', 'degraded', 'up']

/** Outcomes as they go out, with those of their differences that are wanted. */
export function consistencyJson(
  outcomes: readonly CheckOutcome[],
  filter: DifferenceFilter,
  now: Date,
) {
  const { limit, offset } = filter
  const wanted = outcomes.flatMap(({ differences }) => differences).filter(matching(filter))
  const status = GRAVITY.find((one) => outcomes.some((outcome) => outcome.status === one))
  return {
    status: status ?? 'unknown',
    checks: outcomes.map((outcome) => checkJson(outcome, now)),
    differences: wanted.slice(offset, offset + limit).map((one) => differenceJson(one, now)),
    total: wanted.length,
  }
}

function matching({ check, kind, ignored: isIgnored, q }: DifferenceFilter) {
  const words = q?.toLowerCase()
  return (one: Difference): boolean =>
    (check === undefined || one.check === check) &&
    (kind === undefined || one.kind === kind) &&
    (isIgnored === undefined || (one.ignored !== null) === isIgnored) &&
    (words === undefined || `${one.name} ${one.sentence}`.toLowerCase().includes(words))
}

function checkJson({ counts: counted, ...outcome }: CheckOutcome, now: Date) {
  const { check, status, message, reasons, checkedAt, durationSeconds } = outcome
  return {
    ...{ check, status, message, reasons, checked_at: checkedAt.toISOString() },
    age_seconds: ageOf(checkedAt, now),
    duration_seconds: durationSeconds,
    ...counted,
    ignored: outcome.ignored,
    sources: outcome.sources.map(({ role, source, state, reason, takenAt }) => ({
      ...{ role, source, state, reason, taken_at: takenAt?.toISOString() ?? null },
    })),
    samples: outcome.samples.map(({ barcode, library, result, reason }) => ({
      ...{ barcode, library, result, reason },
    })),
  }
}

/** A difference as it goes out. */
export function differenceJson(difference: Difference, now: Date) {
  const { toldBy, ignored: leftAlone, values, ...rest } = difference
  return {
    ...rest,
    values: values.map((value) => valueJson(value, now)),
    told_by: toldBy,
    ignored: leftAlone && {
      ...{ by: leftAlone.by, reason: leftAlone.reason, at: leftAlone.at.toISOString() },
      until: leftAlone.until?.toISOString() ?? null,
    },
  }
}

function valueJson({ role, source, state, value, takenAt }: SideValue, now: Date) {
  return {
    ...{ role, source, state, value, taken_at: takenAt?.toISOString() ?? null },
    age_seconds: takenAt === null ? null : ageOf(takenAt, now),
  }
}

/** A reconciliation as it goes out. */
export function reconciliationJson({ dryRun, ...rest }: Reconciliation) {
  return { ...rest, dry_run: dryRun }
}

function ageOf(at: Date, now: Date): number {
  return Math.max(0, (now.getTime() - at.getTime()) / 1000)
}
