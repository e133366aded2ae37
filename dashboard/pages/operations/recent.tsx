import { useResource } from '../../live/resource.ts'
import { place } from '../../shell/router.ts'
import { FilterChoice } from '../../ui/filters.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Blank, Shown } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Badge, Time, type Tone } from '../../ui/value.tsx'
import type { Answer, Query } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import { took } from './took.ts'

const texts = words.operations.recent
const MOST = 100

type Operation = Answer<'GET /monitoring/operations/recent'>['operations'][number]

const tones: Readonly<Record<Operation['status'], Tone>> = {
  ok: 'good',
  error: 'critical',
  timeout: 'critical',
  cancelled: 'quiet',
}

const columns: readonly Column<Operation>[] = [
  { id: 'when', title: texts.when, cell: ({ started_at: at }) => <Time at={at} /> },
  {
    id: 'operation',
    title: texts.operation,
    cell: ({ operation }) => <code class="operation-name">{operation}</code>,
  },
  {
    id: 'of',
    title: texts.of,
    cell: ({ labels }) => Object.values(labels).join(' · ') || '–',
    wide: true,
  },
  {
    id: 'took',
    title: texts.took,
    cell: ({ duration_seconds: seconds }) => took(seconds),
    sortBy: ({ duration_seconds: seconds }) => seconds,
    numeric: true,
  },
  {
    id: 'status',
    title: texts.status,
    cell: ({ status }) => <Badge tone={tones[status]}>{texts.statuses[status]}</Badge>,
    sortBy: ({ status }) => status,
  },
  {
    id: 'error',
    title: texts.error,
    cell: ({ error }) => (error === null ? '–' : <span class="operation-error">{error}</span>),
  },
]

/** The last operations, the newest first; by `types` of which there were some they can be looked for. */
export function Recent({ types }: { types: readonly string[] }) {
  const { operation, status } = place.value.query
  const query = { operation, status, limit: MOST } as Query<'GET /monitoring/operations/recent'>
  const recent = useResource('GET /monitoring/operations/recent', { query }, ['metrics'])
  return (
    <Panel
      class="recent-operations"
      title={texts.title}
      aside={<span class="quiet">{texts.newest(MOST)}</span>}
    >
      <div class="filters">
        <FilterChoice
          query="operation"
          label={texts.filters.operation}
          choices={[...types].sort().map((type) => [type, type])}
        />
        <FilterChoice
          query="status"
          label={texts.filters.status}
          choices={Object.entries(texts.statuses)}
        />
      </div>
      <Shown of={recent}>
        {({ operations }) => (
          <Table
            label={texts.title}
            columns={columns}
            rows={operations}
            idOf={({ operation: name, started_at: at, labels }) =>
              `${name} ${at} ${JSON.stringify(labels)}`
            }
            empty={<Blank icon="search" title={texts.none} />}
          />
        )}
      </Shown>
    </Panel>
  )
}
