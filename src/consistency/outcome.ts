import { createHash } from 'node:crypto'
import type {
  CheckName,
  Difference,
  DifferenceKind,
  Ignored,
  RawDifference,
  Side,
} from './difference.ts'
import { differenceKinds } from './difference.ts'
import { placeOf } from './vtl.ts'
import { libraryWords, scstWords, vtlWords } from './words.ts'

/** How a check ended: `unknown` when a side could not be read and nothing is known to be missing. */
export type CheckStatus = 'up' | 'degraded' | 'down' | 'unknown'

/** Comparing one thing of which a sample was taken with what its own memory says. */
export interface Sample {
  check: CheckName
  barcode: string
  library: string | null
  result: 'verified' | 'mismatch' | 'not_verified'
  /** Why it was not verified, or what does not fit; null when it was. */
  reason: string | null
}

/** What a check found. */
export interface CheckOutcome {
  check: CheckName
  status: CheckStatus
  /** In words, without names: anybody may read it. */
  message: string
  /** Why it is unknown what some sides say. */
  reasons: readonly string[]
  checkedAt: Date
  durationSeconds: number
  sources: readonly Pick<Side, 'role' | 'source' | 'state' | 'reason' | 'takenAt'>[]
  /** Of those that are not ignored. */
  counts: Readonly<Record<DifferenceKind, number>>
  ignored: number
  /** Also those that are ignored. */
  differences: readonly Difference[]
  samples: readonly Sample[]
}

/** The consistency of the appliance as it was last looked at. */
export interface ConsistencyState {
  /** Those that were made since the start. */
  checks: readonly CheckOutcome[]
}

/** More that are pending than this is no longer the usual delay. */
export const MOST_PENDING = 10

const wordsOf = { vtl: vtlWords, scst: scstWords, library: libraryWords }

/** A difference for an operator. */
export function inWords(
  check: CheckName,
  raw: RawDifference,
  ignored: ReadonlyMap<string, Ignored>,
): Difference {
  const { kind, thing, attribute, values } = raw
  const id = idOf(check, kind, thing.name, attribute)
  const place = check === 'vtl' ? placeOf(raw) : thing.place
  return {
    ...{ id, check, kind, what: thing.what, name: thing.name, place, attribute, values },
    ...wordsOf[check](raw),
    ignored: ignored.get(id) ?? null,
  }
}

/** The same for the same difference, whenever it is found. */
function idOf(
  check: CheckName,
  kind: DifferenceKind,
  name: string,
  attribute: string | null,
): string {
  const text = JSON.stringify([check, kind, name, attribute])
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

/** Sums up what a check has found. */
export function outcomeOf(
  check: CheckName,
  sides: readonly Side[],
  differences: readonly Difference[],
  samples: readonly Sample[],
  { checkedAt, durationSeconds }: { checkedAt: Date; durationSeconds: number },
): CheckOutcome {
  const counting = differences.filter(({ ignored }) => ignored === null)
  const counts = Object.fromEntries(
    differenceKinds.map((kind) => [kind, counting.filter((one) => one.kind === kind).length]),
  ) as Record<DifferenceKind, number>
  const unread = sides.filter(({ state, reason }) => state !== 'absent' && reason !== null)
  const reasons = [...new Set(unread.map(({ source, reason }) => `${source}: ${reason ?? ''}`))]
  const status = statusOf(counts, reasons.length > 0)
  return {
    ...{ check, status, message: messageOf(sides, counts, reasons.length), reasons },
    ...{ checkedAt, durationSeconds, counts, differences, samples },
    ignored: differences.length - counting.length,
    sources: sides.map(({ role, source, state, reason, takenAt }) => ({
      ...{ role, source, state, reason, takenAt },
    })),
  }
}

function statusOf(counts: CheckOutcome['counts'], isUnread: boolean): CheckStatus {
  if (counts.missing > 0) return 'down'
  if (isUnread) return 'unknown'
  return counts.pending > MOST_PENDING ? 'degraded' : 'up'
}

function messageOf(sides: readonly Side[], counts: CheckOutcome['counts'], unread: number): string {
  if (sides.every(({ role, state }) => state === 'absent' || role === 'known')) {
    return 'nothing to compare'
  }
  const found = differenceKinds.filter((kind) => counts[kind] > 0)
  const told = found.map((kind) => `${counts[kind]} ${kind}`).join(', ')
  const gaps = unread === 0 ? '' : `${unread} ${unread === 1 ? 'side' : 'sides'} not read`
  return [told, gaps].filter((part) => part !== '').join(', ') || 'consistent'
}
