// What it costs to collect this very machine, and an SCST and tapes besides, against prometheus-node-exporter that is
// scraped. Ours are the collectors on the real machine, programs that they start included, and the text of /metrics. There
// is no SCST and no tape here: their part of sysfs is a directory that is laid out from a recording, their devices are
// answered for from it. Time is not waited for: what is due in five minutes is done at once, tick by tick.
import { collectors } from '../src/collectors/index.ts'
import { expose } from '../src/exporter/exposition.ts'
import { LinuxHost } from '../src/host/linux-host.ts'
import { nativeOrNone } from '../src/host/load-native.ts'
import type { HardwareSubjects } from '../src/snapshot.ts'
import { everyCollector, openCycle, openRecording } from './support/appliance.ts'
import { median } from './support/measure.ts'
import { cpuSecondsOf, ownCpuSeconds } from './support/process.ts'
import { findProgram, serve } from './support/programs.ts'
import { printTable, ratio, type Cell } from './support/table.ts'
import { layOutTree, treeHost } from './support/tree-host.ts'

type Subject = keyof HardwareSubjects

/** What is read as often as it changes: the shortest interval of a collector. */
const TICK_SECONDS = 10
/** The longest interval of a collector: all are due in it. */
const SPAN_SECONDS = 300
/** A beat, in which what it costs is told. */
const BEAT_SECONDS = 30
const ROUNDS = 5
const RECORDING = '03-tape-moves'

/** What node_exporter reads too, of /proc and of /sys. */
const SAME: readonly Subject[] = [
  ...(['system', 'disks', 'md_arrays', 'filesystems', 'network', 'sensors'] as const),
  ...(['fc_hosts', 'enclosures'] as const),
]
const SCST_AND_TAPE: readonly Subject[] = [
  ...(['scst', 'scst_sessions', 'scst_commands', 'iscsi'] as const),
  ...(['changers', 'tape_drives', 'tape_health', 'mhvtl', 'quadstor'] as const),
]
/** Those that start programs, which node_exporter does not. */
const BY_PROGRAMS: readonly Subject[] = [
  ...(['services', 'volume_groups', 'smart', 'kernel_log', 'repositories'] as const),
]

const replay = openRecording(RECORDING)
const tree = layOutTree([...replay.recording.files].filter(([path]) => isInTree(path)))
const native = nativeOrNone((message) => process.stdout.write(`${message}\n`))
const machine = new LinuxHost({ native })
const alive = setInterval(() => undefined, 1_000)
try {
  await measure()
} finally {
  clearInterval(alive)
  await machine.stop()
  tree.remove()
}

async function measure(): Promise<void> {
  const host = treeHost({
    ...{ machine, tree, isInTree, runs: true },
    scsi: (...words) => replay.scsi(...words),
  })
  const cycle = await openCycle(host, everyCollector)
  for (const failure of cycle.failures()) process.stdout.write(`not read here: ${failure}\n`)
  const program = findProgram('prometheus-node-exporter')
  const peer =
    program === null
      ? null
      : await serve((port) => [program, `--web.listen-address=127.0.0.1:${port}`], '/metrics')

  const shares = [
    { name: 'what node_exporter reads too', subjects: SAME },
    { name: 'with SCST and tape', subjects: [...SAME, ...SCST_AND_TAPE] },
    { name: 'and what programs tell', subjects: [...SAME, ...SCST_AND_TAPE, ...BY_PROGRAMS] },
  ]
  const once = new Map<string, number[]>()
  const spans = new Map<string, number[]>()
  const note = (kept: Map<string, number[]>, name: string, seconds: number) => {
    kept.set(name, [...(kept.get(name) ?? []), seconds * 1000])
  }
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const { name, subjects } of shares) {
      const seconds = await ourSeconds(async () => {
        await cycle.collect(subjects)
        expose(cycle.numbers(), 'prometheus')
      })
      const span = await ourSeconds(() => collectSpan(subjects))
      if (round < 0) continue
      note(once, name, seconds)
      note(spans, name, (span * BEAT_SECONDS) / SPAN_SECONDS)
    }
    if (peer === null) continue
    const before = cpuSecondsOf(peer.pid)
    for (let scrape = 0; scrape < 10; scrape += 1) {
      await (await fetch(`${peer.url}/metrics`)).arrayBuffer()
    }
    if (round >= 0) note(once, 'node_exporter', (cpuSecondsOf(peer.pid) - before) / 10)
  }
  cycle.stop()
  await peer?.end()
  show()

  /** What is due from one moment to five minutes later, the text for a scrape each beat. */
  async function collectSpan(subjects: readonly Subject[]): Promise<void> {
    for (let at = 0; at < SPAN_SECONDS; at += TICK_SECONDS) {
      await cycle.collect(subjects.filter((name) => at % collectors[name].intervalSeconds === 0))
      if (at % BEAT_SECONDS === 0) expose(cycle.numbers(), 'prometheus')
    }
  }

  function show(): void {
    const theirs = median(once.get('node_exporter') ?? [])
    const often = (theirs * BEAT_SECONDS) / TICK_SECONDS
    const rows: Cell[][] = shares.map(({ name }) => {
      const [one, beat] = [median(once.get(name) ?? []), median(spans.get(name) ?? [])]
      return [name, one, ratio(one, theirs), beat, ratio(beat, often)]
    })
    rows.push(['node_exporter', theirs, ratio(1, 1), often, ratio(1, 1)])
    printTable(
      `Collecting, CPU ms; of 30 s with each at its interval, the exporter scraped every ${TICK_SECONDS} s`,
      ['what', 'once', 'ratio', 'in 30 s', 'ratio'],
      rows,
    )
  }
}

async function ourSeconds(work: () => Promise<void>): Promise<number> {
  const before = ownCpuSeconds()
  await work()
  return ownCpuSeconds() - before
}

/** Everything of SCST and of SCSI generic nodes, and the devices that the links lead to. */
function isInTree(path: string): boolean {
  return /^\/sys\/(?:kernel\/scst_tgt|class\/scsi_|bus\/scsi\/|devices\/mhvtl_pseudo)/.test(path)
}
