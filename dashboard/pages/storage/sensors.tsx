import { useResource } from '../../live/resource.ts'
import { HistoryChart, SpanChoice, useSpan } from '../../ui/history-chart.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Blank, ListingNotice, Shown } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Badge, Value } from '../../ui/value.tsx'
import type { Answer } from '../../wire/request.ts'
import { count } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { degrees } from './parts.tsx'

const texts = words.storage.sensors
const columns = words.storage.columns

type Sensor = Answer<'GET /hardware/sensors'>['items'][number]

/** What fans, temperatures and voltages are at, and temperatures over time. */
export function Sensors() {
  const sensors = useResource('GET /hardware/sensors', {}, ['system', 'metrics'])
  return (
    <Shown of={sensors}>
      {(listing) => (
        <>
          <Panel title={texts.title}>
            <ListingNotice listing={listing} />
            <Table
              label={texts.now}
              columns={list}
              rows={listing.items}
              idOf={({ id }) => id}
              empty={<Blank icon="empty" title={texts.none} text={texts.noneText} />}
            />
          </Panel>
          {listing.items.some(({ kind }) => kind === 'temperature') && <Temperatures />}
        </>
      )}
    </Shown>
  )
}

function said({ unit }: Sensor, value: number | null): string | null {
  return value === null
    ? null
    : `${count(Math.round(value * 100) / 100) ?? ''} ${texts.units[unit]}`
}

const list: readonly Column<Sensor>[] = [
  { id: 'sensor', title: columns.sensor, cell: ({ label }) => label, sortBy: ({ label }) => label },
  {
    id: 'value',
    title: columns.value,
    numeric: true,
    cell: (sensor) => <Value of={said(sensor, sensor.value)} />,
    sortBy: ({ value }) => value,
  },
  {
    id: 'state',
    title: columns.state,
    cell: ({ alarm }) =>
      alarm ? (
        <Badge tone="critical">{texts.alarm}</Badge>
      ) : (
        <Badge tone="good">{texts.fine}</Badge>
      ),
    sortBy: ({ alarm }) => (alarm ? 0 : 1),
  },
  {
    id: 'most',
    title: texts.most,
    numeric: true,
    // Most chips have no limit of their own.
    cell: (sensor) => said(sensor, sensor.critical ?? sensor.max) ?? '',
    sortBy: ({ critical, max }) => critical ?? max,
    wide: true,
  },
  {
    id: 'kind',
    title: columns.type,
    cell: ({ kind }) => texts.kinds[kind],
    sortBy: ({ kind }) => kind,
  },
  {
    id: 'chip',
    title: columns.chip,
    cell: ({ chip }) => chip,
    sortBy: ({ chip }) => chip,
    wide: true,
  },
]

function Temperatures() {
  const { span, setSpan, zoom } = useSpan('day')
  return (
    <Panel title={texts.history} aside={<SpanChoice span={span} onChoose={setSpan} />}>
      <HistoryChart
        label={texts.history}
        asked={{ name: 'storwarden_sensor_temperature_celsius' }}
        span={span}
        format={(value) => degrees(Math.round(value * 10) / 10)}
        nameOf={({ chip, label, sensor }) => `${chip ?? ''} ${label ?? sensor ?? ''}`.trim()}
        onZoom={zoom}
      />
    </Panel>
  )
}
