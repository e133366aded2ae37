/** A family with its samples, ready to be written; the shape of prom-client's JSON. */
export interface ExposedFamily {
  name: string
  help: string
  type: string
  values: readonly {
    /** Where it differs from the family's name: `_bucket`, `_sum`, `_count`. */
    metricName?: string | undefined
    labels: Readonly<Record<string, string | number>>
    value: number
  }[]
}

/** A text format that Prometheus reads. */
export type ExpositionFormat = 'prometheus' | 'openmetrics'

/** The Content-Type of each format. */
export const contentTypes: Readonly<Record<ExpositionFormat, string>> = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
}

/** The format a scraper's Accept header asks for. */
export function formatFor(accept: string | undefined): ExpositionFormat {
  return accept?.includes('application/openmetrics-text') ? 'openmetrics' : 'prometheus'
}

/**
 * Writes families in the text format of Prometheus 0.0.4 or OpenMetrics 1.0.
 *
 * prom-client renders too, but switching a registry to OpenMetrics renames its
 * counters for good, so the same registry cannot serve both.
 */
export function expose(families: readonly ExposedFamily[], format: ExpositionFormat): string {
  const lines: string[] = []
  for (const { name, help, type, values } of families) {
    const family =
      format === 'openmetrics' && type === 'counter' ? name.replace(/_total$/, '') : name
    // OpenMetrics has no counter without the suffix; its name matters more than its type.
    const isPlain = format === 'openmetrics' && type === 'counter' && family === name
    const typeText = isPlain ? 'unknown' : type
    lines.push(`# HELP ${family} ${escapeHelp(help)}`, `# TYPE ${family} ${typeText}`)
    for (const { metricName = name, labels, value } of values) {
      lines.push(`${metricName}${labelsText(labels)} ${numberText(value)}`)
    }
  }
  if (format === 'openmetrics') lines.push('# EOF')
  return `${lines.join('\n')}\n`
}

function labelsText(labels: Readonly<Record<string, string | number>>): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${escapeLabel(`${value}`)}"`,
  )
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (value === Infinity) return '+Inf'
  return value === -Infinity ? '-Inf' : `${value}`
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
}

function escapeLabel(text: string): string {
  return /["\\\n]/.test(text)
    ? text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
    : text
}
