import { useMemo } from 'preact/hooks'
import { readHistory, type Aggregate, type History, type Span } from '../live/history.ts'
import { useLoaded, type Resource } from '../live/resource.ts'
import { words } from '../words/index.ts'
import type { Line } from './chart-data.ts'
import { Chart } from './chart.tsx'
import { Blank, Shown } from './states.tsx'
import { largest, summed } from './sums.ts'

/** Labels of a series. */
export type Labels = Readonly<Record<string, string>>

/** The daemon answers 50,000 points at most, of all series together. */
const POINTS_ANSWERED = 40_000
const POINTS = 360
/** A line of one of these is drawn; more are not told apart. */
const LINES = 6

interface Asked {
  /** Metrics with the same labels, and what each is called. */
  metrics: Readonly<Record<string, string>>
  labels: Labels
  aggregate: Aggregate
  /** How many series of each there may be. */
  series?: number
}

/** Each metric under what it is called. */
type Histories = readonly (readonly [name: string, history: History])[]

interface PlotProps extends Asked {
  label: string
  span: Span
  onZoom: (from: Date, to: Date) => void
  format: (value: number) => string | null
  /** The lines of what was read; by default all series of a metric added up. */
  linesOf?: (histories: Histories) => readonly Line[]
  height?: number
}

/** The stored numbers of several metrics in one chart. */
export function Plot({ metrics, labels, aggregate, series = 1, span, ...rest }: PlotProps) {
  const loaded = useHistories({ metrics, labels, aggregate, series }, span)
  return <Shown of={loaded}>{(value) => <Lines histories={value} {...rest} />}</Shown>
}

function useHistories(asked: Required<Asked>, span: Span): Resource<Histories> {
  const { metrics, labels, aggregate, series } = asked
  const points = Math.min(POINTS, Math.floor(POINTS_ANSWERED / Math.max(1, series)))
  return useLoaded(
    (signal) =>
      Promise.all(
        Object.entries(metrics).map(async ([name, called]) => {
          const history = await readHistory({ name, labels, aggregate }, span, signal, points)
          return [called, history] as const
        }),
      ),
    [JSON.stringify([asked, span])],
    'seconds' in span ? ['metrics'] : [],
  )
}

type LinesProps = Omit<PlotProps, keyof Asked | 'span'> & { histories: Histories }

function Lines({ histories, label, onZoom, format, linesOf = together, height }: LinesProps) {
  const lines = useMemo(() => largestOf(linesOf(histories)), [histories])
  const [first] = histories
  if (first === undefined || lines.every(({ points }) => points.length === 0)) {
    return <Blank icon="unknown" title={words.common.chart.nothing} />
  }
  const { from, to } = first[1]
  // Where coarser steps were answered for one, its points are further apart.
  const stepSeconds = Math.max(...histories.map(([, one]) => one.stepSeconds))
  const size = height === undefined ? {} : { height }
  return <Chart {...{ label, lines, format, from, to, stepSeconds, onZoom, ...size }} />
}

/** The order of lines is that of their colours, and stays where all are drawn. */
function largestOf(lines: readonly Line[]): readonly Line[] {
  return lines.length > LINES ? largest(lines, LINES) : lines
}

function together(histories: Histories): readonly Line[] {
  return histories.flatMap(([name, { series }]) => summed(series, () => name))
}
