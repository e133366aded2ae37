import { Panel } from '../../ui/panel.tsx'
import { Blank } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Value } from '../../ui/value.tsx'
import type { Answer } from '../../wire/request.ts'
import { bytes, count, percent } from '../../words/format.ts'
import { words } from '../../words/index.ts'

const texts = words.operations.caches

type Cache = Answer<'GET /monitoring/operations'>['caches'][number]

const columns: readonly Column<Cache>[] = [
  {
    id: 'cache',
    title: texts.cache,
    cell: ({ cache }) => <code class="operation-name">{cache}</code>,
  },
  {
    id: 'rate',
    title: texts.rate,
    cell: ({ hit_rate: rate }) =>
      rate === null ? <span class="quiet">{texts.unused}</span> : percent(rate * 100),
    numeric: true,
  },
  { id: 'hits', title: texts.hits, cell: ({ hits }) => count(hits), numeric: true },
  { id: 'misses', title: texts.misses, cell: ({ misses }) => count(misses), numeric: true },
  { id: 'size', title: texts.size, cell: ({ size }) => count(size), numeric: true, wide: true },
  {
    id: 'memory',
    title: texts.memory,
    cell: ({ memory_bytes: size }) => <Value of={bytes(size)} why={texts.unmeasured} />,
    numeric: true,
    wide: true,
  },
]

/** What spares the machine a question. */
export function Caches({ of }: { of: readonly Cache[] }) {
  return (
    <Panel title={texts.title}>
      <Table
        label={texts.title}
        columns={columns}
        rows={of}
        idOf={({ cache }) => cache}
        empty={<Blank icon="empty" title={texts.none} />}
      />
    </Panel>
  )
}
