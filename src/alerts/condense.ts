import type { Finding, Rule } from '../rules/rule.ts'
import type { Reading, Snapshot } from '../snapshot.ts'

/** Rules that have been asked, and a snapshot without the values that they were asked about. */
export interface Condensed {
  rules: readonly Rule[]
  snapshot: Snapshot
  /** How much of it there is: places that were found, linger or are undecided. */
  places: number
}

/**
 * Has the rules judge a snapshot now and lets go of what it holds: evaluating what is left comes to the same at any
 * later time. A rule that throws does so again. Pure.
 */
export function condensed(rules: readonly Rule[], snapshot: Snapshot): Condensed {
  let places = 0
  const asked = rules.map((rule) => {
    const reading = snapshot.readings[rule.subject]
    if (reading?.state !== 'read') return rule
    const answered = answeredBy(rule, reading.value)
    places += answered.places
    return answered.rule
  })
  const subjects = new Set(rules.map(({ subject }) => subject))
  const readings = Object.entries(snapshot.readings)
    .filter(([subject]) => subjects.has(subject as Rule['subject']))
    .map(([subject, reading]) => [subject, withoutValue(reading)])
  return {
    rules: asked,
    snapshot: { takenAt: snapshot.takenAt, readings: Object.fromEntries(readings) as object },
    places,
  }
}

function answeredBy(rule: Rule, value: unknown): { rule: Rule; places: number } {
  try {
    const findings = rule.check(value as never)
    const lingering = rule.lingers?.(value as never) ?? []
    const undecided = rule.undecided?.(value as never)
    const places = findings.length + lingering.length + (undecided?.length ?? 0)
    if (places === 0) return { rule: quietOf(rule), places }
    const lingers = { lingers: () => lingering }
    return {
      rule: {
        ...{ ...rule, check: () => findings },
        ...(rule.lingers && lingers),
        ...(undecided && { undecided: () => undecided }),
      },
      places,
    }
  } catch (error) {
    const thrown = error instanceof Error ? error : new Error(String(error))
    const check = (): Finding[] => {
      throw thrown
    }
    return { rule: { ...rule, check }, places: 1 }
  }
}

/** Most rules find nothing most of the time, and then all that is held of them is this. */
const quiet = new WeakMap<Rule, Rule>()

function quietOf(rule: Rule): Rule {
  const known = quiet.get(rule)
  if (known !== undefined) return known
  const nothing = () => []
  const made: Rule = {
    ...{ ...rule, check: nothing },
    ...(rule.lingers && { lingers: nothing }),
    ...(rule.undecided && { undecided: nothing }),
  }
  quiet.set(rule, made)
  return made
}

function withoutValue(reading: Reading<unknown>): Reading<unknown> {
  if (reading.state === 'read') return { ...reading, value: null }
  return reading.state === 'failed' ? { ...reading, last: null } : reading
}
