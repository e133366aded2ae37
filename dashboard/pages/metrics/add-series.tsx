import { place } from '../../shell/router.ts'
import { FilterSearch } from '../../ui/filters.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Blank } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { words } from '../../words/index.ts'
import { firstAggregate, type Chosen } from './asked.ts'
import type { Name } from './chosen-series.tsx'

const texts = words.metrics.add

interface AddSeriesProps {
  names: readonly Name[]
  chosen: readonly Chosen[]
  onAdd: (one: Chosen) => void
}

/** All metrics by name, to be put into the chart. */
export function AddSeries({ names, chosen, onAdd }: AddSeriesProps) {
  const sought = (place.value.query.q ?? '').toLowerCase().split(/\s+/)
  const found = names.filter(({ name, help }) =>
    sought.every((word) => `${name} ${help}`.toLowerCase().includes(word)),
  )
  const columns: readonly Column<Name>[] = [
    { id: 'add', title: '', cell: Add },
    {
      id: 'name',
      title: words.metrics.series,
      cell: ({ name }) => <code class="series-name">{name}</code>,
      sortBy: ({ name }) => name,
    },
    { id: 'help', title: words.common.actions.details, cell: Help, wide: true },
  ]
  function Add({ name, type }: Name) {
    const there = chosen.some((one) => one.name === name)
    return (
      <button
        type="button"
        title={there ? texts.again : undefined}
        aria-label={`${texts.button}: ${name}`}
        onClick={() => {
          onAdd({ name, labels: {}, aggregate: firstAggregate(type, name) })
        }}
      >
        {texts.button}
      </button>
    )
  }
  return (
    <Panel title={texts.title} aside={<small>{texts.found(found.length, names.length)}</small>}>
      <div class="filters">
        <FilterSearch label={texts.search} />
      </div>
      <Table
        label={texts.title}
        columns={columns}
        rows={found}
        idOf={({ name }) => name}
        empty={<Blank icon="search" title={texts.none} />}
      />
    </Panel>
  )
}

function Help({ help, type }: Name) {
  return (
    <span class="help" title={help}>
      {help} <small>{texts.type[type]}</small>
    </span>
  )
}
