// The whole stack: the daemon and its database, against node_exporter, Prometheus and Alertmanager. At rest, side by side
// for a while: ours watches this machine every 10 and 30 s, theirs is scraped and evaluates our rules every 30 s. Then 5,000
// series every 30 s, in simulated time: the history of ours, packed, rolled up and forgotten as in the daemon, against a
// Prometheus that takes the same samples by remote write, which is the way of its own that takes a time with each of
// them: they go through its log, its head and its compaction. Before that comes node_exporter, of which a scrape of as many
// series is measured apart. STACK_SECONDS=300 chooses how long they rest, STACK_DAYS=30 how many days are simulated.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { packageRoot } from '../src/package.ts'
import { LineProcess } from './support/line-process.ts'
import { median } from './support/measure.ts'
import {
  BEAT_SECONDS,
  FIRST_BEAT_MS,
  labelsOf,
  METRICS,
  names,
  PLACES,
  valueAt,
} from './support/month.ts'
import {
  bytesBelow,
  cpuSecondsOfTree,
  descendantsOf,
  memoryOf,
  nameOf,
  proportionalMbOfTree,
} from './support/process.ts'
import { findProgram, serve, type Served } from './support/programs.ts'
import { remoteWrite } from './support/remote-write.ts'
import { scrapeInTurns, startNodeExporterOf } from './support/scrapes.ts'
import { printTable, ratio, type Cell } from './support/table.ts'

const REST_SECONDS = Number(process.env.STACK_SECONDS ?? 60)
/** A quarter of a day and what it takes until it is packed. */
const DAYS = Number(process.env.STACK_DAYS ?? 6.5 / 24)
const SETTLE_SECONDS = 15
const BEATS = Math.round((DAYS * 86_400) / BEAT_SECONDS)
/** So that the labels, which are sent each time, weigh less than the samples. */
const BEATS_PER_WRITE = 10
const LOOK_MS = 1_000

const HEADS = ['what', 'ours', 'theirs', 'ratio']

const main = fileURLToPath(new URL('../src/main.js', import.meta.url))
const keeper = fileURLToPath(new URL('./peers/history-keeper.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'storwarden-bench-'))
// The database runs as somebody else.
chmodSync(folder, 0o755)
try {
  await throughTime(await atRest())
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Proportional memory in MB of what is not there twice: with the numbers of a month it is the same. */
interface AtRest {
  daemonMb: number
  exporterAndAlertmanagerMb: number
}

async function atRest(): Promise<AtRest> {
  const stateDir = join(folder, 'ours')
  const daemon = await serve(
    (port) => [process.execPath, main, '--listen', `127.0.0.1:${port}`, '--state-dir', stateDir],
    '/health/ready',
  )
  const peers = await startPeers()
  await delay(SETTLE_SECONDS * 1000)
  const database = descendantsOf(daemon.pid).find((pid) => nameOf(pid) === 'postgres')
  const [prometheus] = peers.map(({ pid }) => pid)
  const [ours, theirs, ourDatabase, theirDatabase] = await watched(
    [
      [daemon.pid],
      peers.map(({ pid }) => pid),
      database === undefined ? [] : [database],
      prometheus === undefined ? [] : [prometheus],
    ],
    () => delay(REST_SECONDS * 1000),
  )
  await Promise.all([daemon, ...peers].map((each) => each.end()))
  const percent = ({ cpuSeconds }: Taken) => (cpuSeconds / REST_SECONDS) * 100
  printTable(`At rest for ${REST_SECONDS} s`, HEADS, [
    line('CPU, % of a core', percent(ours), percent(theirs)),
    line('of it the database, Prometheus', percent(ourDatabase), percent(theirDatabase)),
    line('memory, proportional, MB', ours.memoryMb, theirs.memoryMb),
    line('of it the database, Prometheus', ourDatabase.memoryMb, theirDatabase.memoryMb),
  ])
  const daemonMb = ours.memoryMb - ourDatabase.memoryMb
  return { daemonMb, exporterAndAlertmanagerMb: theirs.memoryMb - theirDatabase.memoryMb }
}

/** Prometheus, node_exporter and Alertmanager; none when one of them is missing. */
async function startPeers(): Promise<Served[]> {
  const [exporter, prometheus, alertmanager] = [
    'prometheus-node-exporter',
    'prometheus',
    'prometheus-alertmanager',
  ].map((name) => findProgram(name))
  if (exporter == null || prometheus == null || alertmanager == null) return []
  const scraped = await serve(
    (port) => [exporter, `--web.listen-address=127.0.0.1:${port}`],
    '/metrics',
  )
  const config = written('alertmanager.yml', {
    route: { receiver: 'nobody' },
    receivers: [{ name: 'nobody' }],
  })
  const told = await serve(
    (port) => [
      ...[
        alertmanager,
        `--config.file=${config}`,
        `--storage.path=${join(folder, 'alertmanager')}`,
      ],
      ...[`--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address='],
    ],
    '/-/ready',
  )
  const hostOf = ({ url }: Served) => new URL(url).host
  const server = await startPrometheus(prometheus, 'rest', {
    global: { scrape_interval: `${BEAT_SECONDS}s`, evaluation_interval: `${BEAT_SECONDS}s` },
    rule_files: [join(packageRoot, 'deploy/prometheus/storwarden.rules.yml')],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [hostOf(told)] }] }] },
    scrape_configs: [{ job_name: 'node', static_configs: [{ targets: [hostOf(scraped)] }] }],
  })
  return [server, scraped, told]
}

/** With the retention that ours has by default for what is kept as it was read. */
async function startPrometheus(program: string, name: string, config: object): Promise<Served> {
  const file = written(`${name}.yml`, config)
  return serve(
    (port) => [
      ...[program, `--config.file=${file}`, `--storage.tsdb.path=${join(folder, name)}`],
      ...[`--web.listen-address=127.0.0.1:${port}`, '--web.enable-remote-write-receiver'],
      '--storage.tsdb.retention.time=90d',
    ],
    '/-/ready',
  )
}

async function throughTime({ daemonMb, exporterAndAlertmanagerMb }: AtRest): Promise<void> {
  const ours = await keepOurs()
  const program = findProgram('prometheus')
  const theirs =
    program === null
      ? { cpuSeconds: Number.NaN, memoryMb: Number.NaN, bytes: Number.NaN, otherMb: 0 }
      : await keepTheirs(program)
  const perDay = ({ cpuSeconds }: Taken) => cpuSeconds / DAYS
  const telling = await costOfTelling()
  const toldPerDay = telling.cpuSeconds * (86_400 / BEAT_SECONDS)
  printTable(
    `${METRICS * PLACES} series every ${BEAT_SECONDS} s for ${DAYS.toPrecision(3)} simulated days`,
    HEADS,
    [
      line('CPU, s a day', perDay(ours), perDay(theirs) + toldPerDay),
      line('against Prometheus alone', perDay(ours), perDay(theirs)),
      line('the history alone, MB', ours.memoryMb, theirs.memoryMb),
      line(
        'memory in total, MB',
        daemonMb + ours.memoryMb - ours.otherMb,
        exporterAndAlertmanagerMb + telling.memoryMb + theirs.memoryMb,
      ),
      line('on disk, MB', ours.bytes / 1e6, theirs.bytes / 1e6),
    ],
  )
}

/** What keeping all beats took; `otherMb` is a Node with nothing kept, which the daemon has anyway. */
type Kept = Taken & { bytes: number; otherMb: number }

async function keepOurs(): Promise<Kept> {
  const history = new LineProcess([process.execPath, '--max-semi-space-size=1', keeper])
  await history.line()
  const otherMb = memoryOf(history.pid).proportionalMb
  let bytes = Number.NaN
  const [taken] = await watched([[history.pid]], async () => {
    history.tell(String(BEATS))
    bytes = Number((await history.line()).split(' ')[1])
  })
  await history.close()
  return { ...taken, bytes, otherMb }
}

async function keepTheirs(program: string): Promise<Kept> {
  const server = await startPrometheus(program, 'month', {})
  const series = names.flatMap((name, metric) =>
    Array.from({ length: PLACES }, (_, place) => ({
      ...{ metric, place },
      labels: { __name__: name, ...labelsOf(place) },
    })),
  )
  const [taken] = await watched([[server.pid]], async () => {
    for (let first = 0; first < BEATS; first += BEATS_PER_WRITE) {
      const beats = Array.from({ length: BEATS_PER_WRITE }, (_, index) => first + index)
      await remoteWrite(
        server.url,
        series.map(({ labels, metric, place }) => ({
          labels,
          samples: beats.map((beat) => ({
            atMs: FIRST_BEAT_MS + beat * BEAT_SECONDS * 1000,
            value: valueAt(metric, place, beat),
          })),
        })),
      )
    }
  })
  await server.end()
  return { ...taken, bytes: bytesBelow(join(folder, 'month')), otherMb: 0 }
}

/** What node_exporter takes to tell all series once, and how much more memory with them; NaN where it is not there. */
async function costOfTelling(): Promise<Taken> {
  const text = names.flatMap((name, metric) => [
    `# TYPE ${name} gauge\n`,
    ...Array.from({ length: PLACES }, (_, place) => {
      const labels = Object.entries(labelsOf(place)).map(([label, value]) => `${label}="${value}"`)
      return `${name}{${labels.join(',')}} ${valueAt(metric, place, 0)}\n`
    }),
  ])
  const [all, none] = [await startNodeExporterOf(text.join('')), await startNodeExporterOf('')]
  if (all === null || none === null) return { cpuSeconds: Number.NaN, memoryMb: Number.NaN }
  const [scrape] = await scrapeInTurns([all, none])
  const [withAll, withNone] = [all, none].map(({ pid }) => proportionalMbOfTree(pid))
  await Promise.all([all.stop(), none.stop()])
  return {
    cpuSeconds: (scrape?.cpuMs ?? Number.NaN) / 1000,
    memoryMb: (withAll ?? 0) - (withNone ?? 0),
  }
}

/** What some processes took, with those below them. */
interface Taken {
  cpuSeconds: number
  /** The median of what it was meanwhile. */
  memoryMb: number
}

/** What groups of processes take while something is done. */
async function watched<const G extends readonly (readonly number[])[]>(
  groups: G,
  work: () => Promise<void>,
): Promise<{ [Index in keyof G]: Taken }> {
  const sum = (pids: readonly number[], of: (pid: number) => number) =>
    pids.length === 0 ? Number.NaN : pids.reduce((all, pid) => all + of(pid), 0)
  const memory = groups.map((): number[] => [])
  const look = () => {
    for (const [index, pids] of groups.entries()) {
      memory[index]?.push(sum(pids, proportionalMbOfTree))
    }
  }
  const before = groups.map((pids) => sum(pids, cpuSecondsOfTree))
  const looking = setInterval(look, LOOK_MS)
  await work()
  clearInterval(looking)
  look()
  const taken = groups.map((pids, index): Taken => {
    const cpuSeconds = sum(pids, cpuSecondsOfTree) - (before[index] ?? 0)
    return { cpuSeconds, memoryMb: median(memory[index] ?? []) }
  })
  return taken as { [Index in keyof G]: Taken }
}

function line(what: string, ours: number, theirs: number): Cell[] {
  return [what, ours, theirs, ratio(ours, theirs)]
}

function written(name: string, config: object): string {
  const file = join(folder, name)
  writeFileSync(file, stringify(config))
  return file
}
