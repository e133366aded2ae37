// What it costs to note an operation: as much again as it takes to note nothing, and against what the exporter
// counted before (a counter and a histogram of prom-client), which is part of it.
import { SelfMetrics } from '../src/exporter/self.ts'
import { Operations } from '../src/operations/operations.ts'
import { interleave } from './support/measure.ts'
import { printTable, ratio } from './support/table.ts'

const TIMES = 10_000

const self = new SelfMetrics({
  application: { name: 'storwarden', version: '0' },
  ...{
    breakers: () => [],
    breakerFailures: () => new Map(),
    stuckCalls: () => 0,
    heldEvaluations: () => 0,
  },
  connections: () => ({ idle: 0, active: 0, waiting: 0 }),
  websocket: () => ({ clients: 0, sent: 0, dropped: 0, evicted: 0 }),
  ...{ watcherRestarts: () => ({}), logLinesLost: () => 0, caches: () => [], fleet: () => null },
})
const now = () => new Date()
const tracked = (onEnded: SelfMetrics['operation']) =>
  new Operations({
    ...{ now, elapsedSeconds: () => performance.now() / 1000, onEnded },
    ...{ log: () => undefined, logged: () => false, redact: (text: string) => text },
  })
const labels = { device: '/dev/sg3', serial: 'XYZZY_A1', page: '17' }
const counting = tracked(self.operation)
const alone = tracked(() => undefined)
const ended = {
  ...{ operation: 'read_log_pages', status: 'ok', durationSeconds: 0.01, affected: null },
}

async function several(work: () => Promise<unknown>): Promise<void> {
  for (let time = 0; time < TIMES; time += 1) await work()
}

const work = async () => {
  await Promise.resolve()
}
const countedBefore = async () => {
  await work()
  self.operation(ended)
}
const spent = await interleave([
  { name: 'none', run: () => several(work) },
  { name: 'exporter', run: () => several(countedBefore) },
  { name: 'alone', run: () => several(() => alone.track('read_log_pages', labels, work)) },
  { name: 'tracked', run: () => several(() => counting.track('read_log_pages', labels, work)) },
])
const nanoseconds = (name: string) => ((spent.get(name)?.cpuMs ?? Number.NaN) * 1e6) / TIMES
const none = nanoseconds('none')
const exporter = nanoseconds('exporter') - none
printTable(
  'Noting an operation',
  ['what', 'CPU ns', 'ratio to the exporter alone'],
  [
    ['nothing', none, ''],
    ['exporter alone', exporter, ratio(exporter, exporter)],
    [
      'operations without it',
      nanoseconds('alone') - none,
      ratio(nanoseconds('alone') - none, exporter),
    ],
    ['operations', nanoseconds('tracked') - none, ratio(nanoseconds('tracked') - none, exporter)],
  ],
)
