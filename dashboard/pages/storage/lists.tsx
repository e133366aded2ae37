import { linkTo } from '../../shell/router.ts'
import { Table, type Column } from '../../ui/table.tsx'
import { Badge, Value } from '../../ui/value.tsx'
import type { DiskArray, Filesystem, VolumeGroup } from '../../wire/types.ts'
import { bytes, percent } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { forecastOf, itemsOf, type StorageListings } from './data.ts'
import { AccessBadge, ArrayBadge, Full, GroupBadge, Rebuild, Refs, Usage } from './parts.tsx'
import { inodesUsed, usesOf } from './relations.ts'
import { freeColumn, usageColumn } from './space.tsx'

const texts = words.storage
const columns = texts.columns

interface ListProps {
  all: StorageListings
}

/** File systems, with how full they are and when they will be. */
export function Filesystems({ all }: ListProps) {
  const forecast = ({ mount_point: mount }: Filesystem) =>
    forecastOf(all.forecasts, 'filesystem', mount)
  const list: readonly Column<Filesystem>[] = [
    {
      id: 'mount',
      title: columns.mount,
      cell: ({ mount_point: mount }) => <span class="place">{mount}</span>,
      sortBy: ({ mount_point: mount }) => mount,
    },
    usageColumn,
    {
      id: 'full',
      named: true,
      title: columns.full,
      cell: (mount) => <Full of={forecast(mount)} />,
      sortBy: (mount) => forecast(mount)?.used_up_at ?? null,
    },
    freeColumn,
    {
      id: 'size',
      title: columns.size,
      numeric: true,
      cell: ({ usage }) => <Value of={bytes(usage?.total_bytes ?? null)} />,
      sortBy: ({ usage }) => usage?.total_bytes ?? null,
      wide: true,
    },
    {
      id: 'inodes',
      title: columns.inodes,
      numeric: true,
      cell: ({ usage }) =>
        usage !== null && usage.files === null ? (
          <span class="quiet">{texts.noInodes}</span>
        ) : (
          <Value of={percent(usage === null ? null : inodesUsed(usage))} />
        ),
      sortBy: ({ usage }) => (usage === null ? null : inodesUsed(usage)),
      wide: true,
    },
    {
      id: 'state',
      title: columns.state,
      cell: (mount) => <AccessBadge of={mount} />,
      wide: true,
    },
    {
      id: 'type',
      title: columns.type,
      cell: ({ type }) => type,
      sortBy: ({ type }) => type,
      wide: true,
    },
  ]
  return (
    <Table
      label={texts.views.filesystems}
      columns={list}
      rows={all.filesystems.items}
      idOf={({ id }) => id}
      linkOf={({ id }) => linkTo('storage', ['filesystems', id])}
    />
  )
}

/** Volume groups. */
export function Groups({ all }: ListProps) {
  const list: readonly Column<VolumeGroup>[] = [
    { id: 'name', title: columns.name, cell: ({ name }) => name, sortBy: ({ name }) => name },
    { id: 'state', title: columns.state, cell: (group) => <GroupBadge of={group} /> },
    {
      id: 'size',
      title: columns.size,
      numeric: true,
      cell: ({ size_bytes: size }) => bytes(size),
      sortBy: ({ size_bytes: size }) => size,
    },
    {
      id: 'free',
      title: texts.groups.free,
      numeric: true,
      cell: ({ free_bytes: free }) => bytes(free),
      sortBy: ({ free_bytes: free }) => free,
    },
    {
      id: 'pools',
      named: true,
      title: texts.groups.thinPools,
      cell: ({ logical_volume_list: volumes }) => <Pools of={volumes} />,
    },
    {
      id: 'volumes',
      title: columns.volumes,
      numeric: true,
      cell: ({ logical_volumes: count }) => count,
      sortBy: ({ logical_volumes: count }) => count,
      wide: true,
    },
    {
      id: 'devices',
      title: columns.devices,
      numeric: true,
      cell: ({ physical_volumes: count }) => count,
      sortBy: ({ physical_volumes: count }) => count,
      wide: true,
    },
  ]
  return (
    <Table
      label={texts.views['volume-groups']}
      columns={list}
      rows={all.groups.items}
      idOf={({ id }) => id}
      linkOf={({ id }) => linkTo('storage', ['volume-groups', id])}
    />
  )
}

function Pools({ of }: { of: VolumeGroup['logical_volume_list'] }) {
  const pools = of.filter(({ segment_type: type }) => type === 'thin-pool')
  if (pools.length === 0) return <span class="quiet">{words.common.none}</span>
  return (
    <ul class="pools">
      {pools.map(({ id, name, data_percent: data, metadata_percent: metadata }) => (
        <li key={id}>
          <span>{name}</span>
          <small>{columns.data}</small>
          <Usage of={data} label={texts.groups.data(name)} />
          <small>{columns.metadata}</small>
          <Usage of={metadata} label={texts.groups.metadata(name)} />
        </li>
      ))}
    </ul>
  )
}

/** Arrays of the kernel. */
export function Arrays({ all }: ListProps) {
  const storage = itemsOf(all)
  const list: readonly Column<DiskArray>[] = [
    { id: 'name', title: columns.name, cell: ({ name }) => name, sortBy: ({ name }) => name },
    {
      id: 'state',
      title: columns.state,
      cell: (array) => <ArrayBadge of={array} />,
      sortBy: ({ degraded }) => -(degraded ?? 0),
    },
    { id: 'level', title: columns.level, cell: ({ level }) => level, sortBy: ({ level }) => level },
    {
      id: 'size',
      title: columns.size,
      numeric: true,
      cell: ({ size_bytes: size }) => bytes(size),
      sortBy: ({ size_bytes: size }) => size,
    },
    { id: 'rebuild', named: true, title: columns.rebuild, cell: (array) => <Rebuild of={array} /> },
    {
      id: 'members',
      title: columns.members,
      cell: ({ members }) => (
        <span class="badges">
          {members.map(({ device, states }) => (
            <Badge key={device} tone={states.includes('faulty') ? 'critical' : 'quiet'}>
              {device}
              {states.includes('faulty') && ` ${texts.arrays.memberStates.faulty ?? ''}`}
            </Badge>
          ))}
        </span>
      ),
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
      label={texts.views.arrays}
      columns={list}
      rows={all.arrays.items}
      idOf={({ id }) => id}
      linkOf={({ id }) => linkTo('storage', ['arrays', id])}
    />
  )
}
