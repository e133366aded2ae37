import { HistoryChart, SpanChoice, useSpan } from '../../ui/history-chart.tsx'
import { Panel } from '../../ui/panel.tsx'
import { bytes, count, percent } from '../../words/format.ts'
import { words } from '../../words/index.ts'

const texts = words.cartridges.charts

const counted = (value: number) => count(Math.round(value))

const drawn: readonly (readonly [string, string, (value: number) => string | null])[] = [
  [texts.life, 'life_remaining_ratio', (value) => percent(value * 100)],
  [texts.space, 'remaining_bytes', bytes],
  [texts.loads, 'loads_total', counted],
  [texts.written, 'written_bytes_total', bytes],
  [texts.errors, 'unrecovered_write_errors_total', counted],
  [texts.errorsRead, 'unrecovered_read_errors_total', counted],
]

/** How a cartridge wore over time, as drives told of it. */
export function CartridgeCharts({ tag }: { tag: string }) {
  const { span, setSpan, zoom } = useSpan('week')
  return (
    <Panel title={texts.title} aside={<SpanChoice span={span} onChoose={setSpan} />}>
      <div class="charts">
        {drawn.map(([label, metric, format]) => (
          <div key={metric}>
            <h3>{label}</h3>
            <HistoryChart
              label={label}
              asked={{ name: `storwarden_cartridge_${metric}`, labels: { volume_tag: tag } }}
              span={span}
              format={format}
              nameOf={() => words.drives.charts.last}
              onZoom={zoom}
              height={140}
            />
          </div>
        ))}
      </div>
    </Panel>
  )
}
