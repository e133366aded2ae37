// Listing alerts when a million are stored: `GET /api/v1/monitoring/alerts?limit=100` over HTTP, the newest, those that
// fire, and a page far behind. The peer is node:http and pg alone, with the same statements and JSON.stringify of the
// rows: no permissions, no checks, no log. What counting them alone takes stands beside it.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { listAlerts } from '../src/alerts/list.ts'
import { startTestApi } from '../test/support/api.ts'
import { openDatabase } from './support/database.ts'
import { median, percentile } from './support/measure.ts'
import { goal, printTable, ratio, type Cell } from './support/table.ts'

const COUNT = 1_000_000
const ROUNDS = 7
const REQUESTS = 20
/** One in so many fires still. */
const FIRING = 1_000

const { directory, connect, close } = await openDatabase()
// As many connections as the daemon has.
const db = connect(10)
try {
  await fill()
  await measure()
} finally {
  await close()
}

/** Alerts of ten rules at a hundred places over three years, of which few fire still. */
async function fill(): Promise<void> {
  // Put in one by one a million rows would take minutes.
  const indexes = await db.query<{ name: string; definition: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
     from pg_index where indrelid = 'alerts'::regclass and not indisunique`,
  )
  for (const { name } of indexes) await db.query(`drop index ${name}`)
  await db.query(
    `insert into alerts (id, fingerprint, rule, title, severity, source, resource, labels, message, description,
       evidence, state, count, started_at, fired_at, last_seen_at, resolved_at, resolution)
     select gen_random_uuid(), 'f' || n, 'Rule' || n % 10, 'Rule ' || n % 10,
       (array['info', 'warning', 'critical'])[1 + n % 3], (array['tape', 'storage', 'scst'])[1 + n % 3],
       'place' || n % 100, jsonb_build_object('place', 'place' || n % 100),
       'something is wrong at place ' || n % 100, 'why it matters', '{"value": 1}',
       case when n % $1::int = 0 then 'firing' else 'resolved' end, 1, at, at, at,
       case when n % $1::int = 0 then null else at + interval '1 hour' end,
       case when n % $1::int = 0 then null else 'auto' end
     from generate_series(1, $2::int) as n,
       lateral (select timestamptz '2026-11-20' - n * interval '95 seconds' as at) as times`,
    [FIRING, COUNT],
  )
  for (const { definition } of indexes) await db.query(definition)
  await db.query('vacuum analyze alerts')
}

async function measure(): Promise<void> {
  const api = await startTestApi(db, directory)
  const token = await api.session('viewer')
  const peer = createServer((request, answer) => {
    const { searchParams } = new URL(request.url ?? '', 'http://localhost')
    const state = searchParams.get('state') ?? undefined
    const filter = { limit: 100, offset: Number(searchParams.get('offset') ?? 0), state }
    void listAlerts(db, filter).then((page) => {
      answer.setHeader('content-type', 'application/json')
      answer.end(JSON.stringify(page))
    })
  })
  await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve))
  const peerUrl = `http://127.0.0.1:${(peer.address() as AddressInfo).port}`
  const rows: Cell[][] = []
  for (const [name, query] of [
    ['the newest 100', ''],
    ['100 that fire', '&state=firing'],
    ['100 behind 500,000', '&offset=500000'],
  ] as const) {
    const ours = `${api.url}/api/v1/monitoring/alerts?limit=100${query}`
    rows.push(await compare(name, [ours, token], [`${peerUrl}/?limit=100${query}`, '']))
  }
  printTable(
    `${COUNT} alerts stored`,
    ['', 'ours ms', 'p99', 'node:http and pg ms', 'p99', 'ratio', 'goal', 'counting ms'],
    rows,
  )
  peer.close()
  await api.stop()
}

type Target = readonly [url: string, token: string]

async function compare(name: string, ours: Target, peer: Target): Promise<Cell[]> {
  const spent: number[][] = [[], []]
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [index, [url, token]] of [ours, peer].entries()) {
      for (let request = 0; request < REQUESTS; request += 1) {
        const began = performance.now()
        const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
        if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
        await answer.arrayBuffer()
        if (round >= 0) spent[index]?.push(performance.now() - began)
      }
    }
  }
  const [mine = [], theirs = []] = spent
  return [
    ...[name, median(mine), percentile(mine, 99), median(theirs), percentile(theirs, 99)],
    ...[ratio(median(mine), median(theirs)), goal(median(mine), median(theirs), 1.3)],
    await countingMs(ours[0]),
  ]
}

/** How long the server takes to tell the total of a page. */
async function countingMs(url: string): Promise<number> {
  const states = new URL(url).searchParams.getAll('state')
  const spent: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now()
    await db.query("select count(*) from alerts where $1::text[] = '{}' or state = any ($1)", [
      states,
    ])
    spent.push(performance.now() - began)
  }
  return median(spent)
}
