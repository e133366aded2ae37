import type { AlertJson, Fact } from './words.ts'
import { readable } from './printable.ts'

const MOST_EVIDENCE = 24

/** What is known of an alert, what to do first; nothing without a value. */
export function alertFacts(alert: AlertJson): Fact[] {
  const facts = [
    ...endFacts(alert),
    { name: 'What to do', value: readable(alert.action) },
    { name: 'Why it matters', value: readable(alert.description) },
    { name: 'Where', value: placeText(alert) },
    { name: 'Since', value: timeText(alert.started_at) },
    ...acknowledgementFacts(alert),
  ]
  return facts.filter(({ value }) => value.length > 0)
}

function placeText({ labels, part_of }: AlertJson): string {
  const whole = labelsText(part_of)
  return [labelsText(labels), ...(whole === '' ? [] : [`part of ${whole}`])]
    .filter((text) => text !== '')
    .join(', ')
}

const RESOLUTIONS: Readonly<Record<string, string>> = {
  auto: 'by itself',
  absent: 'what it was about is not there any more',
}

function endFacts(alert: AlertJson): Fact[] {
  const { resolved_at, resolved_by, resolution, resolve_comment } = alert
  if (resolved_at === null) return []
  const how =
    resolution === 'manual' ? byText(resolved_by, resolve_comment) : RESOLUTIONS[resolution ?? '']
  return [{ name: 'Ended', value: [timeText(resolved_at), how].filter(Boolean).join(', ') }]
}

function acknowledgementFacts(alert: AlertJson): Fact[] {
  const { acknowledged_at, acknowledged_by, acknowledge_comment, acknowledge_expires_at } = alert
  if (acknowledged_at === null) return []
  const until = acknowledge_expires_at === null ? '' : `, until ${timeText(acknowledge_expires_at)}`
  const how = byText(acknowledged_by, acknowledge_comment)
  return [{ name: 'Acknowledged', value: `${timeText(acknowledged_at)}${until}, ${how}` }]
}

function byText(user: string | null, comment: string | null): string {
  const by = `by ${user === null ? 'somebody' : readable(user)}`
  return comment === null || comment === '' ? by : `${by}: ${readable(comment)}`
}

/** The measured values behind an alert, a line each. */
export function evidenceFacts({ evidence }: AlertJson): Fact[] {
  const entries = Object.entries(evidence)
  const lines = entries.slice(0, MOST_EVIDENCE).map(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    return `${readable(name, 60)}: ${readable(text, 300)}`
  })
  if (entries.length > lines.length) lines.push(`and ${entries.length - lines.length} more`)
  return lines.length === 0 ? [] : [{ name: 'Evidence', value: lines }]
}

/** `library=XYZZY_A, slot=12` */
export function labelsText(labels: Readonly<Record<string, string>>): string {
  return readable(
    Object.entries(labels)
      .map(([name, value]) => `${name}=${value}`)
      .join(', '),
  )
}

/** `2026-11-20 21:00:00 UTC`: who reads it may be in another time zone than the appliance. */
export function timeText(time: string): string {
  return readable(time)
    .replace('T', ' ')
    .replace(/(?:\.\d+)?Z$/, ' UTC')
}
