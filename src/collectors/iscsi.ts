import type { Host } from '../host/host.ts'
import { attribute, byNumber, readEach } from './attributes.ts'
import { ABSENT, whole, type Collector } from './collector.ts'
import { ifFound, isFailure } from './failures.ts'
import { addressText, beforeConnections, parseListeners } from './proc-net-tcp.ts'

/** iSCSI at both ends: where this machine listens as a target, and where it is logged in as an initiator. */
export interface Iscsi {
  /** Addresses with a listener on the iSCSI port (3260). */
  listening: readonly { address: string; port: number }[]
  initiatorName: string | null
  /** Sessions of open-iscsi on this machine. */
  initiatorSessions: readonly {
    id: string
    target: string
    portal: string | null
    /** LOGGED_IN, FAILED, FREE. */
    state: string
  }[]
}

const ISCSI_PORT = 3260
/** A hundred sockets. */
const BEGINNING_BYTES = 16 * 1024
const SESSION = '/sys/class/iscsi_session'
const CONNECTION = '/sys/class/iscsi_connection'

/** Listeners of the target, and sessions of the initiator. */
export const iscsi: Collector<Iscsi> & { name: 'iscsi' } = {
  name: 'iscsi',
  intervalSeconds: 30,
  timeoutMs: 10_000,
  wakes: { devices: ['iscsi_session', 'iscsi_connection'] },

  async collect(host) {
    const [listening, nameFile, initiatorSessions] = await Promise.all([
      readListeners(host),
      attribute(host, '/etc/iscsi/initiatorname.iscsi'),
      readSessions(host),
    ])
    const initiatorName = parseInitiatorName(nameFile ?? '')
    const none = listening.length === 0 && initiatorSessions.length === 0
    if (none && initiatorName === null) return ABSENT
    return whole({ listening, initiatorName, initiatorSessions })
  },
}

/** The name in /etc/iscsi/initiatorname.iscsi, which is shell text with comments; null when there is none. */
export function parseInitiatorName(text: string): string | null {
  return /^[ \t]*InitiatorName[ \t]*=[ \t]*(\S+)[ \t]*$/m.exec(text)?.[1] ?? null
}

async function readListeners(host: Host): Promise<Iscsi['listening']> {
  const told = (await host.tcpListeners?.().catch(unlessMistaken)) ?? null
  if (told !== null) {
    return told
      .filter(({ port }) => port === ISCSI_PORT)
      .map(({ address, port }) => ({ address: addressText(address), port }))
  }
  // Without IPv6 there is no tcp6.
  const tables = await Promise.all([
    listenersOf(host, '/proc/net/tcp'),
    ifFound(listenersOf(host, '/proc/net/tcp6')),
  ])
  return tables.flatMap((table) => table ?? []).filter(({ port }) => port === ISCSI_PORT)
}

/** A kernel that cannot tell who listens has the tables. */
function unlessMistaken(error: unknown): null {
  if (isFailure(error)) return null
  throw error
}

/** A server can have a hundred thousand connections, whose lines take the kernel and us a fifth of a second. */
async function listenersOf(host: Host, path: string): Promise<Iscsi['listening']> {
  const beginning = await host.readText(path, { enoughBytes: BEGINNING_BYTES })
  if (beginning.length < BEGINNING_BYTES) return parseListeners(beginning)
  return parseListeners(beforeConnections(beginning) ?? (await host.readText(path)))
}

async function readSessions(host: Host): Promise<Iscsi['initiatorSessions']> {
  const [names, connections] = await Promise.all([host.list(SESSION), host.list(CONNECTION)])
  return readEach(names.sort(byNumber), async (name) => {
    const path = `${SESSION}/${name}`
    // session1 has its leading connection in connection1:0.
    const connection = `connection${name.replace(/^session/, '')}:0`
    const [target, state, portal] = await Promise.all([
      host.readText(`${path}/targetname`),
      attribute(host, `${path}/state`),
      connections.includes(connection) ? readPortal(host, `${CONNECTION}/${connection}`) : null,
    ])
    return { id: name, target: target.trim(), portal, state: state ?? 'unknown' }
  })
}

/** Where the initiator was told to log in, which is not where a redirected session ends; with brackets around IPv6. */
async function readPortal(host: Host, path: string): Promise<string | null> {
  const address = await attribute(host, `${path}/persistent_address`)
  const port = await attribute(host, `${path}/persistent_port`)
  if (address === null || address === '(null)' || port === null) return null
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
