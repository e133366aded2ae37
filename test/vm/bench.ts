import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { defaultSettings } from '../../src/collectors/collector.ts'
import { collectors } from '../../src/collectors/index.ts'
import type { Host } from '../../src/host/host.ts'
import { LinuxHost } from '../../src/host/linux-host.ts'
import type { Native } from '../../src/host/native.ts'
import { clearAttentions } from './addon.ts'
import { genericNodes, LIBRARY } from './machine.ts'

const NATIVE_ROUNDS = 50
const TOOL_ROUNDS = 5
/** USER_HZ of Linux, in which /proc tells times. */
const TICKS_PER_SECOND = 100

/**
 * What it costs to ask a library and its drives everything once: by the collectors through the addon, and by
 * a tool for each question, as a script would. CPU of this process, its threads and its children.
 */
export async function bench(native: Native, { slots }: { slots: number }): Promise<void> {
  const host = new LinuxHost({ native })
  await clearAttentions(host)
  await cycle(host)
  // Who is where, which the collectors have from sysfs.
  const asked: string[][] = [['lsscsi', '-g']]
  for (const { device, type } of genericNodes()) {
    if (type === 1 || type === 8) asked.push(['sg_inq', '--page=0x80', device])
  }
  await cycle(listening(host, asked))

  const byAddon = await costOf(NATIVE_ROUNDS, () => cycle(host))
  const byTools = await costOf(TOOL_ROUNDS, () => {
    for (const [command = '', ...words] of asked) spawnSync(command, words)
    return Promise.resolve()
  })
  const library = asked.filter(([command]) => command === 'mtx')
  console.log(`# ${LIBRARY.drives} drives, ${slots} slots, ${asked.length} questions`)
  console.log(`# collectors through the addon   ${milliseconds(byAddon)} of CPU a cycle`)
  console.log(`# a tool for each question       ${milliseconds(byTools)} of CPU a cycle`)
  console.log(`# the addon costs 1/${(byTools / byAddon).toFixed(1)} of the tools`)

  const elements = await costOf(NATIVE_ROUNDS, () => collect(host, 'changers'))
  const mtx = await costOf(TOOL_ROUNDS, () => {
    for (const [command = '', ...words] of library) spawnSync(command, words)
    return Promise.resolve()
  })
  const perThousand = (seconds: number) => milliseconds((seconds / slots) * 1_000)
  console.log(
    `# for 1,000 slots: ${perThousand(elements)} by the addon, ${perThousand(mtx)} by mtx`,
  )
  await host.stop()
}

async function cycle(host: Host): Promise<void> {
  for (const subject of ['changers', 'tape_drives', 'tape_health'] as const) {
    await collect(host, subject)
  }
}

function collect(host: Host, subject: 'changers' | 'tape_drives' | 'tape_health') {
  return collectors[subject].collect(host, defaultSettings) as Promise<unknown>
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

function toolFor(device: string, cdb: Uint8Array): string[] {
  const page = (cdb[2] ?? 0) & 0x3f
  const tools: Readonly<Record<number, string[]>> = {
    0xb8: ['mtx', '-f', device, 'status'],
    0x4d: ['sg_logs', `--page=${page}`, '--maxlen=65535', device],
    0x8c: ['sg_read_attr', device],
  }
  return tools[cdb[0] ?? 0] ?? ['sg_inq', device]
}

/** Seconds of CPU that a round takes. */
async function costOf(rounds: number, round: () => Promise<unknown>): Promise<number> {
  await round()
  const before = cpuSeconds()
  for (let done = 0; done < rounds; done++) await round()
  return (cpuSeconds() - before) / rounds
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
