import { Type } from 'typebox'
import { errorOf, stateOf, type Reading, type Snapshot } from '../../snapshot.ts'
import { toJson } from '../json.ts'
import { ProblemError } from '../problem.ts'
import { route } from '../route.ts'
import { id, labels, nullable, number, oneOf, text, time } from '../schemas.ts'

const fields = {
  subject: text,
  state: oneOf(['read', 'partial', 'failed', 'absent']),
  /** Of the value: since it was read, also where reading fails now. */
  age_seconds: nullable(number),
  taken_at: nullable(time),
  duration_seconds: number,
  error: nullable(text),
  failing_since: nullable(time),
}

const list = route({
  method: 'get',
  path: '/api/v1/monitoring/readings',
  guard: 'monitoring:read',
  tag: 'monitoring',
  summary: 'What was read of each subject, and when',
  description:
    'As of the last evaluation. `age_seconds` is that of the value, also where reading fails now; null where there is none. ' +
    'A subject that was not read yet is not listed.',
  answers: {
    200: {
      description: 'By subject.',
      schema: Type.Object({ taken_at: time, readings: Type.Array(Type.Object(fields)) }),
    },
  },
  handle({ context: { snapshot, now } }) {
    const current = snapshot()
    const readings = Object.keys(current.readings)
      .sort()
      .flatMap((subject) => briefOf(subject, current, now()) ?? [])
    return { status: 200, json: { taken_at: current.takenAt.toISOString(), readings } }
  },
})

const get = route({
  method: 'get',
  path: '/api/v1/monitoring/readings/:id',
  guard: 'monitoring:read',
  tag: 'monitoring',
  summary: 'What was read of one subject, as the daemon holds it',
  description: 'For fault reports: what is in `value` may be another in each version.',
  params: id,
  answers: {
    200: {
      description:
        '`value` is the last that was read, null where there is none; `problems` are places that could not be read.',
      schema: Type.Object({
        ...fields,
        problems: Type.Array(Type.Object({ labels, error: text })),
        value: Type.Unknown(),
      }),
    },
  },
  problems: ['reading_not_found'],
  handle({ params, context: { snapshot, now } }) {
    const current = snapshot()
    const brief = briefOf(params.id, current, now())
    const reading = readingOf(params.id, current)
    if (brief === null || reading === null) {
      throw new ProblemError('reading_not_found', `${params.id}: was not read`)
    }
    const problems = reading.state === 'read' ? reading.problems : []
    const json = {
      ...brief,
      problems: problems.map((problem) => ({ labels: problem.labels, error: problem.error })),
      value: toJson(valueIn(reading)?.value),
    }
    return { status: 200, json }
  },
})

/** The readings, as the daemon holds them. */
export const readingRoutes = [list, get]

function readingOf(subject: string, { readings }: Snapshot): Reading<unknown> | null {
  return Object.hasOwn(readings, subject)
    ? ((readings[subject as keyof typeof readings] as Reading<unknown> | undefined) ?? null)
    : null
}

/** The value there is, and when it was read. */
function valueIn(reading: Reading<unknown>): { value: unknown; takenAt: Date } | null {
  if (reading.state === 'read') return reading
  return reading.state === 'failed' ? reading.last : null
}

function briefOf(subject: string, snapshot: Snapshot, now: Date) {
  const reading = readingOf(subject, snapshot)
  if (reading === null) return null
  const takenAt = reading.state === 'absent' ? reading.takenAt : (valueIn(reading)?.takenAt ?? null)
  return {
    subject,
    state: stateOf(reading),
    age_seconds: takenAt === null ? null : (now.getTime() - takenAt.getTime()) / 1000,
    taken_at: takenAt?.toISOString() ?? null,
    duration_seconds: reading.durationSeconds,
    error: errorOf(reading),
    failing_since: reading.state === 'failed' ? reading.since.toISOString() : null,
  }
}
