import type { EventLevel, EventType } from '../events/event.ts'
import { acceptedTimes } from '../events/window.ts'
import { ProblemError, type Fault } from './problem.ts'

/** An event as it is handed in. */
export interface GivenEvent {
  event_type: EventType
  source: string
  message: string
  level?: EventLevel
  tags?: Record<string, string>
  payload?: Record<string, unknown>
  timestamp?: string
}

const MOST_PAYLOAD = 16_384
const MOST_NAME = 64

/** Names are printed in one line, by everybody. Messages may have several, and are escaped where they are printed. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/

/** What a text can be found by: letters and digits, of any script. */
const WORD = /[0-9A-Za-z\u00c0-\u1fff\u2070-\u2fff\u3001-\uffff]/

/** The faults of an event that its schema does not tell: text in one line, sizes, and a time that is not taken. */
export function faultsOfEvent(given: Partial<GivenEvent>, now: Date, keptDays: number): Fault[] {
  const { source, tags, payload, timestamp } = given
  const faults: Fault[] = []
  const find = (isFault: boolean, path: string, message: string) => {
    if (isFault) faults.push({ path: `/body/${path}`, message })
  }
  find(CONTROL.test(source ?? ''), 'source', 'must not contain control characters')
  for (const [name, value] of Object.entries(tags ?? {})) {
    const place = `tags/${name}`
    const isName = name !== '' && name.length <= MOST_NAME && !CONTROL.test(name)
    find(!isName, place, `must have a name of 1 to ${MOST_NAME} characters, none of control`)
    find(CONTROL.test(value), place, 'must not contain control characters')
  }
  find(
    payload !== undefined && JSON.stringify(payload).length > MOST_PAYLOAD,
    'payload',
    `must not be longer than ${MOST_PAYLOAD} characters of JSON`,
  )
  const { from, to } = acceptedTimes(now, keptDays)
  const at = timestamp === undefined ? now : new Date(timestamp)
  find(
    !(at >= from && at <= to),
    'timestamp',
    `must be from ${from.toISOString()} to ${to.toISOString()}`,
  )
  return faults
}

/** The faults of a text to search for. */
export function textFaults(text: string, path: string): Fault[] {
  return WORD.test(text) ? [] : [{ path, message: 'must have a letter or a digit' }]
}

/** Reads `name=value,name=value`. Throws ProblemError `invalid_request`. */
export function tagsOf(text: string, path: string): Record<string, string> {
  const pairs = text.split(',').map((pair) => /^([^=]+)=(.*)$/s.exec(pair))
  const tags = pairs.flatMap((pair) => (pair ? [[pair[1] ?? '', pair[2] ?? '']] : []))
  if (tags.length === pairs.length) return Object.fromEntries(tags) as Record<string, string>
  const fault = { path, message: 'must be name=value, several separated by commas' }
  throw new ProblemError('invalid_request', `${path} ${fault.message}`, { errors: [fault] })
}
