import { useMemo, useState } from 'preact/hooks'
import { useHistory, type Asked, type History, type Span } from '../live/history.ts'
import { words } from '../words/index.ts'
import { Chart } from './chart.tsx'
import { Blank, Shown } from './states.tsx'

interface HistoryChartProps {
  label: string
  asked: Asked
  span: Span
  format: (value: number) => string | null
  /** What a series is called by its labels. */
  nameOf?: (labels: Readonly<Record<string, string>>) => string
  onZoom?: (from: Date, to: Date) => void
  height?: number
}

/** The stored numbers of a metric as lines. */
export function HistoryChart({ asked, span, ...rest }: HistoryChartProps) {
  const history = useHistory(asked, span)
  return <Shown of={history}>{(value) => <Lines history={value} {...rest} />}</Shown>
}

type LinesProps = Omit<HistoryChartProps, 'asked' | 'span'> & { history: History }

function Lines({ history, label, format, nameOf = namedBy, onZoom, height }: LinesProps) {
  const lines = useMemo(
    () => history.series.map(({ labels, points }) => ({ name: nameOf(labels), points })),
    [history],
  )
  if (lines.every(({ points }) => points.length === 0)) {
    return <Blank icon="unknown" title={words.common.chart.nothing} />
  }
  const { from, to, stepSeconds } = history
  return (
    <Chart
      {...{ label, lines, format, from, to, stepSeconds }}
      {...(onZoom && { onZoom })}
      {...(height !== undefined && { height })}
    />
  )
}

function namedBy(labels: Readonly<Record<string, string>>): string {
  return Object.values(labels).join(' · ')
}

const SPANS = { hour: 3600, hours6: 21_600, day: 86_400, week: 604_800, month: 2_592_000 } as const

/** A span that can be chosen: the last hour and so on, live, or what was zoomed to. */
export function useSpan(first: keyof typeof SPANS = 'day') {
  const [span, setSpan] = useState<Span>({ seconds: SPANS[first] })
  const zoom = (from: Date, to: Date) => {
    setSpan({ from, to })
  }
  return { span, setSpan, zoom }
}

/** Chooses the span; what was zoomed to is left for a live one again. */
export function SpanChoice({ span, onChoose }: { span: Span; onChoose: (span: Span) => void }) {
  const chosen = 'seconds' in span ? span.seconds : null
  return (
    <span class="spans" role="group" aria-label={words.common.chart.span}>
      {Object.entries(SPANS).map(([name, seconds]) => (
        <button
          key={name}
          type="button"
          aria-pressed={chosen === seconds}
          onClick={() => {
            onChoose({ seconds })
          }}
        >
          {words.common.chart.spans[name as keyof typeof SPANS]}
        </button>
      ))}
      {chosen === null && <small>{words.common.chart.zoomed}</small>}
    </span>
  )
}
