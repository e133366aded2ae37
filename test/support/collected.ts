import {
  ABSENT,
  defaultSettings,
  type Collected,
  type Collector,
  type CollectorSettings,
} from '../../src/collectors/collector.ts'
import type { Host } from '../../src/host/host.ts'

/** What a collector read on a machine that has its subject. */
export async function collected<T>(
  collector: Collector<T>,
  host: Host,
  settings: CollectorSettings = defaultSettings,
): Promise<Collected<T>> {
  const outcome = await collector.collect(host, settings)
  if (outcome === ABSENT) throw new Error(`${collector.name} is absent`)
  return outcome
}
