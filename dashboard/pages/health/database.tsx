import { useResource } from '../../live/resource.ts'
import { Panel } from '../../ui/panel.tsx'
import { Blank, Shown } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Facts, Meter, Time, Value } from '../../ui/value.tsx'
import type { Answer } from '../../wire/request.ts'
import { bytes, count, duration, percent } from '../../words/format.ts'
import { words } from '../../words/index.ts'

type Database = NonNullable<Answer<'GET /monitoring/database'>['database']>
type Row = Database['tables'][number]
type Statement = NonNullable<Database['top_statements']>[number]
type Slot = Database['replication_slots'][number]

const texts = words.health.database

const tables: readonly Column<Row>[] = [
  { id: 'table', title: texts.table, cell: ({ table }) => table, sortBy: ({ table }) => table },
  numeric('bytes', texts.bytes, (row) => row.bytes, bytes),
  numeric('live', texts.live, (row) => row.live_rows, count),
  numeric('dead', texts.dead, (row) => row.dead_rows, count),
]

const statements: readonly Column<Statement>[] = [
  { id: 'id', title: texts.statement, cell: ({ id }) => <code>{id}</code> },
  numeric('calls', texts.calls, (row) => row.calls, count),
  numeric('total', texts.total, (row) => row.total_seconds, duration),
  numeric('mean', texts.mean, (row) => row.mean_seconds, duration),
  numeric('rows', texts.rows, (row) => row.rows, count),
]

const slots: readonly Column<Slot>[] = [
  { id: 'slot', title: texts.slot, cell: ({ slot }) => slot },
  {
    id: 'active',
    title: texts.active,
    cell: ({ active }) => (active ? words.common.yes : words.common.no),
  },
  numeric('retained', texts.retained, (row) => row.retained_bytes, bytes),
]

function numeric<Of>(
  id: string,
  title: string,
  of: (row: Of) => number | null,
  format: (value: number | null) => string | null,
): Column<Of> {
  return { id, title, numeric: true, cell: (row) => <Value of={format(of(row))} />, sortBy: of }
}

/** How the database is. */
export function DatabasePanel() {
  const database = useResource('GET /monitoring/database', {}, ['metrics'])
  return (
    <Shown of={database}>
      {({ taken_at: at, database: value }) => (
        <Panel
          title={texts.title}
          aside={
            <small>
              {texts.readAt} <Time at={at} />
            </small>
          }
        >
          {value === null ? (
            <Blank icon="unknown" title={texts.unread} />
          ) : (
            <Details database={value} />
          )}
        </Panel>
      )}
    </Shown>
  )
}

function Details({ database }: { database: Database }) {
  const { tables: rows, top_statements: top, replication_slots: replication } = database
  return (
    <>
      <div class="two-columns">
        <Numbers database={database} />
        <div>
          <h3 class="first">{texts.tables}</h3>
          <Table label={texts.tables} columns={tables} rows={rows} idOf={({ table }) => table} />
        </div>
      </div>
      <h3>{texts.statements}</h3>
      {top === null ? (
        <p class="quiet">{texts.statementsUnknown}</p>
      ) : (
        <Table label={texts.statements} columns={statements} rows={top} idOf={({ id }) => id} />
      )}
      {replication.length > 0 && (
        <>
          <h3>{texts.slots}</h3>
          <Table label={texts.slots} columns={slots} rows={replication} idOf={({ slot }) => slot} />
        </>
      )}
    </>
  )
}

function Numbers({ database }: { database: Database }) {
  const { connections, max_connections: most, cache_hit_ratio: hits } = database
  const used = connections.reduce((sum, one) => sum + one.count, 0)
  const states = connections.map(({ state, count: many }) => `${many} ${state}`).join(', ')
  return (
    <Facts
      facts={[
        [texts.version, database.server_version],
        [texts.size, bytes(database.size_bytes)],
        [texts.sizesAt, <Time key="sizes" at={database.sizes_read_at} />],
        [
          texts.connections,
          <span key="connections">
            <span class="usage">
              <Meter percent={(used / most) * 100} label={texts.connections} />
              {texts.of(used, most)}
            </span>{' '}
            <small>{states}</small>
          </span>,
        ],
        [texts.slow, count(database.slow_queries)],
        [texts.longest, duration(database.longest_query_seconds)],
        [texts.transaction, duration(database.oldest_transaction_seconds)],
        [texts.locks, count(database.waiting_for_locks)],
        [texts.hits, percent(hits === null ? null : hits * 100)],
        [texts.deadlocks, count(database.deadlocks)],
        [texts.wraparound, percent(database.wraparound_ratio * 100)],
      ]}
    />
  )
}
