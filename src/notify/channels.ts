import type { Config } from '../config/schema.ts'
import { Alertmanager } from './alertmanager.ts'
import { Email } from './email.ts'
import type { ChannelPolicy, Notifier } from './notifier.ts'
import { PagerDuty } from './pagerduty.ts'
import { Slack } from './slack.ts'
import type { Reach } from './reach.ts'
import { SnmpTrap, type SnmpSecurity } from './snmp-trap.ts'
import { Syslog } from './syslog.ts'
import { Webhook } from './webhook.ts'
import type { Appliance } from './words.ts'

/** A channel that is set up, and of which alerts it is told. */
export interface Channel extends ChannelPolicy {
  notifier: Notifier
}

/** Who messages come from: `host` is the name of the appliance. */
export interface Sender extends Appliance {
  /** Name and version, e.g. `storwarden/0.1.0`. */
  agent: string
  /** Which addresses may be told over HTTP. */
  reach: Reach
  now: () => Date
}

type Settings = Config['notifications']

/** The channels that the configuration says enough about, in its order. */
export function configuredChannels(settings: Settings, sender: Sender): Channel[] {
  const { webhook, email, slack, pagerduty, alertmanager, snmp, syslog } = settings
  const { agent, reach, host, publicUrl } = sender
  const appliance = { host, publicUrl }
  const channels: Channel[] = []
  const add = (notifier: Notifier, { min_severity }: { min_severity: Channel['minSeverity'] }) => {
    channels.push({ notifier, minSeverity: min_severity })
  }
  if (webhook.url !== null) {
    const { url, secret } = webhook
    add(new Webhook({ url, secret, agent, reach }), webhook)
  }
  if (email.host !== null) {
    const { host, port, security, ca_file, username, password, from, to } = email
    const server = { host, port, security, caFile: ca_file, username, password }
    add(new Email({ ...server, from, to, appliance }), email)
  }
  if (slack.url !== null) {
    add(new Slack({ url: slack.url, appliance, agent, reach }), slack)
  }
  if (pagerduty.routing_key !== null) {
    const { routing_key, url } = pagerduty
    add(new PagerDuty({ routingKey: routing_key, url, appliance, agent, reach }), pagerduty)
  }
  if (alertmanager.url !== null) {
    const { url, username, password } = alertmanager
    const firingSeconds = FIRING_SECONDS + 2 * settings.repeat_interval_seconds
    const server = { url, username, password, firingSeconds }
    add(new Alertmanager({ ...server, appliance, agent, reach, now: sender.now }), alertmanager)
  }
  if (snmp.host !== null) {
    const { host, port, inform } = snmp
    const security = snmpSecurity(snmp)
    add(new SnmpTrap({ host, port, inform, security, appliance, now: sender.now }), snmp)
  }
  if (syslog.host !== null) {
    const { host, port, transport, ca_file, facility } = syslog
    add(new Syslog({ host, port, transport, caFile: ca_file, facility, appliance }), syslog)
  }
  return channels
}

/**
 * For so long, besides two repeat intervals, Alertmanager takes an alert for firing that it hears no more of. Longer
 * than people acknowledge or silence alerts for; as long as the end of one is told at all, it never matters.
 */
const FIRING_SECONDS = 30 * 86_400

function snmpSecurity(snmp: Settings['snmp']): SnmpSecurity {
  const { version, community, user, engine_id, auth_protocol, auth_password } = snmp
  const { privacy_protocol, privacy_password } = snmp
  if (version === '2c') return { version, community: community ?? 'public' }
  return {
    version,
    user: user ?? '',
    auth:
      auth_protocol === 'none' ? null : { protocol: auth_protocol, password: auth_password ?? '' },
    privacy:
      privacy_protocol === 'none'
        ? null
        : { protocol: privacy_protocol, password: privacy_password ?? '' },
    engineId: engine_id === null ? null : engine_id.replace(/^0x/, ''),
  }
}
