import { linkTo } from '../../shell/router.ts'
import { HistoryChart, SpanChoice, useSpan } from '../../ui/history-chart.tsx'
import { isAbout, ObjectAlerts } from '../../ui/object-alerts.tsx'
import { PageHead, Panel } from '../../ui/panel.tsx'
import { Notice } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Badge, Facts, Time } from '../../ui/value.tsx'
import type { VolumeGroup } from '../../wire/types.ts'
import { bytes, percent } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { forecastOf, itemsOf, type StorageListings } from './data.ts'
import { useExports } from './exports.tsx'
import { ForecastFacts } from './filesystem.tsx'
import { Full, GroupBadge, Usage } from './parts.tsx'
import { mountOf, refOf, volumeState } from './relations.ts'
import { CreateLink } from './repositories.tsx'

const texts = words.storage
const ratio = (value: number) => percent(value * 100)

interface GroupPageProps {
  group: VolumeGroup
  all: StorageListings
}

/** One volume group: its volumes, its thin pools, and the devices that it is made of. */
export function GroupPage({ group, all }: GroupPageProps) {
  const { name, error, logical_volume_list: volumes } = group
  const pools = volumes.filter(({ segment_type: type }) => type === 'thin-pool')
  return (
    <>
      <PageHead
        title={name}
        up={{ text: texts.views['volume-groups'], link: linkTo('storage', ['volume-groups']) }}
      >
        <CreateLink group={name} />
      </PageHead>
      {error !== null && <Notice>{error}</Notice>}
      <ObjectAlerts label={texts.alerts} of={(alert) => isAbout(alert, { volume_group: name })} />
      <div class="two-columns">
        <Panel title={texts.kinds['volume-groups']}>
          <Facts
            facts={[
              [texts.columns.state, <GroupBadge key="state" of={group} />],
              [texts.groups.size, bytes(group.size_bytes)],
              [texts.groups.free, bytes(group.free_bytes)],
              [texts.readAt, <Time key="read" at={group.read_at} />],
            ]}
          />
        </Panel>
        <Panel title={texts.groups.devices}>
          <Devices of={group} all={all} />
        </Panel>
      </div>
      <Panel title={texts.groups.volumes}>
        <Volumes of={group} all={all} />
      </Panel>
      {pools.map((pool) => (
        <Pool key={pool.id} pool={pool} all={all} />
      ))}
    </>
  )
}

type PhysicalVolume = VolumeGroup['physical_volume_list'][number]
type Volume = VolumeGroup['logical_volume_list'][number]

function Devices({ of, all }: { of: VolumeGroup; all: StorageListings }) {
  const storage = itemsOf(all)
  const columns: readonly Column<PhysicalVolume>[] = [
    {
      id: 'device',
      title: texts.columns.device,
      cell: ({ device }) => {
        const ref = refOf(device, storage)
        return ref === null ? device : <a href={linkTo('storage', [ref.view, ref.id])}>{device}</a>
      },
      sortBy: ({ device }) => device,
    },
    {
      id: 'state',
      title: texts.columns.state,
      cell: ({ missing }) =>
        missing ? (
          <Badge tone="critical">{texts.groups.missing}</Badge>
        ) : (
          <Badge tone="good">{texts.groups.present}</Badge>
        ),
    },
    {
      id: 'size',
      title: texts.columns.size,
      numeric: true,
      cell: ({ size_bytes: size }) => bytes(size),
      sortBy: ({ size_bytes: size }) => size,
    },
    {
      id: 'free',
      title: texts.columns.free,
      numeric: true,
      cell: ({ free_bytes: free }) => bytes(free),
      sortBy: ({ free_bytes: free }) => free,
      wide: true,
    },
  ]
  return (
    <Table
      label={`${of.name}, ${texts.groups.devices}`}
      columns={columns}
      rows={of.physical_volume_list}
      idOf={({ device }) => device}
    />
  )
}

function Volumes({ of, all }: { of: VolumeGroup; all: StorageListings }) {
  const exports = useExports(all)
  const columns: readonly Column<Volume>[] = [
    {
      id: 'name',
      title: texts.columns.name,
      cell: ({ name }) => name,
      sortBy: ({ name }) => name,
    },
    { id: 'state', title: texts.columns.state, cell: VolumeState },
    {
      id: 'type',
      title: texts.columns.type,
      cell: ({ segment_type: type, pool }) => (pool === null ? type : `${type} (${pool})`),
      sortBy: ({ segment_type: type }) => type,
    },
    {
      id: 'size',
      title: texts.columns.size,
      numeric: true,
      cell: ({ size_bytes: size }) => bytes(size),
      sortBy: ({ size_bytes: size }) => size,
    },
    {
      id: 'data',
      title: texts.columns.data,
      // Volumes that are no part of a pool and no snapshot have all their space.
      cell: ({ name, data_percent: data }) =>
        data === null ? '' : <Usage of={data} label={texts.groups.data(name)} />,
      sortBy: ({ data_percent: data }) => data,
      wide: true,
    },
    {
      id: 'metadata',
      title: texts.columns.metadata,
      cell: ({ name, metadata_percent: data }) =>
        data === null ? '' : <Usage of={data} label={texts.groups.metadata(name)} />,
      sortBy: ({ metadata_percent: data }) => data,
      wide: true,
    },
    {
      id: 'used',
      title: texts.groups.used,
      cell: ({ name }) => {
        const mount = mountOf(of.name, name, all.filesystems.items)
        return (
          <span class="refs">
            {mount !== null && (
              <a href={linkTo('storage', ['filesystems', mount.id])}>
                {texts.groups.mounted(mount.mount_point)}
              </a>
            )}
            {exports.ofVolume(of.name, name).map(({ id, name: device }) => (
              <a key={id} href={linkTo('scst', ['devices', id])}>
                {texts.groups.exported(device)}
              </a>
            ))}
          </span>
        )
      },
      wide: true,
    },
  ]
  return (
    <Table
      label={`${of.name}, ${texts.groups.volumes}`}
      columns={columns}
      rows={of.logical_volume_list}
      idOf={({ id }) => id}
    />
  )
}

function VolumeState({ attributes, health }: Volume) {
  const letter = volumeState(attributes)
  const said = letter === null ? null : (texts.groups.states[letter] ?? letter)
  return (
    <span class="badges" title={attributes}>
      {said !== null && <Badge tone={letter === 'a' ? 'good' : 'quiet'}>{said}</Badge>}
      {health !== null && <Badge tone="critical">{health}</Badge>}
    </span>
  )
}

function Pool({ pool, all }: { pool: Volume; all: StorageListings }) {
  const { span, setSpan, zoom } = useSpan('day')
  const { id, name, group, data_percent: data, metadata_percent: metadata } = pool
  const labels = { volume_group: group, logical_volume: name }
  const forecast = (kind: 'thin_pool_data' | 'thin_pool_metadata') =>
    forecastOf(all.forecasts, kind, id)
  const chart = (kind: 'data' | 'metadata', text: string) => (
    <HistoryChart
      label={text}
      asked={{ name: `storwarden_logical_volume_${kind}_used_ratio`, labels }}
      span={span}
      format={ratio}
      nameOf={() => text}
      onZoom={zoom}
      height={150}
    />
  )
  return (
    <Panel
      title={`${texts.columns.pool} ${name}`}
      aside={<SpanChoice span={span} onChoose={setSpan} />}
    >
      <div class="two-columns">
        <div>
          <h3>{texts.columns.data}</h3>
          <Usage of={data} label={texts.groups.data(name)} />{' '}
          <Full of={forecast('thin_pool_data')} />
          {chart('data', texts.columns.data)}
          <ForecastFacts of={forecast('thin_pool_data')} />
        </div>
        <div>
          <h3>{texts.columns.metadata}</h3>
          <Usage of={metadata} label={texts.groups.metadata(name)} />{' '}
          <Full of={forecast('thin_pool_metadata')} />
          {chart('metadata', texts.columns.metadata)}
        </div>
      </div>
    </Panel>
  )
}
