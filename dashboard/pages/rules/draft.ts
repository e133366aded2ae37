import { words } from '../../words/index.ts'
import type { Body } from '../../wire/request.ts'

/** A rule as a form has it: all of it text. */
export type Typed = Readonly<
  Record<
    | 'name'
    | 'query'
    | 'threshold'
    | 'clear'
    | 'for'
    | 'keep'
    | 'severity'
    | 'source'
    | 'labels'
    | 'description'
    | 'action',
    string
  >
> & { enabled: boolean }

/** A rule as the daemon takes it. */
export type Given = Body<'POST /monitoring/rules'>

const texts = words.rules.form
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

/** What was typed as a rule. Throws an Error that says what cannot be read. */
export function givenOf(typed: Typed): Given {
  const { name, query, severity, source, description, action, enabled } = typed
  return {
    ...{ name: name.trim(), query: query.trim(), description, action, enabled },
    severity: severity as NonNullable<Given['severity']>,
    ...(source !== '' && { source: source as NonNullable<Given['source']> }),
    threshold_value: numberOf(typed.threshold, texts.threshold),
    clear_threshold: numberOf(typed.clear, texts.clear),
    for_seconds: waitOf(typed.for, texts.for),
    keep_firing_seconds: waitOf(typed.keep, texts.keep),
    labels: labelsOf(typed.labels),
  }
}

/** Seconds of what was typed, as `90`, `5m` or `1h30m`; null when it is no duration. */
export function secondsOf(text: string): number | null {
  const compact = text.replace(/\s+/g, '')
  if (/^\d+(\.\d+)?$/.test(compact)) return Number(compact)
  if (!/^(\d+(\.\d+)?[smhdw])+$/.test(compact)) return null
  return [...compact.matchAll(/([\d.]+)([smhdw])/g)].reduce(
    (sum, [, amount = '', unit = '']) => sum + Number(amount) * (SECONDS[unit] ?? 0),
    0,
  )
}

/** Seconds as they are typed: in the largest unit that leaves no rest. */
export function durationText(seconds: number): string {
  if (seconds === 0) return ''
  const [unit, size] = Object.entries(SECONDS)
    .filter(([name, each]) => name !== 'w' && seconds % each === 0)
    .at(-1) ?? ['s', 1]
  return `${seconds / size}${unit}`
}

function waitOf(text: string, name: string): number {
  if (text.trim() === '') return 0
  const seconds = secondsOf(text)
  if (seconds === null) throw new Error(texts.noDuration(name))
  return seconds
}

function numberOf(text: string, name: string): number | null {
  if (text.trim() === '') return null
  const value = Number(text.trim().replace(',', '.'))
  if (!Number.isFinite(value)) throw new Error(texts.noNumber(name))
  return value
}

function labelsOf(text: string): Record<string, string> {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf('=')
      if (at < 1) throw new Error(texts.noLabel(line))
      return [line.slice(0, at).trim(), line.slice(at + 1).trim()]
    }),
  )
}

/** A text in parts, those that have a fault marked. */
export interface Marked {
  text: string
  fault: boolean
}

/** The query with its faulty places marked; a fault at the end is marked there. */
export function marked(
  query: string,
  places: readonly { offset: number; length: number }[],
): Marked[] {
  const parts: Marked[] = []
  let at = 0
  for (const { offset, length } of [...places].sort((one, other) => one.offset - other.offset)) {
    if (offset < at) continue
    if (offset > at) parts.push({ text: query.slice(at, offset), fault: false })
    at = offset + Math.max(1, length)
    parts.push({ text: query.slice(offset, at) || ' ', fault: true })
  }
  if (at < query.length) parts.push({ text: query.slice(at), fault: false })
  return parts
}
