import { firingAlerts } from '../../live/alerts.ts'
import { may } from '../../session/session.ts'
import { linkTo } from '../../shell/router.ts'
import { Table, type Column } from '../../ui/table.tsx'
import { Badge, Time, Value } from '../../ui/value.tsx'
import { count } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { EndButton } from './end.tsx'
import { Scheduled } from './scheduled.tsx'
import { beginOf, endOf, type Silence } from './silence.ts'
import { matcherText } from './matching.ts'

const texts = words.silences

interface SilenceTableProps {
  view: Silence['state']
  silences: readonly Silence[]
  onChanged: () => void
}

/** Silences of one kind. */
export function SilenceTable({ view, silences, onChanged }: SilenceTableProps) {
  return (
    <div class="stacked">
      <Table
        label={texts.views[view]}
        columns={columnsOf(view, onChanged)}
        rows={silences}
        idOf={({ id }) => id}
        linkOf={({ id }) => linkTo('silences', [id])}
      />
    </div>
  )
}

const times: Readonly<Record<Silence['state'], Column<Silence>>> = {
  active: {
    id: 'until',
    title: texts.columns.until,
    cell: (silence) => <Ending silence={silence} />,
    sortBy: endOf,
  },
  pending: {
    id: 'next',
    title: texts.columns.next,
    cell: (silence) => <Time at={beginOf(silence)} />,
    sortBy: beginOf,
  },
  expired: {
    id: 'ended',
    title: texts.columns.ended,
    cell: Ended,
    sortBy: ({ cancelled_at: at, end }) => at ?? end,
  },
}

function columnsOf(view: Silence['state'], onChanged: () => void): Column<Silence>[] {
  const { columns } = texts
  return [
    { id: 'what', title: columns.what, cell: (silence) => <What silence={silence} /> },
    times[view],
    ...(view === 'active'
      ? [
          {
            id: 'matches',
            title: columns.matches,
            wide: true,
            numeric: true,
            cell: ({ id }: Silence) => <Value of={count(silencedBy(id))} />,
            sortBy: ({ id }: Silence) => silencedBy(id),
          },
        ]
      : []),
    { id: 'comment', title: columns.comment, cell: ({ comment }) => comment, wide: true },
    {
      id: 'author',
      title: columns.author,
      cell: ({ author }) => author,
      sortBy: ({ author }) => author,
      wide: true,
    },
    ...(view !== 'expired' && may('monitoring:write')
      ? [
          {
            id: 'end',
            title: '',
            cell: (silence: Silence) => <EndButton silence={silence} onDone={onChanged} />,
          },
        ]
      : []),
  ]
}

function silencedBy(id: string): number | null {
  return firingAlerts.value?.filter(({ silenced_by: by }) => by.includes(id)).length ?? null
}

/** What is silenced: the matchers, or all in a maintenance window. */
export function What({ silence }: { silence: Silence }) {
  const { matchers, maintenance, schedule } = silence
  return (
    <span class="silence-what">
      {maintenance && <Badge tone="info">{texts.maintenance}</Badge>}
      {matchers.map((matcher) => (
        <code key={matcherText(matcher)}>{matcherText(matcher)}</code>
      ))}
      {schedule !== null && (
        <small>
          <Scheduled schedule={schedule} />
        </small>
      )}
    </span>
  )
}

function Ending({ silence }: { silence: Silence }) {
  const end = endOf(silence)
  return end === null ? <>{texts.endless}</> : <Time at={end} />
}

function Ended({ cancelled_at: at, cancelled_by: who, end }: Silence) {
  return (
    <>
      <Time at={at ?? end} /> <small>{who === null ? texts.ranOut : texts.endedBy(who)}</small>
    </>
  )
}
