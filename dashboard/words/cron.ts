import { words } from './index.ts'

const texts = words.silences.cron
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun'].concat([
  'jul',
  'aug',
  'sep',
  'oct',
  'nov',
  'dec',
])
const NICKNAMES: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
}
/** More times of day are not read out. */
const MOST_TIMES = 4

/** A cron expression in words, e.g. `every Sunday at 02:00`; null of one that needs to be read as it is. */
export function cronInWords(expression: string): string | null {
  const text = expression.trim().toLowerCase()
  const fields = (NICKNAMES[text] ?? text).split(/\s+/)
  if (fields.length !== 5) return null
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = fields
  const days = daysOf(day, month, weekday)
  if (days === null) return null
  const often = oftenOf(minute, hour)
  if (often !== null) return days === texts.everyDay ? often : `${days}, ${often}`
  const times = timesOf(minute, hour)
  return times === null ? null : texts.at(days, times)
}

function oftenOf(minute: string, hour: string): string | null {
  const minutes = stepOf(minute)
  if (minutes !== null && hour === '*') return texts.everyMinutes(minutes)
  const hours = stepOf(hour)
  return hours !== null && numbers(minute, 0, 59)?.length === 1
    ? texts.everyHours(hours, minute)
    : null
}

/** `*` is 1, and so on. */
function stepOf(field: string): number | null {
  if (field === '*') return 1
  const step = /^\*\/(\d+)$/.exec(field)?.[1]
  return step === undefined || step === '0' ? null : Number(step)
}

function timesOf(minute: string, hour: string): string | null {
  const [minutes, hours] = [numbers(minute, 0, 59), numbers(hour, 0, 23)]
  if (minutes === null || hours === null) return null
  const times = hours.flatMap((h) => minutes.map((m) => `${two(h)}:${two(m)}`))
  return times.length > MOST_TIMES ? null : listed(times)
}

function daysOf(day: string, month: string, weekday: string): string | null {
  const when = dayOf(day, weekday)
  if (when === null || month === '*') return when
  const months = numbers(month, 1, 12, MONTHS, 1)
  return months && texts.inMonths(when, listed(months.map((one) => texts.months[one - 1] ?? '')))
}

function dayOf(day: string, weekday: string): string | null {
  const anyDay = day === '*' || day === '?'
  const anyWeekday = weekday === '*' || weekday === '?'
  if (anyDay && anyWeekday) return texts.everyDay
  // Both: cron means either, Croner can mean both. That is to be read as it is.
  if (!anyDay && !anyWeekday) return null
  if (anyWeekday) {
    if (day === 'l') return texts.lastOfMonth
    const days = numbers(day, 1, 31)
    return days && texts.ofMonth(listed(days.map(String)))
  }
  const nth = /^(\w+)#(\d|l)$/.exec(weekday)
  if (nth !== null) {
    const [one] = numbers(nth[1] ?? '', 0, 7, DAYS) ?? []
    const which = texts.nths[(nth[2] ?? '').toUpperCase()]
    return one === undefined || which === undefined
      ? null
      : texts.onNth(which, texts.days[one % 7] ?? '')
  }
  const days = numbers(weekday, 0, 7, DAYS)
  return days && texts.onDays(daysInWords([...new Set(days.map((one) => one % 7))]))
}

/** Three days in a row or more are a range. */
function daysInWords(days: readonly number[]): string {
  const name = (day: number | undefined) => texts.days[day ?? 0] ?? ''
  const inRow = days.every((day, index) => index === 0 || day === ((days[index - 1] ?? 0) + 1) % 7)
  return inRow && days.length > 2
    ? texts.to(name(days[0]), name(days.at(-1)))
    : listed(days.map(name))
}

/** The numbers of a field that is a list of numbers, names and ranges; null of any other. */
function numbers(
  field: string,
  least: number,
  most: number,
  names: readonly string[] = [],
  first = 0,
): number[] | null {
  const one = (text: string) => {
    const named = names.indexOf(text)
    const value = named >= 0 ? named + first : /^\d+$/.test(text) ? Number(text) : NaN
    return value >= least && value <= most ? value : null
  }
  const found: number[] = []
  for (const part of field.split(',')) {
    const [from, to, ...more] = part.split('-').map(one)
    if (from === undefined || from === null || to === null || more.length > 0) return null
    const last = to ?? from
    if (last < from) return null
    for (let value = from; value <= last; value += 1) found.push(value)
  }
  return found
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

function listed(parts: readonly string[]): string {
  return parts.length < 2
    ? (parts[0] ?? '')
    : parts.slice(0, -1).join(', ') + texts.and + (parts.at(-1) ?? '')
}
