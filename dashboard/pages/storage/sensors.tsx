import { readHistory, type History } from '../../live/history.ts'
import { useLoaded } from '../../live/resource.ts'
import { HistoryChart, SpanChoice, useSpan } from '../../ui/history-chart.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Blank, Shown } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Badge, Time } from '../../ui/value.tsx'
import { count } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { degrees } from './parts.tsx'

const texts = words.storage.sensors
const columns = words.storage.columns
const PREFIX = 'storwarden_sensor'
/** Sensors are read every half minute; what is older is not how it is now. */
const RECENT = { seconds: 600 }

type Kind = keyof typeof texts.kinds

const kinds = Object.keys(texts.kinds) as Kind[]

interface Reading {
  id: string
  kind: Kind
  chip: string
  label: string
  value: number
  at: Date
  /** Null where the chip does not say. */
  alarm: boolean | null
}

/** What fans, temperatures and voltages were at last, as they are kept. */
export function Sensors() {
  const readings = useLoaded(
    async (signal) => {
      const read = (name: string) =>
        readHistory({ name: `${PREFIX}_${name}`, aggregate: 'last' }, RECENT, signal)
      const [alarms, ...values] = await Promise.all([read('alarm'), ...kinds.map(read)])
      return readingsOf(alarms, values)
    },
    [],
    ['metrics'],
  )
  return (
    <Shown of={readings}>
      {(found) =>
        found.length === 0 ? (
          <Panel title={texts.title}>
            <Blank icon="empty" title={texts.none} text={texts.noneText} />
          </Panel>
        ) : (
          <>
            <Panel title={texts.title}>
              <Table
                label={texts.now}
                columns={list}
                rows={found}
                idOf={({ id, kind }) => `${kind} ${id}`}
              />
            </Panel>
            {found.some(({ kind }) => kind === 'temperature_celsius') && <Temperatures />}
          </>
        )
      }
    </Shown>
  )
}

const list: readonly Column<Reading>[] = [
  { id: 'sensor', title: columns.sensor, cell: ({ label }) => label, sortBy: ({ label }) => label },
  {
    id: 'value',
    title: columns.value,
    numeric: true,
    cell: ({ kind, value }) => `${count(Math.round(value * 100) / 100) ?? ''} ${texts.units[kind]}`,
    sortBy: ({ value }) => value,
  },
  {
    id: 'state',
    title: columns.state,
    cell: ({ alarm }) =>
      alarm === null ? (
        ''
      ) : alarm ? (
        <Badge tone="critical">{texts.alarm}</Badge>
      ) : (
        <Badge tone="good">{texts.fine}</Badge>
      ),
    sortBy: ({ alarm }) => (alarm === true ? 0 : 1),
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
  {
    id: 'read',
    title: columns.read,
    cell: ({ at }) => <Time at={at.toISOString()} />,
    wide: true,
  },
]

function readingsOf(alarms: History, values: readonly History[]): Reading[] {
  const alarming = new Map(
    alarms.series.map(({ labels, points }) => [labels.sensor, points.at(-1)?.[1] !== 0]),
  )
  return values.flatMap(({ series }, index) =>
    series.flatMap(({ labels: { sensor = '', chip = '', label = '' }, points }): Reading[] => {
      const last = points.at(-1)
      const kind = kinds[index]
      if (last === undefined || kind === undefined) return []
      const alarm = alarming.get(sensor) ?? null
      return [
        {
          id: sensor,
          kind,
          chip,
          label: label === '' ? sensor : label,
          value: last[1],
          at: last[0],
          alarm,
        },
      ]
    }),
  )
}

function Temperatures() {
  const { span, setSpan, zoom } = useSpan('day')
  return (
    <Panel title={texts.history} aside={<SpanChoice span={span} onChoose={setSpan} />}>
      <HistoryChart
        label={texts.history}
        asked={{ name: `${PREFIX}_temperature_celsius` }}
        span={span}
        format={(value) => degrees(Math.round(value * 10) / 10)}
        nameOf={({ chip, label, sensor }) => `${chip ?? ''} ${label ?? sensor ?? ''}`.trim()}
        onZoom={zoom}
      />
    </Panel>
  )
}
