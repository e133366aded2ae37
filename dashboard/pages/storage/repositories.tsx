import { mayHere } from '../../session/session.ts'
import { linkTo } from '../../shell/router.ts'
import { isAbout, ObjectAlerts } from '../../ui/object-alerts.tsx'
import { PageHead, Panel } from '../../ui/panel.tsx'
import { Notice } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Badge, Facts, Time, Value, type Tone } from '../../ui/value.tsx'
import type { Repository } from '../../wire/types.ts'
import { bytes, count } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { linkToForm } from '../tasks/asked.ts'
import type { StorageListings } from './data.ts'
import { Usage } from './parts.tsx'
import { freeColumn, usageColumn } from './space.tsx'

const texts = words.repositories
const { columns, filesystem, readAt, readOnly, writable } = words.storage

const tones: Readonly<Record<Repository['state'], Tone>> = {
  mounted: 'good',
  missing: 'critical',
  unknown: 'unknown',
}

function StateBadge({ of: { state } }: { of: Repository }) {
  return (
    <span {...(state === 'missing' && { title: texts.missingText })}>
      <Badge tone={tones[state]}>{texts.states[state]}</Badge>
    </span>
  )
}

const list: readonly Column<Repository>[] = [
  {
    id: 'mount',
    title: columns.mount,
    cell: ({ mount_point: mount }) => <span class="place">{mount}</span>,
    sortBy: ({ mount_point: mount }) => mount,
  },
  {
    id: 'state',
    title: columns.state,
    cell: (repository) => <StateBadge of={repository} />,
    sortBy: ({ state }) => state,
  },
  usageColumn,
  freeColumn,
  {
    id: 'size',
    title: columns.size,
    numeric: true,
    cell: ({ usage }) => <Value of={bytes(usage?.size_bytes ?? null)} />,
    sortBy: ({ usage }) => usage?.size_bytes ?? null,
    wide: true,
  },
  {
    id: 'volume',
    title: texts.volume,
    cell: ({ logical_volume: volume }) =>
      volume?.id ?? <span class="quiet">{words.common.none}</span>,
    sortBy: ({ logical_volume: volume }) => volume?.id ?? null,
    wide: true,
  },
  {
    id: 'group',
    title: texts.freeIn,
    numeric: true,
    cell: ({ volume_group: group }) => (group === null ? '' : bytes(group.free_bytes)),
    sortBy: ({ volume_group: group }) => group?.free_bytes ?? null,
    wide: true,
  },
]

/** Leads to the form that makes a repository, in a volume group or in any; for those who may. */
export function CreateLink({ group }: { group?: string }) {
  if (!mayHere('tasks:run')) return null
  const params = group === undefined ? {} : { volume_group: group }
  return (
    <a class="button" href={linkToForm('repository_create', params)}>
      {texts.create}
    </a>
  )
}

/** File systems that hold backups or virtual media, and those that ought to. */
export function Repositories({ all }: { all: StorageListings }) {
  return (
    <Table
      label={texts.view}
      columns={list}
      rows={all.repositories.items}
      idOf={({ id }) => id}
      linkOf={({ id }) => linkTo('storage', ['repositories', id])}
    />
  )
}

/** One repository: how full it is, and what it is on. */
export function RepositoryPage({ repository }: { repository: Repository }) {
  const { id, mount_point: path, state, usage, error, type, device, source } = repository
  const { read_only: isReadOnly, mount_unit: unit, configured_by: by } = repository
  const isGrown = state === 'mounted' && repository.logical_volume !== null && mayHere('tasks:run')
  return (
    <>
      <PageHead title={path} up={{ text: texts.view, link: linkTo('storage', ['repositories']) }}>
        {isGrown && (
          <a class="button" href={linkToForm('repository_grow', { mount_point: path })}>
            {texts.grow}
          </a>
        )}
      </PageHead>
      {error !== null && <Notice>{`${words.storage.unread}: ${error}`}</Notice>}
      <ObjectAlerts
        label={words.storage.alerts}
        of={(alert) => isAbout(alert, { mountpoint: path })}
      />
      <div class="two-columns">
        <Panel title={texts.kind}>
          <Facts
            facts={[
              [columns.state, <StateBadge key="state" of={repository} />],
              [filesystem.used, <Usage key="used" of={usage?.used_percent ?? null} label={path} />],
              [filesystem.available, bytes(usage?.available_bytes ?? null)],
              [filesystem.total, bytes(usage?.size_bytes ?? null)],
              [filesystem.access, accessText(isReadOnly)],
              [filesystem.type, type],
              [filesystem.device, device],
              [texts.unit, by === null ? texts.noUnit : `${unit ?? ''}, ${texts.by[by]}`],
              [texts.source, texts.sources[source]],
              [readAt, <Time key="read" at={repository.read_at} />],
            ]}
          />
          {state === 'mounted' && (
            <p class="hint">
              <a href={linkTo('storage', ['filesystems', id])}>{texts.filesystem}</a>
            </p>
          )}
        </Panel>
        <Panel title={texts.volume}>
          <VolumeFacts of={repository} />
        </Panel>
      </div>
    </>
  )
}

function VolumeFacts({ of }: { of: Repository }) {
  const { logical_volume: volume, volume_group: group } = of
  if (volume === null) return <p>{texts.noVolume}</p>
  return (
    <Facts
      facts={[
        [texts.volume, volume.id],
        [columns.type, volume.segment_type],
        [columns.size, bytes(volume.size_bytes)],
        [
          texts.group,
          group && <a href={linkTo('storage', ['volume-groups', group.name])}>{group.name}</a>,
        ],
        [
          texts.freeIn,
          group && texts.free(bytes(group.free_bytes) ?? '', count(group.free_extents)),
        ],
        [texts.volumesRead, <Time key="volumes" at={of.volumes_read_at} />],
      ]}
    />
  )
}

function accessText(isReadOnly: boolean | null): string | null {
  if (isReadOnly === null) return null
  return isReadOnly ? readOnly : writable
}
