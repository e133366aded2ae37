import { readHistory, type History, type Span } from '../../live/history.ts'
import { useLoaded, type Resource } from '../../live/resource.ts'
import { isMixed } from '../../ui/appliance.tsx'
import { EVERY } from '../../wire/scope.ts'
import { ask, RequestError } from '../../wire/request.ts'
import type { Line } from '../../ui/chart-data.ts'
import { words } from '../../words/index.ts'
import { measureOf, selector, shortNames, type Chosen, type Drawn, type Unit } from './asked.ts'

/** Lines with the same unit: they share a chart. */
export interface Plotted {
  unit: Unit
  perSecond: boolean
  /** The name beside the chart tells them apart, the full one says all. */
  lines: readonly (Line & { fullName: string })[]
  /** How many series there are, also those that are not drawn. */
  total: number
  from: Date
  to: Date
  stepSeconds: number
}

/** What came of asking for what was chosen. */
export interface Loaded {
  plots: readonly Plotted[]
  /** What was not answered, and why; the others are shown all the same. */
  faults: readonly { name: string; why: string }[]
}

/** More are not listed: labels narrow it. */
const SERIES = 100
/** The daemon answers 50,000 points: of two hundred appliances so many each. */
const POINTS_OF_MANY = 200

/** The history of all that is chosen. */
export function useChosen(chosen: readonly Chosen[], span: Span): Resource<Loaded> {
  return useLoaded(
    (signal) => load(chosen, span, signal),
    [JSON.stringify([chosen, span])],
    'seconds' in span ? ['metrics'] : [],
  )
}

async function load(chosen: readonly Chosen[], span: Span, signal: AbortSignal): Promise<Loaded> {
  const faults: { name: string; why: string }[] = []
  const found: (readonly [Chosen, History])[] = []
  for (const one of chosen) {
    try {
      found.push([one, await readOf(one, span, signal)])
    } catch (error) {
      if (!(error instanceof RequestError) || error.status === 0 || error.status === 401)
        throw error
      faults.push({ name: one.name, why: error.message })
    }
  }
  const groups = new Map<string, (readonly [Chosen, History])[]>()
  for (const pair of found) {
    const { unit, perSecond } = measureOf(pair[0])
    const key = `${unit} ${perSecond}`
    groups.set(key, [...(groups.get(key) ?? []), pair])
  }
  return { plots: [...groups.values()].map(plotted), faults }
}

/** The series of the daemon itself has no label for that it is its own. */
function withOwner<One extends Drawn>(one: One): One {
  return { ...one, labels: { appliance: words.fleet.ownShort, ...one.labels } }
}

/** Of all appliances there are many, and of each as many points as there is room for. */
async function readOf(one: Chosen, span: Span, signal: AbortSignal): Promise<History> {
  if (!isMixed()) return await readHistory(one, span, signal)
  return await readHistory({ ...one, appliance: EVERY }, span, signal, POINTS_OF_MANY)
}

function plotted(pairs: readonly (readonly [Chosen, History])[]): Plotted {
  const all = pairs.flatMap(([chosen, { series }]) =>
    series.map(({ labels, points }) => ({ chosen, labels, points })),
  )
  const drawn = all.slice(0, SERIES)
  const names = shortNames(isMixed() ? drawn.map(withOwner) : drawn)
  const lines = drawn.map(({ chosen, labels, points }, index) => ({
    name: names[index] ?? '',
    fullName: `${chosen.aggregate}(${selector(chosen.name, labels)})`,
    points: scaled(points, measureOf(chosen).scale),
  }))
  const { unit, perSecond } = measureOf(pairs[0]?.[0] ?? { name: '', aggregate: 'avg' })
  const histories = pairs.map(([, history]) => history)
  return {
    ...{ unit, perSecond, lines, total: all.length },
    from: new Date(Math.min(...histories.map(({ from }) => from.getTime()))),
    to: new Date(Math.max(...histories.map(({ to }) => to.getTime()))),
    stepSeconds: Math.max(...histories.map(({ stepSeconds }) => stepSeconds)),
  }
}

function scaled(points: Line['points'], scale: number): Line['points'] {
  return scale === 1 ? points : points.map(([at, value]) => [at, value * scale])
}

/** The labels that series of a metric have in a time, each with its values in order. */
export type LabelValues = ReadonlyMap<string, readonly string[]>

const DAY_SECONDS = 86_400

/** Which labels a metric can be narrowed by. It is asked for with a point a day, which costs little. */
export function useLabels(name: string, span: Span): Resource<LabelValues> {
  return useLoaded(
    async (signal) => {
      const to = 'seconds' in span ? new Date() : span.to
      const from = 'seconds' in span ? new Date(to.getTime() - span.seconds * 1000) : span.from
      const query = {
        ...{ name, step_seconds: DAY_SECONDS, aggregate: 'last' as const },
        ...{ start_time: from.toISOString(), end_time: to.toISOString() },
        ...(isMixed() && { appliance: EVERY }),
      }
      const answer = await ask('GET /monitoring/metrics', { query }, signal)
      return labelValues('series' in answer ? answer.series.map(({ labels }) => labels) : [])
    },
    [JSON.stringify([name, span])],
  )
}

function labelValues(all: readonly Readonly<Record<string, string>>[]): LabelValues {
  const values = new Map<string, Set<string>>()
  for (const labels of all) {
    for (const [label, value] of Object.entries(labels)) {
      values.set(label, (values.get(label) ?? new Set()).add(value))
    }
  }
  return new Map([...values].map(([label, set]) => [label, [...set].sort()]))
}
