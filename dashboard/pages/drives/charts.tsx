import { useState } from 'preact/hooks'
import { HistoryChart, SpanChoice, useSpan } from '../../ui/history-chart.tsx'
import { Panel } from '../../ui/panel.tsx'
import type { Drive } from '../../wire/types.ts'
import type { Aggregate } from '../../live/history.ts'
import { bytes, count } from '../../words/format.ts'
import { words } from '../../words/index.ts'

const texts = words.drives.charts

interface Drawn {
  label: string
  metric: string
  aggregate?: Aggregate
  format: (value: number) => string | null
}

const perSecond = (value: number) => texts.perSecond(bytes(value) ?? '')
const counted = (value: number) => count(Math.round(value * 100) / 100)
const celsius = (value: number) => texts.celsius(count(Math.round(value)) ?? '')
const ratio = (value: number) => texts.ratio(value.toFixed(2))

function rate(label: string, metric: string): Drawn {
  return { label, metric, aggregate: 'rate', format: perSecond }
}

function increase(label: string, metric: string): Drawn {
  return { label, metric, aggregate: 'increase', format: counted }
}

const sets: Readonly<Record<keyof typeof texts.sets, readonly Drawn[]>> = {
  throughput: [
    rate(texts.written, 'host_written_bytes_total'),
    rate(texts.read, 'host_read_bytes_total'),
    rate(texts.writtenSt, 'written_bytes_total'),
    rate(texts.readSt, 'read_bytes_total'),
  ],
  errors: [
    increase(texts.rewrites, 'rewrites_total'),
    increase(texts.rereads, 'rereads_total'),
    increase(texts.uncorrectedWrites, 'uncorrected_write_errors_total'),
    increase(texts.uncorrectedReads, 'uncorrected_read_errors_total'),
  ],
  wear: [
    { label: texts.temperature, metric: 'temperature_celsius', format: celsius },
    { label: texts.loads, metric: 'loads_total', format: counted },
    { label: texts.compression, metric: 'write_compression_ratio', format: ratio },
  ],
}

/** What a drive did, what went wrong and how it wore over time. */
export function DriveCharts({ drive: { id } }: { drive: Drive }) {
  const { span, setSpan, zoom } = useSpan()
  const [set, setSet] = useState<keyof typeof sets>('throughput')
  return (
    <Panel title={texts.title} aside={<SpanChoice span={span} onChoose={setSpan} />}>
      <div class="spans chart-sets" role="group" aria-label={texts.choose}>
        {Object.entries(texts.sets).map(([name, text]) => (
          <button
            key={name}
            type="button"
            aria-pressed={set === name}
            onClick={() => {
              setSet(name as keyof typeof sets)
            }}
          >
            {text}
          </button>
        ))}
      </div>
      <div class="charts">
        {sets[set].map(({ label, metric, aggregate, format }) => (
          <div key={metric}>
            <h3>{label}</h3>
            <HistoryChart
              label={label}
              asked={{
                name: `storwarden_tape_drive_${metric}`,
                labels: { serial: id },
                ...(aggregate && { aggregate }),
              }}
              span={span}
              format={format}
              nameOf={() => texts.last}
              onZoom={zoom}
              height={150}
            />
          </div>
        ))}
      </div>
      {set === 'throughput' && <p class="hint">{texts.stNote}</p>}
    </Panel>
  )
}
