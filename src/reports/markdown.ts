import { inline, table } from '../incidents/markdown.ts'
import type { Report, ReportSection, ReportTable } from './report.ts'

/** A report as Markdown (CommonMark with tables): it shows what devices and people wrote, whatever that is. Pure. */
export function reportMarkdown(report: Report): string {
  const { host, period, verdict, doubts, sections } = report
  return `${[
    `# Weekly report of ${inline(host)}`,
    `**${inline(verdict, 2000)}**`,
    ...doubts.map((doubt) => inline(doubt, 2000)),
    inline(period),
    ...sections.flatMap(sectionParts),
  ].join('\n\n')}\n`
}

function sectionParts({ title, severity, lines, tables }: ReportSection): string[] {
  const grave = severity === null ? '' : ` (${severity})`
  return [
    `## ${inline(title)}${grave}`,
    ...lines.map((line) => inline(line, 2000)),
    ...tables.flatMap(tableParts),
  ]
}

function tableParts({ title, columns, rows, omitted }: ReportTable): string[] {
  const cells = (row: readonly string[]) => row.map((cell) => inline(cell))
  return [
    ...(title === null ? [] : [`### ${inline(title)}`]),
    table(cells(columns), rows.map(cells)),
    ...(omitted === 0 ? [] : [`And ${omitted} more.`]),
  ]
}
