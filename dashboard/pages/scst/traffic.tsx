import { useMemo } from 'preact/hooks'
import { readHistory, type History, type Span } from '../../live/history.ts'
import { useLoaded, type Resource } from '../../live/resource.ts'
import { Chart } from '../../ui/chart.tsx'
import { SpanChoice, useSpan } from '../../ui/history-chart.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Blank, Shown } from '../../ui/states.tsx'
import { largest, summed } from '../../ui/sums.ts'
import { bytes, count } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import type { Scst } from './data.ts'

const texts = words.scst.traffic

type Labels = Readonly<Record<string, string>>

/** The daemon answers 50,000 points at most, of all series together. */
const POINTS_ANSWERED = 40_000
const POINTS = 360
/** A line of one of these is drawn; more are not told apart. */
const LINES = 6
const INITIATOR = 'storwarden_scst_initiator'

/** Metrics with the same labels, and what each is called. */
interface Plot {
  metrics: Readonly<Record<string, string>>
  labels: Labels
  aggregate: 'rate' | 'max'
  /** How many series of each there may be. */
  series: number
}

/** The series of several metrics, each under what it is called. */
function usePlot(plot: Plot, span: Span): Resource<readonly [string, History][]> {
  const { metrics, labels, aggregate, series } = plot
  const points = Math.min(POINTS, Math.floor(POINTS_ANSWERED / Math.max(1, series)))
  return useLoaded(
    (signal) =>
      Promise.all(
        Object.entries(metrics).map(async ([metric, name]) => {
          const asked = { name: metric, labels, aggregate }
          return [name, await readHistory(asked, span, signal, points)] as [string, History]
        }),
      ),
    [JSON.stringify([plot, span])],
    'seconds' in span ? ['metrics'] : [],
  )
}

interface PlotViewProps {
  label: string
  plot: Plot
  span: Span
  zoom: (from: Date, to: Date) => void
  format: (value: number) => string | null
  /** A line by what it is called, or by the labels; by default all of a metric together. */
  nameOf?: (name: string, labels: Labels) => string
}

function PlotView({ plot, span, ...rest }: PlotViewProps) {
  const loaded = usePlot(plot, span)
  return <Shown of={loaded}>{(value) => <PlotLines histories={value} {...rest} />}</Shown>
}

interface PlotLinesProps extends Omit<PlotViewProps, 'plot' | 'span'> {
  histories: readonly [string, History][]
}

function PlotLines({ histories, label, zoom, format, nameOf = (name) => name }: PlotLinesProps) {
  const lines = useMemo(() => {
    const named = histories.flatMap(([name, { series }]) =>
      series.map(({ labels, points }) => ({ labels: { line: nameOf(name, labels) }, points })),
    )
    const all = summed(named, ({ line }) => line ?? '')
    return all.length > LINES ? largest(all, LINES) : all
  }, [histories])
  const [, history] = histories[0] ?? []
  if (history === undefined || lines.every(({ points }) => points.length === 0)) {
    return <Blank icon="unknown" title={words.common.chart.nothing} />
  }
  const { from, to } = history
  // Where coarser steps were answered for one, its points are further apart.
  const stepSeconds = Math.max(...histories.map(([, one]) => one.stepSeconds))
  return <Chart {...{ label, lines, format, from, to, stepSeconds }} onZoom={zoom} height={170} />
}

const perSecond = (value: number) => texts.perSecond(bytes(value) ?? '')
const rate = (value: number) => texts.perSecond(count(Math.round(value * 10) / 10) ?? '')
const whole = (value: number) => count(Math.round(value))

/** What goes through something over time: a target, an initiator at it, or a session of that. */
export function Traffic(props: { labels: Labels; session?: Labels; series: number }) {
  const { labels, session = labels, series } = props
  const { span, setSpan, zoom } = useSpan('hour')
  const rates = { labels, series, aggregate: 'rate' } as const
  return (
    <Panel title={texts.title} aside={<SpanChoice span={span} onChoose={setSpan} />}>
      <div class="plots">
        <div>
          <h3>{texts.throughput}</h3>
          <PlotView
            label={texts.throughput}
            plot={{ ...rates, metrics: BYTES }}
            format={perSecond}
            {...{ span, zoom }}
          />
        </div>
        <div>
          <h3>{texts.commands}</h3>
          <PlotView
            label={texts.commands}
            plot={{ ...rates, metrics: COMMANDS }}
            format={rate}
            {...{ span, zoom }}
          />
        </div>
        <div>
          <h3>{texts.inFlight}</h3>
          <PlotView
            label={texts.inFlight}
            plot={{ labels: session, series, aggregate: 'max', metrics: IN_FLIGHT }}
            format={whole}
            {...{ span, zoom }}
          />
        </div>
      </div>
    </Panel>
  )
}

const BYTES = {
  [`${INITIATOR}_read_bytes_total`]: texts.read,
  [`${INITIATOR}_written_bytes_total`]: texts.write,
}
const COMMANDS = {
  [`${INITIATOR}_read_commands_total`]: texts.reads,
  [`${INITIATOR}_write_commands_total`]: texts.writes,
  [`${INITIATOR}_none_commands_total`]: texts.others,
}
const IN_FLIGHT = { storwarden_scst_session_active_commands: texts.most }

/** The targets that most goes through. */
export function Busiest({ scst: { sessions } }: { scst: Scst }) {
  const { span, setSpan, zoom } = useSpan('hour')
  if (sessions.items.length === 0) return null
  return (
    <Panel title={texts.busiest} aside={<SpanChoice span={span} onChoose={setSpan} />}>
      <PlotView
        label={texts.busiest}
        plot={{ metrics: BYTES, labels: {}, aggregate: 'rate', series: sessions.items.length }}
        format={perSecond}
        nameOf={(_, { target }) => target ?? ''}
        {...{ span, zoom }}
      />
    </Panel>
  )
}
