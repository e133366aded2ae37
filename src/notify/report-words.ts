import { readable } from './printable.ts'
import type { ReportContent } from './notifier.ts'
import type { Link, Passage, Words } from './words.ts'

/** The words for a report: a passage a section, what is worst first said in a sentence. Pure. */
export function reportWords(content: ReportContent, home: Link): Words {
  const { host, period, severity, headline, verdict, doubts, sections } = content
  return {
    subject: `[REPORT] ${readable(host, 64)}: ${readable(headline, 150)}`,
    severity,
    passages: [
      {
        ...{ heading: readable(verdict), severity, facts: [], links: [] },
        text: readable(period),
        lines: doubts.map((doubt) => readable(doubt)),
      },
      ...sections.map(({ title, severity: grave, lines, tables }): Passage => ({
        ...{ heading: readable(title, 100), severity: grave, text: '', facts: [], links: [] },
        lines: lines.map((line) => readable(line)),
        tables: tables.map((table) => ({
          title: table.title === null ? null : readable(table.title, 100),
          columns: table.columns.map((cell) => readable(cell, 100)),
          rows: table.rows.map((row) => row.map((cell) => readable(cell, 1000))),
          omitted: table.omitted,
        })),
      })),
    ],
    ...{ omitted: 0, links: [home] },
  }
}
