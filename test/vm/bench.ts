import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { defaultSettings } from '../../src/collectors/collector.ts'
import { collectors } from '../../src/collectors/index.ts'
import { MEDIUM_CHANGER, TAPE_DRIVE } from '../../src/collectors/scsi-devices.ts'
import type { Host } from '../../src/host/host.ts'
import { LinuxHost } from '../../src/host/linux-host.ts'
import type { Native } from '../../src/host/native.ts'
import { toolFor } from '../support/scsi-tools.ts'
import { clearAttentions } from './addon.ts'
import { genericNodes } from './machine.ts'

type Subject = 'changers' | 'tape_drives' | 'tape_health'
const DRIVES: readonly Subject[] = ['tape_drives', 'tape_health']
const ALL: readonly Subject[] = ['changers', ...DRIVES]

const NATIVE_ROUNDS = 31
/** In one measurement, for /proc tells no less than a hundredth of a second. */
const TOOL_ROUNDS = 10
/** So that what runs is compiled, as it is in a daemon. */
const WARM_ROUNDS = 60
/** USER_HZ of Linux, in which /proc tells times. */
const TICKS_PER_SECOND = 100

/**
 * What it costs to ask a library and its drives everything once: by the collectors through the addon, and by
 * a tool for each question, as a script would. CPU of this process, its threads and its children.
 */
export async function bench(native: Native, { slots }: { slots: number }): Promise<void> {
  const host = new LinuxHost({ native })
  await clearAttentions(host)
  await cycle(host, ALL)
  const library = await toolsFor(host, ['changers'], MEDIUM_CHANGER)
  const drives = await toolsFor(host, DRIVES, TAPE_DRIVE)
  const count = genericNodes().filter(({ type }) => String(type) === TAPE_DRIVE).length

  // Who is where the collectors have from sysfs.
  const tools = [['lsscsi', '-g'], ...library, ...drives]
  console.log(`# ${count} drives, ${slots} slots, ${tools.length} tools started a cycle`)
  console.log('# CPU                   the addon    the tools')
  await compare('a cycle', 1, host, ALL, tools)
  await compare('a drive', count, host, DRIVES, drives)
  await compare('1,000 slots', slots / 1_000, host, ['changers'], library)
  await host.stop()
}

async function compare(
  what: string,
  share: number,
  host: Host,
  subjects: readonly Subject[],
  tools: readonly string[][],
): Promise<void> {
  for (let round = 0; round < WARM_ROUNDS; round++) await cycle(host, subjects)
  const byAddon: number[] = []
  for (let round = 0; round < NATIVE_ROUNDS; round++)
    byAddon.push(await costOf(() => cycle(host, subjects)))
  const byTools = await costOf(async () => {
    for (let round = 0; round < TOOL_ROUNDS; round++)
      for (const [command = '', ...words] of tools) spawnSync(command, words)
  })
  const [addon, started] = [median(byAddon), byTools / TOOL_ROUNDS]
  const [one, other] = [milliseconds(addon / share), milliseconds(started / share)]
  const times = (started / addon).toFixed(1)
  console.log(`# ${what.padEnd(18)} ${one}   ${other}   ${times} times as much`)
}

/** The tools that ask what the collectors ask, and the serial number of each, which those have from sysfs. */
async function toolsFor(host: LinuxHost, subjects: readonly Subject[], type: string) {
  const nodes = genericNodes().filter((node) => String(node.type) === type)
  const asked = nodes.map(({ device }) => ['sg_inq', '--page=0x80', device])
  await cycle(listening(host, asked), subjects)
  return asked
}

async function cycle(host: Host, subjects: readonly Subject[]): Promise<void> {
  for (const subject of subjects) await collectors[subject].collect(host, defaultSettings)
}

/** The host, and for each question that is asked through it the tool that asks the same. */
function listening(host: LinuxHost, asked: string[][]): Host {
  const libraries = new Set<string>()
  return {
    run: (...question) => host.run(...question),
    readText: (path) => host.readText(path),
    readBytes: (path) => host.readBytes(path),
    list: (path) => host.list(path),
    exists: (path) => host.exists(path),
    realpath: (path) => host.realpath(path),
    stat: (path) => host.stat(path),
    statfs: (path) => host.statfs(path),
    scsi(device, cdb, options) {
      const argv = toolFor(device, cdb)
      // mtx asks for all kinds of elements, however many requests that takes.
      if (argv[0] !== 'mtx' || !libraries.has(device)) asked.push(argv)
      if (argv[0] === 'mtx') libraries.add(device)
      return host.scsi(device, cdb, options)
    },
  }
}

/** Seconds of CPU that it takes. */
async function costOf(work: () => Promise<void>): Promise<number> {
  const before = cpuSeconds()
  await work()
  return cpuSeconds() - before
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** Of this process with its threads, and of its children that have ended (proc_pid_stat(5), cutime and cstime). */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  const stat = readFileSync('/proc/self/stat', 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (user + system) / 1e6 + (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND
}

function milliseconds(seconds: number): string {
  return `${(seconds * 1000).toFixed(1).padStart(7)} ms`
}
