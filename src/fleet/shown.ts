import type { Reading, Snapshot } from '../snapshot.ts'
import type { Appliance, Fleet, ToldNumbers, ToldReading } from './appliances.ts'

/** What is known of appliances, to be shown. */
export type Told = Pick<Fleet, 'reading' | 'numbers' | 'deafSince'>

/** Since when and why nothing is known of an appliance now; null while it reports. */
export interface Silence {
  since: Date
  error: string
}

/** Whether it is silent, or nobody can be heard, since when: of either nothing is known now. */
export function silenceOf(
  { name, state, silentSince, lastHeardAt }: Appliance,
  deaf: Date | null,
): Silence | null {
  const since = silentSince ?? lastHeardAt
  if (state === 'silent') {
    return { since, error: `appliance ${name} is silent since ${since.toISOString()}` }
  }
  if (deaf === null) return null
  const error = `appliance ${name} cannot be heard: no connection to the servers of the fleet since ${deaf.toISOString()}`
  return { since: deaf, error }
}

/**
 * What an appliance told of itself, as a snapshot: a subject is unpacked when it is asked for. Of a silent one all is
 * unknown, with what was known last. A reading is told when it has changed: that it was read since is in the numbers.
 */
export function snapshotOf(appliance: Appliance, told: Told): Snapshot {
  const silence = silenceOf(appliance, told.deafSince())
  const numbers = told.numbers(appliance.name)
  const found = new Map<string, Reading<unknown> | undefined>()
  const find = (subject: string) => {
    const one = told.reading(appliance.name, subject)
    if (one === null) return undefined
    const reading = readingOf(one)
    return silence === null ? laterRead(reading, subject, numbers) : unknown(reading, silence)
  }
  const readings = new Proxy<Snapshot['readings']>(
    {},
    {
      get(_, subject) {
        if (typeof subject !== 'string') return undefined
        if (!found.has(subject)) found.set(subject, find(subject))
        return found.get(subject)
      },
    },
  )
  return { takenAt: appliance.lastHeardAt, readings }
}

function unknown(reading: Reading<unknown>, { error, since }: Silence): Reading<unknown> {
  const { durationSeconds } = reading
  if (reading.state === 'failed') {
    return { ...reading, error, since: since < reading.since ? since : reading.since }
  }
  const last = reading.state === 'read' ? { value: reading.value, takenAt: reading.takenAt } : null
  return { state: 'failed', error, since, durationSeconds, last }
}

function laterRead(
  reading: Reading<unknown>,
  subject: string,
  numbers: ToldNumbers | null,
): Reading<unknown> {
  if (reading.state === 'failed' || numbers === null) return reading
  const collectors = numbers.numbers.collectors as
    Record<string, { age_seconds?: unknown } | undefined> | undefined
  const age = collectors?.[subject]?.age_seconds
  if (typeof age !== 'number') return reading
  const takenAt = new Date(numbers.at.getTime() - age * 1000)
  return takenAt > reading.takenAt ? { ...reading, takenAt } : reading
}

/** The fields of a reading that have to be there: another version may have said something else. */
function readingOf({ at, reading }: ToldReading): Reading<unknown> {
  const found = (withTimes(reading) ?? {}) as Partial<Record<string, unknown>>
  const isTime = (value: unknown) => value instanceof Date
  const { state, since, takenAt, problems } = found
  const isKnown =
    (state === 'failed' && isTime(since)) ||
    (state === 'absent' && isTime(takenAt)) ||
    (state === 'read' && isTime(takenAt) && Array.isArray(problems))
  if (isKnown) return found as unknown as Reading<unknown>
  const error = 'what the appliance told of it is not understood here'
  return { state: 'failed', error, since: at, durationSeconds: 0, last: null }
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/** JSON has texts for times; they are written as texts again when they go out. */
function withTimes(value: unknown): unknown {
  if (typeof value === 'string') {
    if (!TIME.test(value)) return value
    const time = new Date(value)
    return Number.isNaN(time.getTime()) ? value : time
  }
  if (Array.isArray(value)) return value.map(withTimes)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, of]) => [key, withTimes(of)]))
}
