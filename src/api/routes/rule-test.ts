import { Type } from 'typebox'
import type { Trial } from '../../alerts/rule-trial.ts'
import { ProblemError, type Fault } from '../problem.ts'
import { route } from '../route.ts'
import { compiledOf, faultsOfRule } from '../rules/check.ts'
import { definition, definitionJson, ruleTried } from '../rules/shapes.ts'
import { data, dateOf, flag, integer, labels, nullable, number, text, time } from '../schemas.ts'

const DAY_MS = 86_400_000
const LONGEST_DAYS = 92
/** More of each list is not answered; how many there are is. */
const MOST_LISTED = 1000

const said = Type.Object({
  at: time,
  findings: Type.Array(
    Type.Object({ labels, value: nullable(number), message: text, evidence: data }),
  ),
  findings_total: integer,
  places: Type.Array(Type.Object({ labels, value: nullable(number), holds: nullable(flag) })),
  places_total: integer,
  undecided: Type.Array(labels),
  undecided_total: integer,
  unread: Type.Array(Type.Object({ metric: text, labels, error: text })),
})

const wouldHaveSaid = Type.Object({
  since: time,
  until: time,
  step_seconds: integer,
  stored_since: nullable(time),
  periods: Type.Array(
    Type.Object({
      labels,
      pending_at: time,
      fired_at: nullable(time),
      resolved_at: nullable(time),
    }),
  ),
  periods_total: integer,
  too_short: integer,
  undecided_steps: integer,
})

/** Tries a rule without keeping it. */
export const ruleTest = route({
  method: 'post',
  path: '/api/v1/monitoring/rules/test',
  guard: 'rules:write',
  tag: 'monitoring',
  summary: 'Try a rule on now and on the past, without keeping it',
  description:
    'What it says now: the places where its condition holds, every place with the value that is compared with the ' +
    'threshold, those that it cannot tell of (`{}` is any), and what could not be read of its metrics (`unread`). And when it would have fired from `since` (a day before ' +
    '`until`) to `until` (now), evaluated on what is stored every `step_seconds`: 30, more for a long time or many ' +
    'places. `stored_since` is when the first of these values was read; `too_short` counts what was pending and came ' +
    `to nothing. Lists end after ${MOST_LISTED}.`,
  body: ruleTried,
  answers: {
    200: {
      description: 'What it says, and would have said.',
      schema: Type.Object({ rule: Type.Object(definition), now: said, past: wouldHaveSaid }),
    },
  },
  problems: ['busy'],
  async faultsOf(body, context) {
    return [...(await faultsOfRule(body, context)), ...timeFaults(body, context.now())]
  },
  async handle({ body, context }) {
    const { definition, compiled } = await compiledOf(body, context)
    const time = timeOf(body, context.now())
    const reading = context.snapshot().readings.metrics
    const current = reading?.state === 'read' ? reading.value : null
    const trial = await context.trials.try(compiled, current, time).catch((error: unknown) => {
      throw isTooMuch(error) ? tooMuchStored(error) : error
    })
    const at = current?.takenAt ?? context.now()
    return {
      status: 200,
      json: {
        rule: definitionJson(definition),
        now: nowJson(trial.now, at),
        past: pastJson(trial.past, time),
      },
    }
  },
})

interface GivenTime {
  since?: string | null | undefined
  until?: string | null | undefined
}

function timeOf({ since, until }: GivenTime, now: Date) {
  const end = until ? dateOf(until, '/body/until') : now
  const last = end > now ? now : end
  const first = since ? dateOf(since, '/body/since') : new Date(last.getTime() - DAY_MS)
  return { since: first, until: last }
}

function timeFaults(given: GivenTime, now: Date): Fault[] {
  try {
    const { since, until } = timeOf(given, now)
    const days = (until.getTime() - since.getTime()) / DAY_MS
    if (days < 0) return [{ path: '/body/since', message: 'must be before until, and not to come' }]
    if (days <= LONGEST_DAYS) return []
    return [{ path: '/body/since', message: `must be at most ${LONGEST_DAYS} days before until` }]
  } catch (error) {
    if (error instanceof ProblemError) return [...error.errors]
    throw error
  }
}

function isTooMuch(error: unknown): error is Error {
  return error instanceof Error && (error as { code?: unknown }).code === 'ERR_TOO_MANY_POINTS'
}

function tooMuchStored({ message }: Error): ProblemError {
  const errors = [{ path: '/body/since', message }]
  return new ProblemError('invalid_request', `/body/since ${message}`, { errors })
}

function nowJson({ findings, places, undecided, unread }: Trial['now'], at: Date) {
  // Findings are of the places where it holds, in their order.
  const holding = places.filter(({ holds }) => holds === true)
  return {
    at: at.toISOString(),
    findings: findings.slice(0, MOST_LISTED).map(({ labels, message, evidence = {} }, index) => ({
      ...{ labels, message, evidence },
      value: holding[index]?.value ?? null,
    })),
    findings_total: findings.length,
    places: places.slice(0, MOST_LISTED),
    places_total: places.length,
    undecided: undecided.slice(0, MOST_LISTED),
    undecided_total: undecided.length,
    unread: unread.slice(0, MOST_LISTED),
  }
}

function pastJson(past: Trial['past'], { since, until }: { since: Date; until: Date }) {
  return {
    since: since.toISOString(),
    until: until.toISOString(),
    step_seconds: past.stepSeconds,
    stored_since: past.storedSince?.toISOString() ?? null,
    periods: past.periods.slice(0, MOST_LISTED).map((period) => ({
      labels: period.labels,
      pending_at: period.pendingAt.toISOString(),
      fired_at: period.firedAt?.toISOString() ?? null,
      resolved_at: period.resolvedAt?.toISOString() ?? null,
    })),
    periods_total: past.periods.length,
    too_short: past.tooShort,
    undecided_steps: past.undecidedSteps,
  }
}
