import { Cron } from 'croner'
import { compilePattern } from '../rules/pattern.ts'
import { parseMatchers } from './matchers.ts'
import { windowsOf } from './schedule.ts'
import type { Matcher, Schedule, Silence } from './silence.ts'

/** A silence as somebody asks for it. */
export interface SilenceDraft {
  /** Matchers, or text that holds one or several. */
  matchers: readonly (string | Matcher)[]
  maintenance: boolean
  /** Null begins now. */
  startsAt: Date | null
  endsAt: Date | null
  /** Without a time zone it is the machine's. */
  schedule: (Omit<Schedule, 'timeZone'> & { timeZone: string | null }) | null
  comment: string
}

/** What is wrong with a draft, and where: `/matchers/0`. */
export interface SilenceFault {
  path: string
  message: string
}

/** The draft has faults; all of them are named. */
export class InvalidSilenceError extends Error {
  readonly code = 'ERR_INVALID_SILENCE'
  readonly faults: readonly SilenceFault[]

  constructor(faults: readonly SilenceFault[]) {
    super(faults.map(({ path, message }) => `${path} ${message}`).join('; '))
    this.name = 'InvalidSilenceError'
    this.faults = faults
  }
}

const MAX_MATCHERS = 100

/** The silence that is asked for. One that mutes nothing now is as good as any. Throws InvalidSilenceError. */
export function newSilence(
  draft: SilenceDraft,
  { id, author, now }: { id: string; author: string; now: Date },
): Silence {
  const faults: SilenceFault[] = []
  const matchers = draft.matchers.flatMap((given, index) =>
    matchersOf(given, `/matchers/${index}`, faults),
  )
  if (matchers.length > MAX_MATCHERS) {
    faults.push({ path: '/matchers', message: `must not be more than ${MAX_MATCHERS}` })
  }
  if (draft.matchers.length === 0 && !draft.maintenance) {
    faults.push({ path: '/matchers', message: 'must be at least one, except for maintenance' })
  }
  const startsAt = draft.startsAt ?? now
  const { endsAt } = draft
  if (endsAt !== null && endsAt <= startsAt) {
    faults.push({ path: '/end', message: 'must be after the start' })
  } else if (endsAt !== null && endsAt <= now) {
    faults.push({ path: '/end', message: 'must be in the future' })
  }
  const schedule = scheduleOf(draft, startsAt, faults)
  if (faults.length > 0) throw new InvalidSilenceError(faults)
  return {
    ...{ id, author, matchers, startsAt, endsAt, schedule },
    ...{ maintenance: draft.maintenance, comment: draft.comment, createdAt: now },
    ...{ cancelledAt: null, cancelledBy: null },
  }
}

function matchersOf(given: string | Matcher, path: string, faults: SilenceFault[]): Matcher[] {
  try {
    const matchers = typeof given === 'string' ? parseMatchers(given) : [given]
    if (matchers.length === 0) faults.push({ path, message: 'must not be empty' })
    for (const { name, value, isRegex } of matchers) {
      if (isRegex) tried(`the pattern of ${name}`, () => compilePattern(value))
    }
    return matchers
  } catch (error) {
    faults.push({ path, message: (error as Error).message })
    return []
  }
}

function scheduleOf(
  { schedule }: SilenceDraft,
  startsAt: Date,
  faults: SilenceFault[],
): Schedule | null {
  if (schedule === null) return null
  const timeZone = schedule.timeZone ?? machineTimeZone()
  const read = { ...schedule, timeZone }
  const before = faults.length
  const path = '/schedule'
  collect(faults, `${path}/time_zone`, () => {
    new Intl.DateTimeFormat('en', { timeZone })
  })
  collect(faults, `${path}/cron`, () => {
    if (schedule.cron.trim().split(/\s+/).length !== 5) {
      throw new Error('must be five fields: minute, hour, day, month, weekday')
    }
    new Cron(schedule.cron, { paused: true })
  })
  if (faults.length === before && windowsOf(read)(startsAt) === null) {
    faults.push({ path: `${path}/cron`, message: 'never comes' })
  }
  return read
}

/** The machine's time zone, by its name. */
function machineTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}

function collect(faults: SilenceFault[], path: string, read: () => void): void {
  try {
    read()
  } catch (error) {
    faults.push({ path, message: (error as Error).message })
  }
}

function tried(what: string, read: () => void): void {
  try {
    read()
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`, { cause: error })
  }
}
