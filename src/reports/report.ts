import type { Severity } from '../rules/rule.ts'

/** A report about a while, for people: JSON, so that it is kept and sent as it was written. Texts are one line each. */
export interface Report {
  /** Name of the appliance. */
  host: string
  /** RFC 3339. */
  since: string
  until: string
  /** The time zone of the times in the texts. */
  time_zone: string
  /** From when to when, for people. */
  period: string
  /** Of the worst that it tells; null when nothing is wrong. */
  severity: Severity | null
  /** How the appliance is, in a few words. */
  headline: string
  /** The same in a sentence, with what is worst. */
  verdict: string
  /** Why that may not be all: sentences. */
  doubts: readonly string[]
  sections: readonly ReportSection[]
}

/** What a report says of one subject. */
export interface ReportSection {
  title: string
  /** Of the worst in it; null when nothing in it is wrong. */
  severity: Severity | null
  /** Sentences. */
  lines: readonly string[]
  tables: readonly ReportTable[]
}

/** Rows of as many cells as there are columns. */
export interface ReportTable {
  /** What it lists; null where the section says it. */
  title: string | null
  columns: readonly string[]
  rows: readonly (readonly string[])[]
  /** How many more rows there would be. */
  omitted: number
}

/** A report in which every text but the times is changed in the same way. Pure. */
export function inEveryText(report: Report, change: (text: string) => string): Report {
  const all = (texts: readonly string[]) => texts.map(change)
  return {
    ...report,
    host: change(report.host),
    headline: change(report.headline),
    verdict: change(report.verdict),
    doubts: all(report.doubts),
    sections: report.sections.map(({ lines, tables, ...section }) => ({
      ...section,
      lines: all(lines),
      tables: tables.map((table) => ({ ...table, rows: table.rows.map(all) })),
    })),
  }
}
