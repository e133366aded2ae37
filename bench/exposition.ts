// What answering a scrape costs: the families of the hardware out of a snapshot, and 50,000 series that
// all have changed. The peer is prom-client, which is given the same values and renders them.
import { Gauge, Registry } from 'prom-client'
import { expose, type ExposedFamily } from '../src/exporter/exposition.ts'
import { families } from '../src/exporter/metrics.ts'
import type { Snapshot } from '../src/snapshot.ts'
import { snapshotOf } from './support/appliance.ts'
import { interleave } from './support/measure.ts'
import { printTable, ratio, type Cell } from './support/table.ts'

const FAMILIES = 50
const SERIES_OF_EACH = 1_000

const large = await snapshotOf('12-large-scst')
const synthetic = Array.from({ length: FAMILIES }, (_, index) => manySeries(index))
printTable(
  'Answering a scrape',
  ['what', 'series', 'CPU ms', 'prom-client', 'ratio'],
  [
    await measure('12-large-scst', familiesOf(large), () =>
      expose(familiesOf(large), 'prometheus'),
    ),
    await measure('synthetic', synthetic, () => expose(synthetic, 'prometheus')),
  ],
)

async function measure(
  name: string,
  given: readonly ExposedFamily[],
  ours: () => string,
): Promise<Cell[]> {
  const registry = new Registry()
  const gauges = given.map((family) => ({ family, gauge: gaugeOf(family, registry) }))
  const theirs = () => {
    for (const { family, gauge } of gauges) {
      gauge.reset()
      for (const { labels, value } of family.values) gauge.set(labels, value)
    }
    return registry.metrics()
  }
  const spent = await interleave([
    { name: 'ours', run: ours },
    { name: 'theirs', run: theirs },
  ])
  const series = given.reduce((sum, { values }) => sum + values.length, 0)
  const our = spent.get('ours')?.cpuMs ?? Number.NaN
  const their = spent.get('theirs')?.cpuMs ?? Number.NaN
  return [name, String(series), our, their, ratio(our, their)]
}

function familiesOf(snapshot: Snapshot): ExposedFamily[] {
  return families.map(({ name, help, type, samplesOf }) => ({
    name,
    help,
    type,
    values: samplesOf(snapshot),
  }))
}

function gaugeOf({ name, help, values }: ExposedFamily, registry: Registry): Gauge {
  const labelNames = Object.keys(values[0]?.labels ?? {})
  return new Gauge({ name, help, labelNames, registers: [registry] })
}

function manySeries(index: number): ExposedFamily {
  return {
    name: `storwarden_bench_${index}_bytes`,
    help: 'Made up.',
    type: 'gauge',
    values: Array.from({ length: SERIES_OF_EACH }, (_, number) => ({
      labels: {
        driver: 'iscsi',
        target: `iqn.2026-01.org.example:disk${number}`,
        lun: number % 64,
      },
      value: number * 4096 + index,
    })),
  }
}
