import { useResource } from '../../live/resource.ts'
import { Panel } from '../../ui/panel.tsx'
import { Blank, Shown } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Time } from '../../ui/value.tsx'
import type { Answer } from '../../wire/request.ts'
import { duration } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { CheckStatus } from './check.tsx'

const texts = words.consistency
const MOST = 60
/** What the daemon says of one that found nothing; the badge says it. */
const CONSISTENT = 'consistent'

type Result = Answer<'GET /monitoring/consistency/history'>['results'][number]

const columns: readonly Column<Result>[] = [
  {
    id: 'at',
    title: texts.history.at,
    cell: ({ checked_at: at }) => <Time at={at} />,
    sortBy: ({ checked_at: at }) => at,
  },
  {
    id: 'check',
    title: texts.history.check,
    cell: ({ check }) => texts.checks[check],
    sortBy: ({ check }) => check,
  },
  {
    id: 'status',
    title: texts.history.status,
    cell: (result) => (
      <span class="past-status">
        <CheckStatus of={result} /> {result.message !== CONSISTENT && result.message}
      </span>
    ),
    sortBy: ({ status }) => status,
  },
  {
    id: 'took',
    title: texts.history.took,
    cell: ({ duration_seconds: seconds }) => duration(seconds),
    sortBy: ({ duration_seconds: seconds }) => seconds,
    numeric: true,
    wide: true,
  },
]

/** How comparisons ended lately. */
export function PastChecks() {
  const past = useResource('GET /monitoring/consistency/history', { query: { limit: MOST } }, [
    'metrics',
  ])
  return (
    <Panel title={texts.history.title} class="past-checks">
      <Shown of={past}>
        {({ results }) => (
          <Table
            label={texts.history.title}
            columns={columns}
            rows={results}
            idOf={({ check, checked_at: at }) => `${check} ${at}`}
            empty={<Blank icon="empty" title={texts.history.none} />}
          />
        )}
      </Shown>
    </Panel>
  )
}
