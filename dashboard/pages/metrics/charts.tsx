import { useMemo } from 'preact/hooks'
import { useResource } from '../../live/resource.ts'
import { ask, place } from '../../shell/router.ts'
import { Chart } from '../../ui/chart.tsx'
import { SpanChoice } from '../../ui/history-chart.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Blank, Notice, Shown } from '../../ui/states.tsx'
import { largest } from '../../ui/sums.ts'
import { Table, type Column } from '../../ui/table.tsx'
import { Value } from '../../ui/value.tsx'
import { duration } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { chosenOf, queryOfSpan, spanOf, summaryOf, textOfChosen, type Chosen } from './asked.ts'
import { AddSeries } from './add-series.tsx'
import { ChosenSeries } from './chosen-series.tsx'
import { useChosen, type Loaded, type Plotted } from './loaded.ts'
import { sayingOf, unitName } from './said.ts'

const texts = words.metrics
/** More lines have no colours of their own. */
const LINES = 6

/** What the address names, as charts: one for each unit. */
export function Charts() {
  const { query } = place.value
  const chosen = useMemo(() => chosenOf(query.series ?? ''), [query.series])
  const span = spanOf(query)
  const loaded = useChosen(chosen, span)
  const names = useResource('GET /monitoring/metrics/names')
  const choose = (next: readonly Chosen[]) => {
    ask({ series: textOfChosen(next) })
  }
  const zoom = (from: Date, to: Date) => {
    ask(queryOfSpan({ from, to }))
  }
  return (
    <>
      <div class="list-bar">
        <SpanChoice
          span={span}
          onChoose={(next) => {
            ask(queryOfSpan(next))
          }}
        />
        {chosen.length > 0 && <small>{texts.zoomHint}</small>}
      </div>
      {chosen.length === 0 ? (
        <Blank icon="empty" title={texts.none} text={texts.noneText} />
      ) : (
        <Shown of={loaded}>{(value) => <Plots loaded={value} onZoom={zoom} />}</Shown>
      )}
      <Shown of={names}>
        {({ names: all }) => (
          <>
            {chosen.length > 0 && (
              <ChosenSeries chosen={chosen} names={all} span={span} onChange={choose} />
            )}
            <AddSeries
              names={all}
              chosen={chosen}
              onAdd={(one) => {
                choose([...chosen, one])
              }}
            />
          </>
        )}
      </Shown>
    </>
  )
}

interface PlotsProps {
  loaded: Loaded
  onZoom: (from: Date, to: Date) => void
}

function Plots({ loaded: { plots, faults }, onZoom }: PlotsProps) {
  return (
    <>
      {faults.map(({ name, why }) => (
        <Notice key={name}>{texts.failed(name, why)}</Notice>
      ))}
      {plots.map((plot) => (
        <PlotPanel key={`${plot.unit} ${plot.perSecond}`} plot={plot} onZoom={onZoom} />
      ))}
    </>
  )
}

function PlotPanel({ plot, onZoom }: { plot: Plotted; onZoom: PlotsProps['onZoom'] }) {
  const { unit, perSecond, lines, total, from, to, stepSeconds } = plot
  const format = useMemo(() => sayingOf(unit, perSecond), [unit, perSecond])
  const called = unitName(unit, perSecond)
  const drawn = useMemo(() => (lines.length > LINES ? largest(lines, LINES) : lines), [lines])
  return (
    <Panel
      title={texts.chartOf(called)}
      aside={<small>{texts.steps(duration(stepSeconds) ?? '')}</small>}
    >
      {lines.every(({ points }) => points.length === 0) ? (
        <Blank icon="unknown" title={texts.noSeries} />
      ) : (
        <>
          {total > drawn.length && <Notice>{texts.most(drawn.length, total)}</Notice>}
          <Chart
            label={texts.chartOf(called)}
            {...{ lines: drawn, format, from, to, stepSeconds, onZoom }}
            height={320}
          />
          <Values lines={lines} unit={called} format={format} />
        </>
      )}
    </Panel>
  )
}

interface ValuesProps {
  lines: Plotted['lines']
  unit: string
  format: (value: number) => string | null
}

/** The same as numbers, for who cannot see the chart or wants it exactly. */
function Values({ lines, unit, format }: ValuesProps) {
  const rows = lines.map(({ fullName, points }) => ({ name: fullName, ...summaryOf(points) }))
  type Row = (typeof rows)[number]
  const column = (id: 'last' | 'least' | 'mean' | 'most', wide: boolean): Column<Row> => ({
    ...{ id, title: texts.table[id], numeric: true, wide },
    cell: ({ [id]: value }) => <Value of={value === null ? null : format(value)} />,
    sortBy: ({ [id]: value }) => value,
  })
  const columns: readonly Column<Row>[] = [
    {
      id: 'series',
      title: texts.table.series,
      cell: ({ name }) => <code class="series-name">{name}</code>,
      sortBy: ({ name }) => name,
    },
    ...[column('last', false), column('least', true), column('mean', true), column('most', true)],
  ]
  return (
    <Table
      label={texts.table.title(unit)}
      columns={columns}
      rows={rows}
      idOf={({ name }) => name}
    />
  )
}
