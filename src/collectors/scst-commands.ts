import { LONG_OPERATIONS } from '../scsi/long-operations.ts'
import { ABSENT, type Collector } from './collector.ts'
import { isFailure } from './failures.ts'
import { parseAttribute, SCST_ROOT, ScstTree } from './scst-attribute.ts'
import { isConfigured, readConfigFile } from './scst-config-file.ts'
import { readLatencies, type ScstLatency } from './scst-latency.ts'
import { driverNames, targetNames, targetPath } from './scst-targets.ts'
import {
  parseTraceCommands,
  type TracedCommand,
  type TracedCommands,
} from './scst-trace-commands.ts'

/** What SCST is doing for its initiators at the moment, and how long that takes as a rule. */
export interface ScstCommands {
  /** Commands under way, by session, of each the oldest first; null when SCST does not tell. */
  commands: readonly ScstCommand[] | null
  /** Sessions that may have more commands than those: the list ends after some twenty. None when it is whole. */
  partlyListed: readonly SessionName[]
  /** Whether SCST measures how long commands take (`measure_latency`); null when it does not say. */
  latencyMeasured: boolean | null
  /** Of each session, while that is measured; of those that could not be read there is none. */
  latencies: readonly SessionLatency[]
}

/** A command that SCST has taken and not ended yet. */
export interface ScstCommand extends TracedCommand {
  /** Whether it may take minutes by its nature, like a rewind. */
  takesLong: boolean
  /** What is behind its LUN; null when that is not known. */
  device: string | null
}

/** A session, and who it is of. */
export interface SessionName {
  /** driver/target/session directory, as scst_sessions has it. */
  id: string
  driver: string
  target: string
  session: string
  initiator: string
}

/** How long the commands of a session take; null of a direction in which it had none. */
export interface SessionLatency extends SessionName {
  read: ScstLatency | null
  write: ScstLatency | null
}

/** Each has 22 files to read. Of further sessions the latency is not known. */
const MOST_SESSIONS = 100

/**
 * The commands under way, from `trace_cmds`, and the latencies of sessions.
 *
 * `trace_cmds` is served by SCST's work queue: a read starts a kernel thread (`scst_sysfs_queue_wait_work`), which
 * holds `scst_mutex` while it walks all sessions, and the spin lock of each, with interrupts off, while it formats
 * the commands of that session (`scst_trace_cmds` of scst/src/scst_main.c). A new command of it waits that long,
 * once in 30 s. While a change of the configuration holds the mutex it answers EAGAIN after 15 s; the commands are
 * unknown then. The files of latencies are plain reads, and are read only while SCST measures.
 */
export const scstCommands: Collector<ScstCommands> & { readonly name: 'scst_commands' } = {
  name: 'scst_commands',
  intervalSeconds: 30,
  // An attribute that is queued and not served answers after 15 s, and is asked for three times.
  timeoutMs: 50_000,

  async collect(host, { scstConfigPath }) {
    if (!(await host.exists(SCST_ROOT))) {
      const file = await readConfigFile(host, scstConfigPath)
      return isConfigured(file) ? { value: nothing, problems: [], coverage: 'all' } : ABSENT
    }
    const tree = new ScstTree(host)
    const [traced, root] = await Promise.all([
      readCommands(tree),
      tree.attributes(SCST_ROOT, {}, ['measure_latency']),
    ])
    const latencyMeasured = root.flag('measure_latency')
    const isWhole = traced?.extent === 'all'
    const sessions = isWhole && latencyMeasured !== true ? [] : await readSessionNames(tree)
    const value: ScstCommands = {
      commands: traced && (await withDevices(tree, traced.commands)),
      partlyListed: traced === null || isWhole ? [] : partlyListed(traced, sessions),
      latencyMeasured,
      latencies: latencyMeasured === true ? await latenciesOf(tree, sessions) : [],
    }
    const { problems } = tree
    return { value, problems, coverage: problems.length === 0 ? 'all' : 'some' }
  },
}

const nothing: ScstCommands = {
  commands: [],
  partlyListed: [],
  latencyMeasured: null,
  latencies: [],
}

/** Null where there is no such file, and when it cannot be read, which is noted. */
async function readCommands(tree: ScstTree) {
  const path = `${SCST_ROOT}/trace_cmds`
  try {
    const text = await tree.readQueued(path)
    return text === null ? null : parseTraceCommands(text)
  } catch (error) {
    if (!isFailure(error)) throw error
    tree.problems.push({ labels: {}, error: `${path}: ${error.message}` })
    return null
  }
}

/** The sessions of all targets but SCST's own, in the order of their names. */
async function readSessionNames(tree: ScstTree): Promise<SessionName[]> {
  const drivers = await driverNames(tree)
  const byDriver = await Promise.all(
    drivers.map(async (driver) => {
      const targets = await targetNames(tree, driver)
      return Promise.all(targets.map((target) => sessionsOf(tree, driver, target)))
    }),
  )
  return byDriver.flat(2)
}

async function sessionsOf(tree: ScstTree, driver: string, target: string): Promise<SessionName[]> {
  const directory = `${targetPath(driver, target)}/sessions`
  const names = await tree.names(directory)
  const { texts } = await tree.look(directory, {
    texts: names.map((session) => `${session}/initiator_name`),
  })
  return names.flatMap((session, index) => {
    const initiator = texts[index] ?? null
    // Null when the session has ended since it was listed.
    if (initiator === null) return []
    if (typeof initiator !== 'string') throw initiator
    const id = idOf({ driver, target, session })
    return { id, driver, target, session, initiator: parseAttribute(initiator) }
  })
}

/**
 * The sessions that a list that is not whole may not have all commands of. SCST walks one session after the other,
 * so of a list that is cut those before the last one are whole.
 */
function partlyListed(
  { commands, extent }: TracedCommands,
  sessions: readonly SessionName[],
): SessionName[] {
  const listed = extent === 'cut' ? commands.map(idOf) : []
  const whole = new Set(listed.filter((id) => id !== listed.at(-1)))
  return sessions.filter(({ id }) => !whole.has(id))
}

function idOf({ driver, target, session }: Omit<SessionName, 'id' | 'initiator'>): string {
  return `${driver}/${target}/${session}`
}

/** With what is behind each LUN, by the LUNs that its session sees. */
async function withDevices(
  tree: ScstTree,
  commands: readonly TracedCommand[],
): Promise<ScstCommand[]> {
  const devices = new Map<string, Promise<string | null>>()
  return Promise.all(
    commands.map(async (command) => {
      const { driver, target, session, lun, operationCode } = command
      const takesLong = operationCode !== null && LONG_OPERATIONS.has(operationCode)
      // A name with a slash is none of a directory.
      if (lun === null || [driver, target, session].some((name) => /^\.|\//.test(name))) {
        return { ...command, takesLong, device: null }
      }
      const link = `${targetPath(driver, target)}/sessions/${session}/luns/${lun}/device`
      if (!devices.has(link)) devices.set(link, tree.target(link))
      const device = await devices.get(link)
      const name = device == null ? null : device.slice(device.lastIndexOf('/') + 1)
      return { ...command, takesLong, device: name }
    }),
  )
}

async function latenciesOf(
  tree: ScstTree,
  sessions: readonly SessionName[],
): Promise<SessionLatency[]> {
  const read = sessions.slice(0, MOST_SESSIONS).map(async (session) => {
    const { driver, target, initiator } = session
    const directory = `${targetPath(driver, target)}/sessions/${session.session}/latency`
    try {
      return [{ ...session, ...(await readLatencies(tree, directory)) }]
    } catch (error) {
      if (!isFailure(error)) throw error
      const labels = { driver, target, initiator }
      tree.problems.push({ labels, error: `${directory}: ${error.message}` })
      return []
    }
  })
  return (await Promise.all(read)).flat()
}
