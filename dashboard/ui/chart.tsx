import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { theme } from '../shell/theme.ts'
import { words } from '../words/index.ts'
import { aligned, type Line } from './chart-data.ts'

interface ChartProps {
  label: string
  lines: readonly Line[]
  /** How values are said, with their unit. */
  format: (value: number) => string | null
  from: Date
  to: Date
  /** Points that are further apart have nothing known between them. */
  stepSeconds: number
  /** A part was chosen with the pointer. */
  onZoom?: (from: Date, to: Date) => void
  height?: number
}

const COLOURS = ['--accent', '--warning-fill', '--good-fill', '--unknown', '--critical', '--quiet']

/**
 * Lines over time. Where nothing is known there is a gap. Dragging chooses a part; the last values stand in the
 * legend and are read out.
 */
export function Chart(props: ChartProps) {
  const { label, lines, format, from, to, stepSeconds, onZoom, height = 200 } = props
  const frame = useRef<HTMLDivElement>(null)
  const zoom = useRef(onZoom)
  zoom.current = onZoom
  const scheme = theme.value
  useEffect(() => {
    const target = frame.current
    if (target === null) return
    const plot = new uPlot(
      optionsOf({ ...props, height, width: target.clientWidth }, (a, b) => zoom.current?.(a, b)),
      aligned(lines, stepSeconds),
      target,
    )
    const resized = new ResizeObserver(() => {
      plot.setSize({ width: target.clientWidth, height })
    })
    resized.observe(target)
    return () => {
      resized.disconnect()
      plot.destroy()
    }
  }, [lines, from.getTime(), to.getTime(), scheme, format])
  return (
    <figure class="chart" aria-label={label}>
      <div ref={frame} aria-hidden="true" style={{ minHeight: `${height}px` }} />
      <figcaption>
        {lines.map(({ name, points }, index) => (
          <span key={name} class="chart-line">
            <i style={{ background: `var(${COLOURS[index % COLOURS.length] ?? ''})` }} />
            {name} <strong>{lastValue(points, format)}</strong>
          </span>
        ))}
      </figcaption>
    </figure>
  )
}

function lastValue(points: Line['points'], format: ChartProps['format']): string {
  const last = points.at(-1)
  return (last && format(last[1])) ?? words.common.unknown
}

function optionsOf(
  props: ChartProps & { width: number; height: number },
  onZoom: (from: Date, to: Date) => void,
): uPlot.Options {
  const { lines, format, from, to, width, height } = props
  const style = getComputedStyle(document.documentElement)
  const probe = (name: string) => resolved(style, name)
  const axis = {
    stroke: probe('--quiet'),
    grid: { stroke: probe('--line'), width: 1 },
    ticks: { stroke: probe('--line'), width: 1 },
    font: '12px system-ui, sans-serif',
  }
  return {
    ...{ width, height },
    legend: { show: false },
    cursor: { drag: { x: props.onZoom !== undefined, y: false, setScale: false } },
    scales: {
      x: { time: true, range: () => [from.getTime() / 1000, to.getTime() / 1000] },
      y: { range: (_, low, high) => rangeOf(low, high) },
    },
    axes: [
      { ...axis, values: (_, times) => timesOf(times, to.getTime() - from.getTime()) },
      {
        ...axis,
        size: 88,
        values: (_, values) => once(values.map((value) => format(value) ?? '')),
      },
    ],
    series: [
      {},
      ...lines.map(({ name, points }, index) => ({
        label: name,
        stroke: probe(COLOURS[index % COLOURS.length] ?? '--accent'),
        width: 1.5,
        spanGaps: false,
        // A line through one or two points can be too short to be seen.
        points: { show: points.length < 3 },
      })),
    ],
    hooks: {
      setSelect: [
        (plot) => {
          const { left, width: chosen } = plot.select
          if (chosen < 4) return
          const at = (px: number) => new Date(plot.posToVal(px, 'x') * 1000)
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
          onZoom(at(left), at(left + chosen))
        },
      ],
    },
  }
}

/** Between numbers that are rounded to the same nothing is said twice. */
function once(texts: readonly string[]): string[] {
  return texts.map((text, index) => (text === texts[index - 1] ? '' : text))
}

const DAYS_MS = 2 * 24 * 3600 * 1000

/** Times of day, or days where there are more of them. */
function timesOf(seconds: readonly number[], spanMs: number): string[] {
  const said: Intl.DateTimeFormatOptions =
    spanMs > DAYS_MS
      ? { month: 'short', day: 'numeric' }
      : { hour: '2-digit', minute: '2-digit', hour12: false }
  return seconds.map((at) => new Date(at * 1000).toLocaleString('en', said))
}

/** From zero where all are above it: heights are compared by eye. */
function rangeOf(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1]
  const top = high === low ? high + (Math.abs(high) * 0.1 || 1) : high + (high - low) * 0.05
  return [low < 0 ? low * 1.05 : 0, top]
}

/** A canvas knows no variables and no `light-dark()`: the colour as the browser works it out. */
function resolved(style: CSSStyleDeclaration, name: string): string {
  const probe = document.createElement('span')
  probe.style.color = style.getPropertyValue(name)
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}
