import { readable } from '../notify/printable.ts'
import { countText } from '../rules/words.ts'
import type { Severity } from '../rules/rule.ts'
import type { Part } from './facts.ts'
import type { ReportSection, ReportTable } from './report.ts'

/** Rows that a table has at most: who wants more asks the daemon. */
export const MOST_ROWS = 20

/** How times are told: all in one time zone, which is named once. */
export interface Clock {
  /** `2026-11-20 22:00` */
  time(at: Date): string
  /** `2026-11-20` */
  day(at: Date): string
}

/** Times in a time zone, by its name. Throws where there is none of that name. */
export function clockOf(timeZone: string): Clock {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    ...({ year: 'numeric', month: '2-digit', day: '2-digit' } as const),
    ...({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const),
  })
  const partsOf = (at: Date) =>
    Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]))
  const day = (at: Date) => {
    const { year = '', month = '', day: ofMonth = '' } = partsOf(at)
    return `${year}-${month}-${ofMonth}`
  }
  return {
    day,
    time(at) {
      const { hour = '', minute = '' } = partsOf(at)
      return `${day(at)} ${hour}:${minute}`
    },
  }
}

/** `3 d 4 h`, `12 min`, `40 s`: its two largest units. */
export function spanText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  const minutes = Math.round(whole / 60)
  const units: [number, string][] = [
    [Math.floor(minutes / 1440), 'd'],
    [Math.floor(minutes / 60) % 24, 'h'],
    [minutes % 60, 'min'],
  ]
  const first = units.findIndex(([count]) => count > 0)
  return units
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ')
}

/** What devices and people wrote, as part of a line. */
export function said(text: string, most = 160): string {
  return readable(text, most)
}

/** A table of some of the things there are. */
export function tableOf(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  { title = null, total = rows.length }: { title?: string | null; total?: number } = {},
): ReportTable {
  const shown = rows.slice(0, MOST_ROWS)
  return { title, columns, rows: shown, omitted: Math.max(0, total - shown.length) }
}

/** What is said of a subject; none when there is nothing. */
export function sectionOf(
  title: string,
  severity: Severity | null,
  lines: readonly (string | null)[],
  tables: readonly ReportTable[] = [],
): ReportSection[] {
  const told = lines.filter((line) => line !== null)
  const listed = tables.filter(({ rows }) => rows.length > 0)
  return told.length + listed.length === 0 ? [] : [{ title, severity, lines: told, tables: listed }]
}

/** The value of a part; null when it could not be read, or there is no such thing. */
export function valueIn<T>(part: Part<T>): T | null {
  return part.state === 'read' ? part.value : null
}

/** What to say of parts that could not be read, or not all of them. */
export function gapLines(parts: Readonly<Record<string, Part<unknown>>>): string[] {
  return Object.entries(parts).flatMap(([what, part]) => {
    if (part.state === 'failed') return [`${what} could not be read: ${said(part.error, 300)}.`]
    if (part.state === 'read' && part.gap !== null) {
      return [`${what} could not be read in whole: ${said(part.gap, 300)}.`]
    }
    return []
  })
}

/** Warning when one of them could not be read. */
export function gapSeverity(parts: readonly Part<unknown>[]): Severity | null {
  const isKnown = (part: Part<unknown>) =>
    part.state === 'absent' || (part.state === 'read' && part.gap === null)
  return parts.every(isKnown) ? null : 'warning'
}

/** The gravest of some; null of none. */
export function gravestOf(severities: readonly (Severity | null)[]): Severity | null {
  return (['critical', 'warning', 'info'] as const).find((one) => severities.includes(one)) ?? null
}

/** `2 critical, 1 warning, 3 informational`; counts of nothing are left out. */
export function severityCounts(counts: Readonly<Record<Severity, number>>): string {
  return [
    ...(counts.critical > 0 ? [`${counts.critical} critical`] : []),
    ...(counts.warning > 0 ? [countText(counts.warning, 'warning')] : []),
    ...(counts.info > 0 ? [`${counts.info} informational`] : []),
  ].join(', ')
}
