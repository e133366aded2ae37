/** One value of a family. */
export interface ExposedSample {
  /** Where it differs from the family's name: `_bucket`, `_sum`, `_count`. */
  metricName?: string | undefined
  labels: Readonly<Record<string, string | number>>
  value: number
}

/** By labels: the families of a group have them in common. */
const labelTexts = new WeakMap<ExposedSample['labels'], string>()

/** Labels as the formats have them, braces included; nothing of none. */
export function labelsText(labels: ExposedSample['labels']): string {
  const known = labelTexts.get(labels)
  if (known !== undefined) return known
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${escapeLabel(`${value}`)}"`,
  )
  const text = pairs.length === 0 ? '' : `{${pairs.join(',')}}`
  labelTexts.set(labels, text)
  return text
}

/** A number as the formats have it. */
export function numberText(value: number): string {
  if (Number.isFinite(value)) return `${value}`
  if (Number.isNaN(value)) return 'NaN'
  return value > 0 ? '+Inf' : '-Inf'
}

function escapeLabel(text: string): string {
  return /["\\\n]/.test(text)
    ? text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
    : text
}
