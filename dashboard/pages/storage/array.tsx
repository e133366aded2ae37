import { linkTo } from '../../shell/router.ts'
import { HistoryChart, SpanChoice, useSpan } from '../../ui/history-chart.tsx'
import { isAbout, ObjectAlerts } from '../../ui/object-alerts.tsx'
import { PageHead, Panel } from '../../ui/panel.tsx'
import { Notice } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Badge, Facts, Time, Value } from '../../ui/value.tsx'
import type { DiskArray } from '../../wire/types.ts'
import { bytes, count, percent } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { itemsOf, type StorageListings } from './data.ts'
import { actionOf, ArrayBadge, expectedEnd, Progress, Refs } from './parts.tsx'
import { refOf, usesOf } from './relations.ts'

const texts = words.storage
const facts = texts.arrays
const ratio = (value: number) => percent(value * 100)

interface ArrayPageProps {
  array: DiskArray
  all: StorageListings
}

/** One array: its members, and what it does besides serving. */
export function ArrayPage({ array, all }: ArrayPageProps) {
  const { name, level, state, degraded, sync_action: action, error } = array
  const { span, setSpan, zoom } = useSpan('day')
  const storage = itemsOf(all)
  const isBusy = action !== null && action !== 'idle'
  const speed = array.sync_bytes_per_second
  const mismatches = array.mismatch_sectors
  return (
    <>
      <PageHead
        title={name}
        up={{ text: texts.views.arrays, link: linkTo('storage', ['arrays']) }}
      />
      {error !== null && <Notice>{error}</Notice>}
      <ObjectAlerts label={texts.alerts} of={(alert) => isAbout(alert, { array: name })} />
      <div class="two-columns">
        <Panel title={texts.kinds.arrays}>
          <Facts
            facts={[
              [texts.columns.state, <ArrayBadge key="state" of={array} />],
              [texts.columns.level, level],
              [texts.columns.size, bytes(array.size_bytes)],
              [facts.raidDisks, count(array.raid_disks)],
              [facts.degradedName, degraded === null ? facts.noRedundancy : count(degraded)],
              [facts.arrayState, state],
              [
                texts.disk.uses,
                <Refs key="in" of={usesOf(name, storage)} none={texts.disk.unused} />,
              ],
              [
                facts.mismatches,
                mismatches === null ? null : facts.sectors(count(mismatches) ?? ''),
              ],
              [facts.uuid, <code key="id">{array.id}</code>],
              [texts.readAt, <Time key="read" at={array.read_at} />],
            ]}
          />
        </Panel>
        <Panel title={facts.action}>
          <Facts
            facts={[
              [facts.action, action === null ? null : actionOf(action)],
              ...(isBusy
                ? [
                    [facts.progress, <Progress key="progress" of={array} />] as const,
                    [
                      facts.speed,
                      speed === null ? null : words.scst.traffic.perSecond(bytes(speed) ?? ''),
                    ] as const,
                    [facts.end, expectedEnd(array)] as const,
                  ]
                : []),
            ]}
          />
          {isBusy && (
            <>
              <h3>{facts.history}</h3>
              <SpanChoice span={span} onChoose={setSpan} />
              <HistoryChart
                label={facts.history}
                asked={{ name: 'storwarden_array_sync_progress_ratio', labels: { array: name } }}
                span={span}
                format={ratio}
                nameOf={() => facts.progress}
                onZoom={zoom}
                height={140}
              />
            </>
          )}
        </Panel>
      </div>
      <Panel title={texts.columns.members}>
        <Members of={array} all={all} />
      </Panel>
    </>
  )
}

type Member = DiskArray['members'][number]

function Members({ of: { members }, all }: { of: DiskArray; all: StorageListings }) {
  const storage = itemsOf(all)
  const columns: readonly Column<Member>[] = [
    {
      id: 'device',
      title: texts.columns.device,
      cell: ({ device }) => {
        const disk = refOf(device, storage)
        return disk === null ? (
          device
        ) : (
          <a href={linkTo('storage', [disk.view, disk.id])}>{device}</a>
        )
      },
      sortBy: ({ device }) => device,
    },
    { id: 'state', title: texts.columns.state, cell: ({ states }) => <MemberStates of={states} /> },
    {
      id: 'slot',
      title: texts.columns.slot,
      cell: ({ slot }) => slot ?? <span class="quiet">{facts.noSlot}</span>,
      sortBy: ({ slot }) => slot,
    },
    {
      id: 'errors',
      title: texts.columns.errors,
      numeric: true,
      cell: ({ errors }) => <Value of={count(errors)} />,
      sortBy: ({ errors }) => errors,
    },
  ]
  return (
    <Table
      label={texts.columns.members}
      columns={columns}
      rows={members}
      idOf={({ device }) => device}
    />
  )
}

const bad = ['faulty', 'blocked', 'write_error']

function MemberStates({ of }: { of: readonly string[] }) {
  return (
    <span class="badges">
      {of.map((state) => (
        <Badge
          key={state}
          tone={bad.includes(state) ? 'critical' : state === 'in_sync' ? 'good' : 'quiet'}
        >
          {facts.memberStates[state] ?? state}
        </Badge>
      ))}
    </span>
  )
}
