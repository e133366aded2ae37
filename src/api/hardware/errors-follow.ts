import type { Verdict } from '../../cartridges/verdict.ts'
import { valueOf, type Snapshot } from '../../snapshot.ts'
import { nullable, oneOf } from '../schemas.ts'

/** What the errors of a cartridge or drive follow. */
export type ErrorsFollow = Verdict['verdict']

/** In lists the verdict alone; null without errors in the last 90 days. */
export const errorsFollowSchema = nullable(oneOf(['tape', 'drive', 'undetermined']))

/** Answers what the errors of the one that has any of these ids follow. */
export function followedErrors(about: Verdict['about'], readings: Snapshot['readings']) {
  const verdicts = new Map(
    (valueOf(readings.cartridges)?.verdicts ?? [])
      .filter((verdict) => verdict.about === about)
      .map(({ id, verdict }) => [id, verdict]),
  )
  return (ids: readonly (string | null)[]): ErrorsFollow | null => {
    const found = ids.find((id) => id !== null && verdicts.has(id))
    return found === undefined ? null : (verdicts.get(found ?? '') ?? null)
  }
}
