import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'

// Gauges that prom-client calls ..._total, which promtool refuses.
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
]

// What it measures of the event loop takes a timer that wakes the daemon a hundred times a second: most of what it costs at
// rest. `event_loop_delay_...` say the same.
const LAG = ['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99'].map(
  (what) => `nodejs_eventloop_lag_${what}_seconds`,
)
const NEVER_MS = 2 ** 31 - 1

/** Makes the instruments of prom-client, all in one registry and under the same prefix. */
export class Instruments {
  readonly registry = new Registry()

  /** Adds what prom-client knows of the process and of Node. */
  withProcess(): this {
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: NEVER_MS })
    for (const name of [...MISNAMED, ...LAG]) this.registry.removeSingleMetric(name)
    return this
  }

  counter<Label extends string = never>(name: string, help: string, labelNames: Label[] = []) {
    return new Counter<Label>(this.#described(name, help, labelNames))
  }

  gauge<Label extends string = never>(name: string, help: string, labelNames: Label[] = []) {
    return new Gauge<Label>(this.#described(name, help, labelNames))
  }

  histogram<Label extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: Label[] = [],
  ) {
    return new Histogram<Label>({ ...this.#described(name, help, labelNames), buckets })
  }

  /** A gauge that is set from nothing whenever somebody asks. */
  live<Label extends string = never>(
    name: string,
    help: string,
    labelNames: Label[],
    samples: () => Iterable<readonly [Record<Label, string>, number]>,
  ): void {
    new Gauge<Label>({
      ...this.#described(name, help, labelNames),
      collect() {
        this.reset()
        // Without labels it would be 0 where nothing is known.
        if (labelNames.length === 0) this.remove()
        for (const [labels, value] of samples()) this.set(labels, value)
      },
    })
  }

  /** A counter that somebody else counts. */
  tally<Label extends string = never>(
    name: string,
    help: string,
    labelNames: Label[],
    totals: () => Iterable<readonly [Record<Label, string>, number]>,
  ): void {
    new Counter<Label>({
      ...this.#described(name, help, labelNames),
      collect() {
        this.reset()
        for (const [labels, total] of totals()) this.inc(labels, total)
      },
    })
  }

  #described<Label extends string>(name: string, help: string, labelNames: Label[]) {
    return { name: `storwarden_${name}`, help, labelNames, registers: [this.registry] }
  }
}
