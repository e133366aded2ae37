import { isTree, valueAt, type Tree } from './tree.ts'
import type { Fault } from './validate.ts'

/** What the settings of channels have to agree in. A channel that is not set up has no faults. */
export function notificationFaults(filled: unknown): Fault[] {
  const channels = valueAt(filled, ['notifications'])
  if (!isTree(channels)) return []
  return [
    ...addressFaults(channels),
    ...channelFaults(channels, 'email', 'host', emailFaults),
    ...channelFaults(channels, 'alertmanager', 'url', loginFaults),
    ...channelFaults(channels, 'snmp', 'host', snmpFaults),
    ...tellingFaults(channels),
  ].map(({ path, message }) => ({ path: ['notifications', ...path], message }))
}

/** The setting that sets a channel up, and whether it can tell what there was in a day. */
const CHANNELS = {
  webhook: { key: 'url', digest: true },
  email: { key: 'host', digest: true },
  slack: { key: 'url', digest: true },
  pagerduty: { key: 'routing_key', digest: false },
  alertmanager: { key: 'url', digest: false },
  snmp: { key: 'host', digest: true },
  syslog: { key: 'host', digest: true },
} as const

/** A key and what is wrong with it. */
type KeyFault = readonly [key: string, message: string]

function channelFaults(
  channels: Tree,
  name: keyof typeof CHANNELS,
  key: string,
  faultsOf: (settings: Tree) => KeyFault[],
): Fault[] {
  const settings = channels[name]
  if (!isTree(settings) || !isText(settings[key])) return []
  return faultsOf(settings).map(([faulty, message]) => ({
    path: [name, ...faulty.split('.')],
    message,
  }))
}

const URLS = ['public_url', 'heartbeat.url', 'webhook.url', 'slack.url', 'pagerduty.url']

/** Half a URL looks like one until it is used. */
function addressFaults(channels: Tree): Fault[] {
  return [...URLS, 'alertmanager.url'].flatMap((name) => {
    const path = name.split('.')
    const value = valueAt(channels, path)
    // What does not even begin like one is told of already.
    const isOne = !isText(value) || (/^https?:/.test(value) && URL.canParse(value))
    if (isOne || (name !== 'pagerduty.url' && !/^https?:\/\//.test(value))) return []
    return [{ path, message: 'must be a URL' }]
  })
}

/** What an SMTP server takes, without a name beside it. */
const ADDRESS = /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/

function emailFaults(settings: Tree): KeyFault[] {
  const { to, from } = settings
  const addresses = Array.isArray(to) ? to : []
  const expected = 'must be an address such as operator@example.org'
  return [
    ...(Array.isArray(to) && to.length === 0
      ? ([['to', 'must name somebody, since there is a host']] as const)
      : []),
    ...addresses.flatMap((address, index) =>
      isText(address) && !ADDRESS.test(address) ? [[`to.${index}`, expected] as const] : [],
    ),
    ...(isText(from) && !ADDRESS.test(from) ? [['from', expected] as const] : []),
    ...loginFaults(settings),
  ]
}

function loginFaults(settings: Tree): KeyFault[] {
  if (isText(settings.username)) return missing(settings, 'password', 'a username')
  if (isText(settings.password)) return missing(settings, 'username', 'a password')
  return []
}

/** RFC 3414, 11.2: shorter ones are guessed; net-snmp refuses them. */
const SHORTEST_PASSWORD = 8

function snmpFaults(settings: Tree): KeyFault[] {
  const { version, inform, auth_protocol, privacy_protocol } = settings
  if (version !== '3') return []
  const authentic = auth_protocol !== 'none'
  const encrypted = privacy_protocol !== 'none'
  return [
    ...missing(settings, 'user', 'version 3'),
    ...(inform === false ? missing(settings, 'engine_id', 'version 3 without inform') : []),
    ...(authentic ? missing(settings, 'auth_password', 'an auth_protocol') : []),
    ...(encrypted ? missing(settings, 'privacy_password', 'a privacy_protocol') : []),
    ...(encrypted && !authentic
      ? ([['privacy_protocol', 'must be none where auth_protocol is']] as const)
      : []),
    ...(['auth_password', 'privacy_password'] as const).flatMap((key) => {
      const value = settings[key]
      if (!isText(value) || value.length >= SHORTEST_PASSWORD) return []
      return [[key, `must have at least ${SHORTEST_PASSWORD} characters`] as const]
    }),
  ]
}

/** A secret that is to come from a file which could not be read is told of already. */
function missing(settings: Tree, key: string, because: string): KeyFault[] {
  if (isText(settings[key]) || isText(settings[`${key}_file`])) return []
  return [[key, `must be set, since there is ${because}`]]
}

/** Who is told later, or of a day, has to be there. */
function tellingFaults(channels: Tree): Fault[] {
  return (['escalation', 'digest'] as const).flatMap((section) => {
    const names = valueAt(channels, [section, 'channels'])
    if (!Array.isArray(names)) return []
    return names.flatMap((name: unknown, index) => {
      const message = isText(name) ? tellingFault(channels, section, name) : null
      return message === null ? [] : [{ path: [section, 'channels', String(index)], message }]
    })
  })
}

function tellingFault(channels: Tree, section: 'escalation' | 'digest', name: string) {
  // A name of none is told of already.
  if (!isChannel(name)) return null
  const { key, digest } = CHANNELS[name]
  if (section === 'digest' && !digest) return `${name} cannot tell a digest`
  return isText(valueAt(channels, [name, key])) ? null : `${name} is not set up`
}

function isChannel(name: string): name is keyof typeof CHANNELS {
  return Object.hasOwn(CHANNELS, name)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
