import { linkTo } from '../../shell/router.ts'
import { Table, type Column } from '../../ui/table.tsx'
import { Value } from '../../ui/value.tsx'
import type { Disk } from '../../wire/types.ts'
import { bytes, percent } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { itemsOf, type StorageListings } from './data.ts'
import { degrees, Refs, SmartBadge } from './parts.tsx'
import { usesOf } from './relations.ts'

const texts = words.storage
const columns = texts.columns

/** Disks. */
export function Disks({ all }: { all: StorageListings }) {
  const storage = itemsOf(all)
  const list: readonly Column<Disk>[] = [
    { id: 'name', title: columns.name, cell: ({ name }) => name, sortBy: ({ name }) => name },
    {
      id: 'health',
      title: columns.health,
      cell: (disk) => <SmartBadge of={disk} />,
      sortBy: ({ smart }) => smart?.state ?? null,
    },
    {
      id: 'model',
      title: columns.model,
      cell: ({ vendor, model }) => (
        <Value of={model === null ? null : `${vendor ?? ''} ${model}`.trim()} />
      ),
      sortBy: ({ model }) => model,
    },
    {
      id: 'serial',
      title: columns.serial,
      cell: ({ serial }) => <Value of={serial} />,
      sortBy: ({ serial }) => serial,
      wide: true,
    },
    {
      id: 'size',
      title: columns.size,
      numeric: true,
      cell: ({ size_bytes: size }) => bytes(size),
      sortBy: ({ size_bytes: size }) => size,
      wide: true,
    },
    {
      id: 'temperature',
      title: columns.temperature,
      numeric: true,
      cell: ({ smart }) => <Value of={degrees(smart?.temperature_celsius ?? null)} />,
      sortBy: ({ smart }) => smart?.temperature_celsius ?? null,
      wide: true,
    },
    {
      id: 'life',
      title: columns.life,
      numeric: true,
      cell: ({ smart, rotational }) =>
        rotational ? '' : <Value of={percent(smart?.life_used_percent ?? null)} />,
      sortBy: ({ smart }) => smart?.life_used_percent ?? null,
      wide: true,
    },
    {
      id: 'busy',
      title: columns.busy,
      numeric: true,
      cell: ({ io }) => <Value of={percent(io?.busy_percent ?? null)} />,
      sortBy: ({ io }) => io?.busy_percent ?? null,
      wide: true,
    },
    {
      id: 'in',
      named: true,
      title: columns.in,
      cell: ({ name }) => <Refs of={usesOf(name, storage)} none={words.common.none} />,
      wide: true,
    },
  ]
  return (
    <Table
      label={texts.views.disks}
      columns={list}
      rows={all.disks.items}
      idOf={({ id }) => id}
      linkOf={({ id }) => linkTo('storage', ['disks', id])}
    />
  )
}
