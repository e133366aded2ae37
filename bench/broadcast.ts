// What the event stream costs: one frame of 4 KiB after the other to many WebSocket clients on the loopback device.
// Servers and clients are processes of their own, and so only the server's CPU is counted. Peers: the hub of gorilla's
// example, in Go; ws, which frames for each client; and the limit, a C program that does nothing but write(2).
// BROADCAST_CLIENTS=100,1000 chooses how many clients; the default is 100, 1,000, 5,000 and 10,000.
import { fileURLToPath } from 'node:url'
import { median, percentile } from './support/measure.ts'
import { buildC, buildGo } from './support/peers.ts'
import { PAYLOAD, Stage, type Contestant, type Round } from './support/stage.ts'
import { printTable, ratio, type Cell } from './support/table.ts'

const ROUNDS = 5
/** So many deliveries a round take CPU that the clock can tell. */
const DELIVERIES = 50_000
/** Until what coming clients leave behind is collected, where that is done when nothing happens. */
const SETTLED_MS = 12_000
const counts = (process.env.BROADCAST_CLIENTS ?? '100,1000,5000,10000').split(',').map(Number)

const node = fileURLToPath(new URL('./peers/stream-server.js', import.meta.url))
const ours = (which: string) => [process.execPath, '--max-semi-space-size=1', node, which]
const gorilla = buildGo('gorilla')
const LIMIT = 'write(2) in C, the limit'
const PREPARED = 'gorilla, PreparedMessage'
const contestants: readonly Contestant[] = [
  { name: 'hub', argv: ours('hub') },
  { name: 'hub, without the addon', argv: ours('hub-node') },
  { name: 'ws, send to each', argv: ours('ws') },
  ...(gorilla === null
    ? []
    : [
        { name: 'gorilla, WriteMessage', argv: [gorilla] },
        { name: PREPARED, argv: [gorilla, 'prepared'] },
      ]),
  { name: LIMIT, argv: [buildC('limit')] },
]
for (const clients of counts) await fanOut(clients)
await withSlowOnes(1_000)

/** All contestants with as many clients, in turns. */
async function fanOut(clients: number): Promise<void> {
  const frames = Math.max(8, Math.round(DELIVERIES / clients))
  const stages = new Map<string, Stage>()
  for (const contestant of contestants) {
    stages.set(contestant.name, await Stage.open(contestant, clients))
  }
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS))
  const idleKib = new Map([...stages].map(([name, stage]) => [name, stage.idleKib()]))
  const rounds = new Map<string, Round[]>()
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [name, stage] of stages) {
      const one = await stage.round(frames)
      if (round >= 0) rounds.set(name, [...(rounds.get(name) ?? []), one])
    }
  }
  for (const stage of stages.values()) stage.close()
  const cpuOf = (name: string) => median((rounds.get(name) ?? []).map(({ cpu }) => cpu))
  printTable(
    `Broadcasting ${PAYLOAD} bytes to ${clients} clients, ${frames} frames a round`,
    [
      ...['server', 'CPU s per million', 'to the limit', 'to Prepared'],
      ...['last client p50 ms', 'p99 ms', 'KiB per idle client'],
    ],
    contestants.map(({ name }): Cell[] => {
      const last = (rounds.get(name) ?? []).flatMap(({ lastMs }) => lastMs)
      return [
        ...[
          name,
          cpuOf(name),
          ratio(cpuOf(name), cpuOf(LIMIT)),
          ratio(cpuOf(name), cpuOf(PREPARED)),
        ],
        ...[percentile(last, 50), percentile(last, 99), idleKib.get(name) ?? Number.NaN],
      ]
    }),
  )
}

/** The same while one of a hundred clients reads nothing: what that costs the others, and in memory. */
async function withSlowOnes(clients: number): Promise<void> {
  const rows: Cell[][] = []
  const several = contestants.filter(({ name }) => name !== LIMIT && !name.startsWith('ws'))
  for (const contestant of several) {
    const good = await Stage.open(contestant, clients)
    const bad = await Stage.open(contestant, clients, clients / 100)
    const last: { good: number[]; bad: number[] } = { good: [], bad: [] }
    for (let round = 0; round < ROUNDS; round += 1) {
      last.good.push(...(await good.round(200)).lastMs)
      last.bad.push(...(await bad.round(200)).lastMs)
    }
    const p99 = { good: percentile(last.good, 99), bad: percentile(last.bad, 99) }
    const memory = bad.memoryMb() - good.memoryMb()
    rows.push([contestant.name, p99.good, p99.bad, ratio(p99.bad, p99.good), memory])
    good.close()
    bad.close()
  }
  printTable(
    `The same to ${clients} clients, of which ${clients / 100} read nothing`,
    ['server', 'last p99 ms, all read', 'of those that read', 'ratio', 'MB more'],
    rows,
  )
}
