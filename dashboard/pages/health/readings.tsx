import { useResource } from '../../live/resource.ts'
import { ask as askHere, linkTo, place } from '../../shell/router.ts'
import { Panel } from '../../ui/panel.tsx'
import { Blank, Shown } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Badge, Time } from '../../ui/value.tsx'
import { duration } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { isTroubled, toneOfReading, type Reading } from './reading-state.ts'

const texts = words.health.readings

const columns: readonly Column<Reading>[] = [
  {
    id: 'subject',
    title: texts.subject,
    cell: ({ subject }) => subject.replaceAll('_', ' '),
    sortBy: ({ subject }) => subject,
  },
  {
    id: 'state',
    title: texts.state,
    cell: ({ state }) => <Badge tone={toneOfReading[state]}>{texts.states[state]}</Badge>,
    sortBy: ({ state }) => state,
  },
  {
    id: 'age',
    title: texts.age,
    cell: ({ taken_at: at }) => <Time at={at} />,
    sortBy: ({ taken_at: at }) => at,
  },
  {
    id: 'duration',
    title: texts.duration,
    numeric: true,
    wide: true,
    cell: ({ duration_seconds: seconds }) => took(seconds),
    sortBy: ({ duration_seconds: seconds }) => seconds,
  },
  {
    id: 'failing',
    title: texts.failing,
    wide: true,
    cell: ({ failing_since: at }) => (at === null ? null : <Time at={at} />),
    sortBy: ({ failing_since: at }) => at,
  },
  { id: 'error', title: texts.error, cell: ({ error }) => <span class="reason">{error}</span> },
]

/** What is worked out of other readings takes no time that could be measured. */
function took(seconds: number): string | null {
  return seconds < 0.001 ? texts.noTime : duration(seconds)
}

/** What the daemon reads, when it last did, and what it could not read. */
export function Readings() {
  const readings = useResource('GET /monitoring/readings', {}, ['metrics'])
  const troubled = place.value.query.readings === 'troubled'
  return (
    <Panel
      title={texts.title}
      aside={
        <label class="check">
          <input
            type="checkbox"
            checked={troubled}
            onChange={({ currentTarget: { checked } }) => {
              askHere({ readings: checked ? 'troubled' : undefined })
            }}
          />
          {texts.onlyTroubled}
        </label>
      }
    >
      <Shown of={readings}>
        {({ readings: all }) => (
          <div class="stacked">
            <Table
              label={texts.title}
              columns={columns}
              rows={troubled ? all.filter(isTroubled) : troubledFirst(all)}
              idOf={({ subject }) => subject}
              linkOf={({ subject }) => linkTo('health', ['readings', subject])}
              empty={<Blank icon="good" title={texts.none} />}
            />
          </div>
        )}
      </Shown>
    </Panel>
  )
}

function troubledFirst(all: readonly Reading[]): readonly Reading[] {
  return [...all.filter(isTroubled), ...all.filter((one) => !isTroubled(one))]
}
