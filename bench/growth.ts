// How what is spent grows with what there is: LUNs, targets and sessions of SCST, slots of a library, WebSocket clients,
// series of /metrics. Each is measured at four or five counts; the table has the straight line through them, and the power
// with which they grow, which is to be 1 or less. Points and pictures go to bench/plots.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Collector } from '../src/collectors/collector.ts'
import { collectors } from '../src/collectors/index.ts'
import { expose } from '../src/exporter/exposition.ts'
import type { Host } from '../src/host/host.ts'
import { LinuxHost } from '../src/host/linux-host.ts'
import { nativeOrNone } from '../src/host/load-native.ts'
import { packageRoot } from '../src/package.ts'
import { openCycle, openRecording, type Cycle } from './support/appliance.ts'
import { LargeLibrary, withLibrary } from './support/large-library.ts'
import { interleave, median } from './support/measure.ts'
import { csvOf, fitOf, svgOf, type Growth } from './support/plot.ts'
import { scstTree, type ScstSize } from './support/scst-tree.ts'
import { Stage } from './support/stage.ts'
import { printTable } from './support/table.ts'
import { isOfTape, layOutTree, treeHost, type Tree } from './support/tree-host.ts'

const PLOTS = join(packageRoot, 'bench/plots')
const ROUNDS = 5
/** So many deliveries a round take CPU that the clock can tell. */
const DELIVERIES = 50_000

type Point = Growth['points'][number]

const native = nativeOrNone((message) => process.stdout.write(`${message}\n`))
const machine = new LinuxHost({ native })
const alive = setInterval(() => undefined, 1_000)
const grown: Growth[] = []
try {
  grown.push(
    await ofScst('scst-luns', 'LUNs', [250, 500, 1_000, 2_000], (count) => {
      return { targets: 10, lunsPerTarget: count / 10, sessionsPerTarget: 2 }
    }),
    await ofScst('scst-targets', 'targets', [10, 20, 40, 80], (count) => {
      return { targets: count, lunsPerTarget: 5, sessionsPerTarget: 2 }
    }),
    await ofScst('scst-sessions', 'sessions', [100, 200, 400, 800], (count) => {
      return { targets: 10, lunsPerTarget: 5, sessionsPerTarget: count / 10 }
    }),
    await ofSlots([2_500, 5_000, 10_000, 20_000, 40_000]),
    await ofSeries([6_250, 12_500, 25_000, 50_000]),
  )
  const clients = await ofClients([100, 500, 1_000, 2_000, 4_000])
  if (clients !== null) grown.push(clients)
} finally {
  clearInterval(alive)
  await machine.stop()
}
show()

/** A cycle of SCST's collectors, of a tree of each size. */
async function ofScst(
  name: string,
  of: string,
  counts: readonly number[],
  sizeOf: (count: number) => ScstSize,
): Promise<Growth> {
  const { scst, scst_sessions, scst_commands } = collectors
  const subjects = [scst, scst_sessions, scst_commands] as Collector<unknown>[]
  const { recording } = openRecording('12-large-scst')
  const points: Point[] = []
  for (const count of counts) {
    const tree = layOutTree(scstTree(recording, sizeOf(count)))
    try {
      const cycle = await openCycle(hostOf(tree, unasked), subjects)
      const [cost = Number.NaN] = await costsOf([() => beat(cycle)])
      points.push({ count, cost })
      cycle.stop()
    } finally {
      tree.remove()
    }
  }
  return {
    name,
    title: `A cycle of SCST by its ${of}`,
    of: `${of} of SCST`,
    cost: 'CPU, ms',
    points,
  }
}

/** A cycle of the changers' collector, of libraries of each size, in turns. */
async function ofSlots(counts: readonly number[]): Promise<Growth> {
  const replay = openRecording('11-big-library')
  const tree = layOutTree([...replay.recording.files].filter(([path]) => isOfTape(path)))
  try {
    const cycles = await Promise.all(
      counts.map((count) => {
        const scsi = withLibrary(
          [new LargeLibrary(count), new LargeLibrary(count, 2)],
          '/dev/sg35',
          (...words) => replay.scsi(...words),
        )
        return openCycle(hostOf(tree, scsi), [collectors.changers])
      }),
    )
    const costs = await costsOf(cycles.map((cycle) => () => beat(cycle)))
    for (const cycle of cycles) cycle.stop()
    const points = costs.map((cost, index) => ({ count: counts[index] ?? 0, cost }))
    return {
      name: 'slots',
      title: 'A cycle of a library by its elements',
      of: 'elements',
      cost: 'CPU, ms',
      points,
    }
  } finally {
    tree.remove()
  }
}

/** The text of /metrics, in turns. */
async function ofSeries(counts: readonly number[]): Promise<Growth> {
  const families = counts.map((count) =>
    Array.from({ length: 50 }, (_, index) => ({
      name: `bench_${index}_bytes`,
      help: 'Made up.',
      type: 'gauge' as const,
      values: Array.from({ length: count / 50 }, (_, number) => ({
        labels: { target: `iqn.2026-01.org.example:disk${number}`, lun: number % 64 },
        value: number * 4096 + index,
      })),
    })),
  )
  const costs = await costsOf(families.map((given) => () => expose(given, 'prometheus')))
  const points = costs.map((cost, index) => ({ count: counts[index] ?? 0, cost }))
  return {
    name: 'series',
    title: 'The text of /metrics by its series',
    of: 'series',
    cost: 'CPU, ms',
    points,
  }
}

/** A frame of 4 KiB to all clients of the hub; null where the clients cannot be compiled. */
async function ofClients(counts: readonly number[]): Promise<Growth | null> {
  const program = fileURLToPath(new URL('./peers/stream-server.js', import.meta.url))
  const hub = { name: 'hub', argv: [process.execPath, '--max-semi-space-size=1', program, 'hub'] }
  const points: Point[] = []
  try {
    for (const count of counts) {
      const stage = await Stage.open(hub, count)
      const frames = Math.max(8, Math.round(DELIVERIES / count))
      const rounds: number[] = []
      await stage.round(frames)
      for (let round = 0; round < ROUNDS; round += 1) rounds.push((await stage.round(frames)).cpu)
      stage.close()
      points.push({ count, cost: (median(rounds) * count) / 1e3 })
    }
  } catch (error) {
    process.stdout.write(`without clients: ${(error as Error).message}\n`)
    return null
  }
  return {
    name: 'clients',
    title: 'A frame of 4 KiB by its WebSocket clients',
    of: 'clients',
    cost: 'CPU, ms',
    points,
  }
}

function show(): void {
  mkdirSync(PLOTS, { recursive: true })
  for (const growth of grown) {
    writeFileSync(join(PLOTS, `${growth.name}.svg`), svgOf(growth))
    writeFileSync(join(PLOTS, `${growth.name}.csv`), csvOf(growth))
  }
  printTable(
    'How CPU grows; 1 is linear',
    ['with', 'from', 'to', 'ms there', 'fixed ms', 'µs for each', 'power'],
    grown.map(({ of, points }) => {
      const { fixed, perOne, exponent } = fitOf(points)
      const [first, last] = [points[0], points.at(-1)]
      const ends = [String(first?.count), String(last?.count)]
      return [of, ...ends, last?.cost ?? Number.NaN, fixed, perOne * 1000, exponent]
    }),
  )
  process.stdout.write(`\npoints and pictures: ${PLOTS}\n`)
}

async function beat(cycle: Cycle): Promise<void> {
  await cycle.collect()
  cycle.numbers()
}

async function costsOf(runs: readonly (() => unknown)[]): Promise<number[]> {
  const named = runs.map((run, index) => ({ name: String(index), run }))
  const spent = await interleave(named, ROUNDS)
  return named.map(({ name }) => spent.get(name)?.cpuMs ?? Number.NaN)
}

function hostOf(tree: Tree, scsi: Host['scsi']): Host {
  return treeHost({
    machine,
    tree,
    scsi,
    isInTree: (path) => path.startsWith('/sys/'),
    runs: false,
  })
}

function unasked(): Promise<never> {
  return Promise.reject(new Error('nothing is asked by SCSI'))
}
