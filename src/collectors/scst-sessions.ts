import { HostError } from '../host/host.ts'
import { ABSENT, ParseError, whole } from './collector.ts'
import type { Collector } from './collector.ts'
import { parseAttribute, parseNumber, SCST_ROOT, ScstTree } from './scst-attribute.ts'
import { isConfigured, readConfigFile } from './scst-config-file.ts'
import { accumulateTotals, firstTotals } from './scst-session-totals.ts'
import { driverNames, targetNames, targetPath } from './scst-targets.ts'

/** Who is logged in, and what each initiator has done over all its logins. */
export interface ScstSessions {
  sessions: readonly ScstSession[]
  /** One of each initiator and target, also of those that are gone, in the order of their names. */
  totals: readonly SessionTotals[]
}

/** A session of an initiator with a target. */
export interface ScstSession {
  /** driver/target/session directory. */
  id: string
  driver: string
  target: string
  /** Directory name; a second session of the same initiator gets a suffix. */
  session: string
  initiator: string
  /** Differs from one login to the next: the SID of iSCSI; null for drivers that have none. */
  login: string | null
  /** The initiator group whose LUNs it sees; null for the default LUNs of the target. */
  group: string | null
  activeCommands: number
  /** Connections: addresses and state words of iSCSI; empty for others. */
  connections: readonly { ip: string; targetIp: string | null; state: string | null }[]
  /** Since the login. */
  counters: SessionCounters
}

/** What an initiator did at a target, over reconnects. */
export interface SessionTotals {
  driver: string
  target: string
  initiator: string
  /** Sessions it has now. */
  connected: number
  /** When its last session was found gone; null while it has one. */
  goneSince: Date | null
  /** Never fall: they begin with what the sessions had counted when the daemon first saw them. */
  counters: SessionCounters
}

/** Commands and bytes by direction. */
export interface SessionCounters {
  readCommands: number
  readBytes: number
  writeCommands: number
  writtenBytes: number
  bidiCommands: number
  bidiBytes: number
  noneCommands: number
  unknownCommands: number
}

/** Attribute of each counter and its unit: SCST counts KiB (bytes >> 10), here they are bytes. */
const COUNTERS: Record<keyof SessionCounters, { attribute: string; unit: number }> = {
  readCommands: { attribute: 'read_cmd_count', unit: 1 },
  readBytes: { attribute: 'read_io_count_kb', unit: 1024 },
  writeCommands: { attribute: 'write_cmd_count', unit: 1 },
  writtenBytes: { attribute: 'write_io_count_kb', unit: 1024 },
  bidiCommands: { attribute: 'bidi_cmd_count', unit: 1 },
  bidiBytes: { attribute: 'bidi_io_count_kb', unit: 1024 },
  noneCommands: { attribute: 'none_cmd_count', unit: 1 },
  unknownCommands: { attribute: 'unknown_cmd_count', unit: 1 },
}

const COUNTER_ENTRIES = Object.entries(COUNTERS) as [
  keyof SessionCounters,
  (typeof COUNTERS)[keyof SessionCounters],
][]
const COUNTER_NAMES = COUNTER_ENTRIES.map(([, { attribute }]) => attribute)

/** The sessions of all targets but SCST's own, with their counters. */
export const scstSessions: Collector<ScstSessions> & { readonly name: 'scst_sessions' } = {
  name: 'scst_sessions',
  intervalSeconds: 30,
  timeoutMs: 25_000,
  wakes: { with: ['scst'] },

  /** Rejects when a session that is there cannot be read: taken for gone its counters would count twice. */
  async collect(host, { scstConfigPath }) {
    if (!(await host.exists(SCST_ROOT))) {
      const file = await readConfigFile(host, scstConfigPath)
      return isConfigured(file) ? whole({ sessions: [], totals: [] }) : ABSENT
    }
    const tree = new ScstTree(host)
    const drivers = await driverNames(tree)
    const byDriver = await Promise.all(drivers.map((driver) => readDriverSessions(tree, driver)))
    const sessions = byDriver.flat()
    return whole({ sessions, totals: firstTotals(sessions) })
  },

  accumulate(previous, current, _seconds, at) {
    return previous === undefined ? current : accumulateTotals(previous, current, at)
  },
}

async function readDriverSessions(tree: ScstTree, driver: string): Promise<ScstSession[]> {
  const targets = await targetNames(tree, driver)
  const byTarget = await tree.each(targets, async (target) => {
    const names = await tree.names(`${targetPath(driver, target)}/sessions`)
    const sessions = await tree.each(names, (session) =>
      readSession(tree, { driver, target, session }),
    )
    return sessions.filter((session) => session !== null)
  })
  return byTarget.flat()
}

/** Null when the session ends while it is read. */
async function readSession(
  tree: ScstTree,
  place: { driver: string; target: string; session: string },
): Promise<ScstSession | null> {
  const path = `${targetPath(place.driver, place.target)}/sessions/${place.session}`
  const listed = await tree.names(path)
  const luns = listed.filter(isLun)
  const addresses = listed.filter(isAddress)
  const counts = [...COUNTER_NAMES, ...luns.map((lun) => `${lun}/active_commands`)]
  const words = [
    ...['initiator_name', 'sid'],
    ...addresses.flatMap((address) => CONNECTION.map((name) => `${address}/${name}`)),
  ]
  const read = await tree.look(path, { texts: [...counts, ...words], links: ['luns'] })
  // Taken for gone its counters would count twice.
  const failure = [...read.texts, ...read.links].find((text) => text instanceof HostError)
  if (failure !== undefined) throw failure
  const texts = read.texts as readonly (string | null)[]

  const [initiator = null, login = null, ...connections] = texts.slice(counts.length)
  const counters = countersOf(path, listed, texts)
  if (initiator === null || counters === null) return null
  return {
    id: `${place.driver}/${place.target}/${place.session}`,
    ...place,
    initiator: parseAttribute(initiator),
    login: valueOf(login),
    group: /\/ini_groups\/([^/]+)\/luns$/.exec(String(read.links[0]))?.[1] ?? null,
    // The session's own active_commands is the sum of its LUNs', but each read of it starts a kernel thread.
    activeCommands: luns.reduce((sum, lun, index) => {
      const text = texts[COUNTER_NAMES.length + index] ?? null
      // A LUN that was taken away since it was listed has no commands.
      return text === null ? sum : sum + parseNumber(`${path}/${lun}/active_commands`, text)
    }, 0),
    connections: addresses.flatMap((_, index) => {
      const [ip = null, targetIp = null, state = null] = connections.slice(
        index * CONNECTION.length,
      )
      if (ip === null) return []
      return { ip: parseAttribute(ip), targetIp: valueOf(targetIp), state: valueOf(state) }
    }),
    counters,
  }
}

/** Of each connection, a directory named by the address of the initiator; nothing else there has such a name. */
const CONNECTION = ['ip', 'target_ip', 'state']

/** The counters of a session, whose texts come first; null when it is ending. Throws ParseError. */
function countersOf(
  path: string,
  listed: readonly string[],
  texts: readonly (string | null)[],
): SessionCounters | null {
  const counters: Partial<Record<keyof SessionCounters, number>> = {}
  for (const [index, [name, { attribute, unit }]] of COUNTER_ENTRIES.entries()) {
    const text = texts[index] ?? null
    if (text !== null) {
      counters[name] = parseNumber(`${path}/${attribute}`, text) * unit
      continue
    }
    // Listed and not there any more: the session is ending. Never listed: not a session as we know it.
    if (listed.length === 0 || listed.includes(attribute)) return null
    throw new ParseError(path, `no ${attribute}`)
  }
  return counters as SessionCounters
}

function valueOf(text: string | null): string | null {
  return text === null ? null : parseAttribute(text)
}

function isLun(name: string): boolean {
  return /^lun\d+$/.test(name)
}

function isAddress(name: string): boolean {
  return /[.:]/.test(name)
}
