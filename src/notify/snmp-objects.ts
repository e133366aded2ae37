import { labelsText } from './alert-facts.ts'
import { newsEvents, type AlertNews, type Message } from './notifier.ts'
import { fitted, readable } from './printable.ts'
import {
  alertUrl,
  hostName,
  runbookUrl,
  severityOfLevel,
  wordsOf,
  type Appliance,
} from './words.ts'

/** `storwarden` of deploy/snmp/STORWARDEN-MIB.txt. */
const MODULE = '1.3.6.1.4.1.8072.9999.9999.7892'

/** The notifications of the MIB, by their numbers below `stwNotifications`. */
export const notifications = {
  stwAlertFiring: 1,
  stwAlertResolved: 2,
  stwAlertAcknowledged: 3,
  stwEvent: 4,
  stwDigest: 5,
  stwTest: 6,
} as const

/** The objects of the MIB, by their numbers below `stwObjects`. */
export const objects = {
  stwMessageId: 1,
  stwHost: 2,
  stwNews: 3,
  stwAlertId: 4,
  stwAlertFingerprint: 5,
  stwAlertRule: 6,
  stwSeverity: 7,
  stwSource: 8,
  stwAlertResource: 9,
  stwAlertTitle: 10,
  stwMessage: 11,
  stwAlertAction: 12,
  stwAlertState: 13,
  stwAlertLabels: 14,
  stwAlertStartedAt: 15,
  stwAlertResolvedAt: 16,
  stwUrl: 17,
  stwRunbookUrl: 18,
  stwFiringCount: 19,
  stwResolvedCount: 20,
} as const

/** A notification, ready but for its encoding. */
export interface SnmpNotification {
  oid: string
  objects: readonly SnmpObject[]
}

/** An object and its value. */
export type SnmpObject = { oid: string } & SnmpValue

/** Text is encoded in UTF-8; a time as DateAndTime (RFC 2579). */
export type SnmpValue =
  | { type: 'text'; value: string }
  | { type: 'integer' | 'gauge'; value: number }
  | { type: 'time'; value: Buffer }

/** What each message is sent as: of alerts a notification each. Pure. */
export function snmpNotifications(message: Message, appliance: Appliance): SnmpNotification[] {
  const { content } = message
  const { subject, passages } = wordsOf(content, appliance)
  const common = { stwMessageId: text(message.id), stwHost: text(hostName(appliance)) }
  const rest = { stwMessage: text(passages[0]?.text ?? subject), stwUrl: text(appliance.publicUrl) }
  switch (content.kind) {
    case 'alerts':
      return content.alerts.map((news) => alertNotification(common, news, appliance))
    case 'event': {
      const { level, source } = content.event
      const stwSeverity = integer(SEVERITIES[severityOfLevel(level)])
      return [
        notification('stwEvent', { ...common, stwSeverity, stwSource: text(source), ...rest }),
      ]
    }
    case 'digest': {
      const { firing, firing_not_listed, resolved, resolved_not_listed } = content
      const counts = {
        stwFiringCount: gauge(firing.length + firing_not_listed),
        stwResolvedCount: gauge(resolved.length + resolved_not_listed),
      }
      return [notification('stwDigest', { ...common, ...rest, ...counts })]
    }
    case 'report':
      // Nobody reads tables on a console for traps: it is not put up for this channel.
      return []
    case 'test':
      return [notification('stwTest', { ...common, ...rest })]
  }
}

/** In Universal Time: year, month, day, hour, minutes, seconds, deciseconds, and how far from it, `+0:0`. */
export function dateAndTime(time: Date): Buffer {
  const bytes = Buffer.from([
    0,
    0,
    time.getUTCMonth() + 1,
    time.getUTCDate(),
    0,
    0,
    0,
    0,
    0x2b,
    0,
    0,
  ])
  bytes.writeUInt16BE(time.getUTCFullYear())
  bytes[4] = time.getUTCHours()
  bytes[5] = time.getUTCMinutes()
  bytes[6] = time.getUTCSeconds()
  bytes[7] = Math.floor(time.getUTCMilliseconds() / 100)
  return bytes
}

const SEVERITIES = { info: 1, warning: 2, critical: 3 } as const
const STATES = { pending: 1, firing: 2, resolved: 3 } as const

/**
 * For all texts of a notification: with some 25 bytes around each, and what version 3 puts around all, it
 * goes into a datagram that nobody has to take apart on its way.
 */
const TEXT_BYTES = 850

function alertNotification(
  common: Record<'stwMessageId' | 'stwHost', SnmpValue>,
  { event, alert, fingerprint }: AlertNews,
  appliance: Appliance,
): SnmpNotification {
  const resolvedAt = alert.resolved_at
  const values = {
    ...common,
    stwNews: integer(newsEvents.indexOf(event) + 1),
    stwAlertId: text(alert.id),
    stwAlertFingerprint: text(fingerprint),
    stwAlertRule: text(alert.rule),
    stwSeverity: integer(SEVERITIES[alert.severity]),
    stwSource: text(alert.source),
    stwAlertResource: text(alert.resource),
    stwAlertTitle: text(alert.title),
    stwMessage: text(alert.message),
    stwAlertAction: text(alert.action),
    stwAlertState: integer(STATES[alert.state]),
    stwAlertLabels: text(labelsText({ ...alert.part_of, ...alert.labels })),
    stwAlertStartedAt: time(alert.started_at),
    stwUrl: text(alertUrl(appliance, alert)),
    stwRunbookUrl: text(runbookUrl(appliance, alert) ?? ''),
  }
  if (event === 'acknowledged') return notification('stwAlertAcknowledged', values)
  if (event !== 'resolved') return notification('stwAlertFiring', values)
  const stwAlertResolvedAt = time(resolvedAt ?? alert.last_seen_at)
  return notification('stwAlertResolved', { ...values, stwAlertResolvedAt })
}

function notification(
  name: keyof typeof notifications,
  values: Partial<Record<keyof typeof objects, SnmpValue>>,
): SnmpNotification {
  const entries = Object.entries(values)
  const texts = entries.map(([, { type, value }]) => (type === 'text' ? value : ''))
  const short = fitted(texts, TEXT_BYTES)
  return {
    oid: `${MODULE}.0.${notifications[name]}`,
    objects: entries.map(([object, value], index) => ({
      oid: `${MODULE}.1.${objects[object as keyof typeof objects]}.0`,
      ...(value.type === 'text' ? text(short[index] ?? '') : value),
    })),
  }
}

function text(value: string): SnmpValue {
  return { type: 'text', value: readable(value) }
}

function integer(value: number): SnmpValue {
  return { type: 'integer', value }
}

function gauge(value: number): SnmpValue {
  return { type: 'gauge', value: Math.min(value, 0xffff_ffff) }
}

function time(value: string): SnmpValue {
  return { type: 'time', value: dateAndTime(new Date(value)) }
}
