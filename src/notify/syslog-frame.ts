import { labelsText } from './alert-facts.ts'
import type { AlertNews, Message } from './notifier.ts'
import { oneLine, readable, shortenedBytes } from './printable.ts'
import type { Severity } from '../rules/rule.ts'
import { alertUrl, headingOf, severityOfLevel, wordsOf, type Appliance } from './words.ts'

/** Numbers of RFC 5424, 6.2.1, and those that Linux has besides. */
export const facilities = {
  ...{ kern: 0, user: 1, mail: 2, daemon: 3, auth: 4, syslog: 5, lpr: 6, news: 7 },
  ...{ uucp: 8, cron: 9, authpriv: 10, ftp: 11, local0: 16, local1: 17, local2: 18 },
  ...{ local3: 19, local4: 20, local5: 21, local6: 22, local7: 23 },
} as const

/** Of whom a message says it is. */
export type Facility = keyof typeof facilities

/** Number 32473 is for documentation (RFC 5612): nobody else's elements have this name. */
const SD_ID = 'storwarden@32473'

/** crit, warning and info; what is over or looked after is notice. */
const SEVERITIES: Readonly<Record<Severity, number>> = { critical: 2, warning: 4, info: 6 }
const NOTICE = 5

/** A part of the message stays, whatever is known besides. */
const MESSAGE_BYTES = 300

/**
 * What a message is logged as, by RFC 5424: of alerts a line each. None has more than `mostBytes` bytes, which
 * the text gives way to. Pure.
 */
export function syslogLines(
  message: Message,
  {
    appliance,
    facility,
    mostBytes,
  }: { appliance: Appliance; facility: Facility; mostBytes: number },
): string[] {
  return entriesOf(message, appliance).map(({ severity, kind, data, text }) => {
    const header = [
      `<${facilities[facility] * 8 + severity}>1`,
      message.at.toISOString(),
      name(appliance.host, 255),
      'storwarden',
      '-',
      name(kind, 32),
    ].join(' ')
    const known = { id: message.id, ...data }
    const room = mostBytes - Buffer.byteLength(header) - 2 - BOM_BYTES
    const element = elementOf(known, room - MESSAGE_BYTES)
    return `${header} ${element} ${BOM}${shortenedBytes(text, room - Buffer.byteLength(element))}`
  })
}

/** Says that the text is UTF-8 (6.4). */
const BOM = '\ufeff'
const BOM_BYTES = 3

interface Entry {
  severity: number
  /** MSGID: messages of one kind have the same. */
  kind: string
  data: Readonly<Record<string, string>>
  text: string
}

function entriesOf({ content }: Message, appliance: Appliance): Entry[] {
  if (content.kind === 'alerts') return content.alerts.map((news) => alertEntry(news, appliance))
  const { subject, passages } = wordsOf(content, appliance)
  const text = content.kind === 'event' ? subject : joined(subject, passages[0]?.text ?? '')
  const severity =
    content.kind === 'event' ? SEVERITIES[severityOfLevel(content.event.level)] : SEVERITIES.info
  const data: Record<string, string> =
    content.kind === 'event' ? { source: content.event.source, type: content.event.type } : {}
  return [{ severity, kind: content.kind, data, text }]
}

function alertEntry(news: AlertNews, appliance: Appliance): Entry {
  const { event, alert, fingerprint } = news
  const isSettled = event === 'resolved' || event === 'acknowledged'
  const action = isSettled ? '' : readable(alert.action)
  return {
    severity: isSettled ? NOTICE : SEVERITIES[alert.severity],
    kind: event,
    data: {
      alert: alert.id,
      rule: alert.rule,
      severity: alert.severity,
      source: alert.source,
      resource: alert.resource,
      started_at: alert.started_at,
      resolved_at: alert.resolved_at ?? '',
      labels: labelsText({ ...alert.part_of, ...alert.labels }),
      fingerprint,
      url: alertUrl(appliance, alert),
    },
    text: joined(headingOf(news), readable(alert.message), action),
  }
}

function joined(heading: string, ...sentences: string[]): string {
  const said = sentences.filter((sentence) => sentence !== '').join(' ')
  return said === '' ? heading : `${heading} - ${said}`
}

/** The element with as many of its parameters, of the first on, as there is room for. */
function elementOf(data: Readonly<Record<string, string>>, bytes: number): string {
  let parameters = ''
  for (const [key, value] of Object.entries(data)) {
    const text = oneLine(value)
    if (text === '') continue
    const parameter = ` ${key}="${escaped(readable(text, 500))}"`
    if (Buffer.byteLength(`[${SD_ID}${parameters}${parameter}]`) <= bytes) parameters += parameter
  }
  return `[${SD_ID}${parameters}]`
}

/** 6.3.3 */
function escaped(value: string): string {
  return value.replace(/["\\\]]/g, '\\$&')
}

/** Printable ASCII without blanks, `-` for nothing (6.2.4, 6.2.7). */
function name(text: string, most: number): string {
  return text.replace(/[^\x21-\x7e]/g, '').slice(0, most) || '-'
}
