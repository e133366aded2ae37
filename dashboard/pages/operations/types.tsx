import { linkTo } from '../../shell/router.ts'
import { Blank } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Time } from '../../ui/value.tsx'
import type { Answer } from '../../wire/request.ts'
import { count, percent } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { took } from './took.ts'

const texts = words.operations.types

/** What is known of a type of operations. */
export type OperationType = Answer<'GET /monitoring/operations'>['operations'][number]

const columns: readonly Column<OperationType>[] = [
  {
    id: 'operation',
    title: texts.operation,
    cell: ({ operation }) => <code class="operation-name">{operation}</code>,
    sortBy: ({ operation }) => operation,
  },
  numeric('count', texts.count, ({ count: value }) => value, count),
  numeric('failures', texts.failures, ({ failures }) => failures, count),
  numeric('rate', texts.rate, ({ success_rate: rate }) => rate * 100, percent),
  numeric('p50', texts.p50, ({ p50_seconds: seconds }) => seconds, took),
  numeric('p95', texts.p95, ({ p95_seconds: seconds }) => seconds, took),
  numeric('max', texts.max, ({ max_seconds: seconds }) => seconds, took),
  {
    id: 'last',
    title: texts.last,
    cell: ({ last_at: at }) => <Time at={at} />,
    sortBy: ({ last_at: at }) => at,
    wide: true,
  },
  { id: 'error', title: texts.error, cell: LastError },
]

function numeric(
  id: string,
  title: string,
  of: (type: OperationType) => number,
  format: (value: number) => string | null,
): Column<OperationType> {
  return { id, title, cell: (type) => format(of(type)), sortBy: of, numeric: true }
}

function LastError({ last_error: error }: OperationType) {
  if (error === null) return <>–</>
  return (
    <span class="operation-error">
      <Time at={error.at} /> <span title={error.error}>{error.error}</span>
    </span>
  )
}

/** Operations by type: those that fail first. */
export function Types({ of }: { of: readonly OperationType[] }) {
  const rows = [...of].sort((one, other) => other.failures - one.failures)
  return (
    <Table
      label={texts.title}
      columns={columns}
      rows={rows}
      idOf={({ operation }) => operation}
      linkOf={({ operation }) => linkTo('operations', [], { operation })}
      classOf={({ failures }) => (failures > 0 ? 'failing' : '')}
      empty={<Blank icon="empty" title={texts.none} />}
    />
  )
}
