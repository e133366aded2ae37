// What it costs to store the values of 5,000 series every half minute: all that the recorder does with a snapshot, from
// making samples of it to the commit. The peer is psql that copies the same values as rows, one each, into a table with an
// index, and need not make them: neither its client nor its server finds out which series they belong to.
import { familiesOf, type FamilyGroup } from '../src/exporter/family.ts'
import { Recorder } from '../src/history/recorder.ts'
import { metricsOf, metricSources } from '../src/history/samples.ts'
import type { Snapshot } from '../src/snapshot.ts'
import { openDatabase } from './support/database.ts'
import { median } from './support/measure.ts'
import { cpuSecondsOf } from './support/process.ts'
import { startPsql } from './support/psql.ts'
import { goal, printTable, ratio } from './support/table.ts'

const PLACES = 100
const COLUMNS = 50
const SERIES = PLACES * COLUMNS
const ROUNDS = 7
/** Of a round. */
const BEATS = 10
const BEGIN_MS = Date.parse('2026-08-20T00:00:00Z')
const BEAT_MS = 30_000

interface Place {
  target: string
  numbers: readonly number[]
}

type Network = NonNullable<Snapshot['readings']['network']>

const group: FamilyGroup<'network', Place> = {
  subject: 'network',
  prefix: 'storwarden_bench',
  items: (value) => value as unknown as Place[],
  labels: ({ target }) => ({ driver: 'iscsi', target }),
}
const families = familiesOf(
  group,
  Object.fromEntries(
    Array.from({ length: COLUMNS }, (_, column) => [
      `${column}_bytes`,
      ['gauge' as const, 'Made up.', ({ numbers }: Place) => numbers[column]],
    ]),
  ),
)
const sources = metricSources(families)

const { db, connection, close } = await openDatabase()
const psql = await startPsql(connection)
try {
  await db.query('create table copied (like metric_samples including all)')
  const [row] = await db.query<{ pid: number }>('select pg_backend_pid() as pid')
  await measure(row?.pid ?? 0)
} finally {
  psql.end()
  await close()
}

/** Of one beat. */
interface Cost {
  wallMs: number
  clientMs: number
  serverMs: number
}

async function measure(serverPid: number): Promise<void> {
  const recorder = new Recorder({
    database: db,
    names: families.map(({ name }) => name),
    onError(error) {
      throw error
    },
  })
  const parts = { numbers: notAsked, over: notAsked }
  const record = async (snapshot: Snapshot) => {
    recorder.record(metricsOf(sources, snapshot, parts))
    await recorder.settled()
  }
  const copy = (rows: string) => psql.copy('copied (at_ms, series_id, value)', rows)
  const spent = { ours: [] as Cost[], peer: [] as Cost[] }
  for (let round = -1; round < ROUNDS; round += 1) {
    const times = Array.from({ length: BEATS }, (_, beat) => {
      return BEGIN_MS + ((round + 1) * BEATS + beat) * BEAT_MS
    })
    const ours = await costOf([process.pid, serverPid], times.map(snapshotAt), record)
    const peer = await costOf([psql.pids.psql, psql.pids.server], times.map(rowsAt), copy)
    // The first round makes the series.
    if (round < 0) continue
    spent.ours.push(ours)
    spent.peer.push(peer)
  }
  const [stored] = await db.query<{ ours: number; copied: number }>(
    'select (select sum(cardinality(numbers)) from metric_blocks) as ours, (select count(*) from copied) as copied',
  )
  if (stored?.ours !== stored?.copied) throw new Error(`stored ${JSON.stringify(stored)}`)
  print(middle(spent.ours), middle(spent.peer))
}

function print(ours: Cost, peer: Cost): void {
  const cpu = ({ clientMs, serverMs }: Cost) => clientMs + serverMs
  const ratios = (mine: number, theirs: number) => [ratio(mine, theirs), goal(mine, theirs, 1.5)]
  printTable(
    `Storing the values of ${SERIES} series, ms`,
    ['', 'client', 'server', 'CPU together', 'wall'],
    [
      ['ours', ours.clientMs, ours.serverMs, cpu(ours), ours.wallMs],
      ['psql, copy', peer.clientMs, peer.serverMs, cpu(peer), peer.wallMs],
    ],
  )
  printTable(
    'Ours to the peer',
    ['', 'ratio', 'goal'],
    [
      ['CPU', ...ratios(cpu(ours), cpu(peer))],
      ['wall', ...ratios(ours.wallMs, peer.wallMs)],
    ],
  )
}

async function costOf<Given>(
  [client, server]: readonly [number, number],
  given: readonly Given[],
  store: (given: Given) => Promise<void>,
): Promise<Cost> {
  const before = [cpuSecondsOf(client), cpuSecondsOf(server), performance.now()] as const
  for (const one of given) await store(one)
  const each = (seconds: number) => (seconds * 1000) / given.length
  return {
    clientMs: each(cpuSecondsOf(client) - before[0]),
    serverMs: each(cpuSecondsOf(server) - before[1]),
    wallMs: each((performance.now() - before[2]) / 1000),
  }
}

function snapshotAt(atMs: number): Snapshot {
  const takenAt = new Date(atMs)
  const places = Array.from({ length: PLACES }, (_, place): Place => ({
    target: `iqn.2026-01.org.example:disk${place}`,
    numbers: Array.from({ length: COLUMNS }, (_, column) =>
      valueOf(atMs, place * COLUMNS + column),
    ),
  }))
  const about = { problems: [], coverage: 'all', takenAt, durationSeconds: 0 } as const
  const network = { ...about, state: 'read', value: places } as unknown as Network
  return { takenAt, readings: { network } }
}

function rowsAt(atMs: number): string {
  const rows = Array.from(
    { length: SERIES },
    (_, id) => `${atMs}\t${id + 1}\t${valueOf(atMs, id)}\n`,
  )
  return rows.join('')
}

/** Half of them count, the others are shares. */
function valueOf(atMs: number, id: number): number {
  return id % 2 === 0 ? atMs / 1000 + id * 1e6 : Math.abs(Math.sin(atMs / 1e6 + id))
}

function middle(all: readonly Cost[]): Cost {
  return {
    wallMs: median(all.map(({ wallMs }) => wallMs)),
    clientMs: median(all.map(({ clientMs }) => clientMs)),
    serverMs: median(all.map(({ serverMs }) => serverMs)),
  }
}

function notAsked(): never {
  throw new Error('no rule asks for it')
}
