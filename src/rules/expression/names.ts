import type { MetricName } from '../../history/metrics.ts'
import { calculatedNumbers, type CalculatedNumber } from './calculated.ts'
import { nearest } from './nearest.ts'

/** What a name in a query stands for. */
export type Named =
  | { kind: 'metric'; metric: MetricName }
  | { kind: 'calculated'; number: CalculatedNumber }
  /** Several are called so. */
  | { kind: 'ambiguous'; candidates: readonly string[] }
  | { kind: 'unknown'; nearest: readonly string[] }

/** What of a name need not be written, the longest first. */
const PREFIXES = ['storwarden_tape_', 'storwarden_']
const UNITS = /_(?:percent|seconds|bytes|ratio|total|celsius|rpm|volts|amperes|watts)$/

/** Sections of the snapshot of numbers. */
const SECTIONS = ['system', 'storage', 'scst', 'tape', 'vtl', 'tasks', 'api']

const MOST_NEAR = 3

/**
 * The names that queries may use for metrics: the full one; without `storwarden_` or `storwarden_tape_`; of the
 * snapshot of numbers without its section; and each of them without its unit. Where two of them are called the same,
 * the one whose full name it is has it, else neither.
 */
export class Catalogue {
  readonly #byName = new Map<string, MetricName>()
  readonly #calculated = new Map<string, CalculatedNumber>()
  /** Full names by short names with their unit. */
  readonly #short = new Map<string, Set<string>>()
  /** Short and full names by what they are without their unit. */
  readonly #unitless = new Map<string, Set<string>>()

  constructor(metrics: readonly MetricName[]) {
    for (const metric of metrics) this.#byName.set(metric.name, metric)
    for (const { name } of metrics) {
      const names = [name, ...shortNames(name)]
      for (const short of names) add(this.#short, short, name)
      for (const short of names) {
        if (UNITS.test(short)) add(this.#unitless, short.replace(UNITS, ''), short)
      }
    }
    for (const number of calculatedNumbers) {
      if (!number.metrics.every((name) => this.#byName.has(name))) continue
      for (const name of [number.name, ...shortNames(number.name)]) {
        this.#calculated.set(name, number)
      }
    }
  }

  /** The metrics, as they were given. */
  get metrics(): readonly MetricName[] {
    return [...this.#byName.values()]
  }

  /** What a name stands for; a dot is as good as `_`, so that `scst.total_luns` is `scst_total_luns`. */
  find(written: string): Named {
    const name = written.replaceAll('.', '_')
    const calculated = this.#calculated.get(name)
    if (calculated !== undefined && !this.#byName.has(name)) {
      return { kind: 'calculated', number: calculated }
    }
    const found = this.#withUnit(name)
    if (found.size > 0) return this.#named(found)
    const unitless = [...(this.#unitless.get(name) ?? [])]
    const meant = new Set(unitless.flatMap((short) => [...this.#withUnit(short)]))
    if (meant.size > 0) return this.#named(meant)
    return { kind: 'unknown', nearest: nearest(name, this.#all(), MOST_NEAR) }
  }

  #withUnit(name: string): ReadonlySet<string> {
    return this.#byName.has(name) ? new Set([name]) : (this.#short.get(name) ?? new Set())
  }

  #named(names: ReadonlySet<string>): Named {
    const metrics = [...names].flatMap((name) => this.#byName.get(name) ?? [])
    const [metric, ...others] = metrics
    if (metric !== undefined && others.length === 0) return { kind: 'metric', metric }
    return { kind: 'ambiguous', candidates: metrics.map(({ name }) => name).sort() }
  }

  /** What each name stands for that stands for one metric alone. */
  #all(): Map<string, string> {
    const all = new Map([...this.#calculated].map(([name, number]) => [name, number.name]))
    for (const name of [...this.#short.keys(), ...this.#unitless.keys()]) {
      const found = this.find(name)
      if (found.kind === 'metric') all.set(name, found.metric.name)
    }
    return all
  }
}

/** The shortest first. */
function shortNames(name: string): string[] {
  const prefix = PREFIXES.filter((each) => name.startsWith(each))
  const section = SECTIONS.filter((each) => name.startsWith(`${each}_`)).map((each) => `${each}_`)
  return [...prefix, ...section]
    .map((each) => name.slice(each.length))
    .filter((short) => short !== '')
}

function add(index: Map<string, Set<string>>, key: string, value: string): void {
  const values = index.get(key)
  if (values === undefined) index.set(key, new Set([value]))
  else values.add(value)
}
