import { useResource } from '../../live/resource.ts'
import { linkTo } from '../../shell/router.ts'
import { isAbout, ObjectAlerts } from '../../ui/object-alerts.tsx'
import { PageHead, Panel } from '../../ui/panel.tsx'
import { Notice, Shown } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Badge, Facts, Time, Value } from '../../ui/value.tsx'
import type { Device, Target } from '../../wire/types.ts'
import { bytes } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { Alua, useAlua } from './alua.tsx'
import { backingOf } from './backing.ts'
import { DeviceBadges, typeOf } from './badges.tsx'
import { useBehind } from './data.ts'
import { idOf } from './map.ts'

const texts = words.scst

/** One device: what it is, what is behind it, and as what it is exported. */
export function DevicePage({ id }: { id: string }) {
  const device = useResource('GET /hardware/devices/:id', { params: { id } }, ['scst', 'metrics'])
  return <Shown of={device}>{(value) => <View device={value} />}</Shown>
}

function View({ device }: { device: Device }) {
  const targets = useResource('GET /hardware/targets', {}, ['scst'])
  const { name, error } = device
  const up = { text: texts.views.devices, link: linkTo('scst', ['devices']) }
  return (
    <>
      <PageHead title={name} up={up}>
        {device.exports > 0 && (
          <a class="button" href={linkTo('scst', ['map'], { chosen: idOf('devices', name) })}>
            {texts.views.map}
          </a>
        )}
      </PageHead>
      {error !== null && <Notice>{error}</Notice>}
      <ObjectAlerts label={texts.alerts} of={(alert) => isAbout(alert, { device: name })} />
      <div class="two-columns">
        <Panel title={texts.kinds.device}>
          <About device={device} />
        </Panel>
        <Panel title={texts.devicePage.exports}>
          <Shown of={targets}>{({ items }) => <Exports of={name} targets={items} />}</Shown>
          <p class="hint">{texts.devicePage.counts}</p>
        </Panel>
      </div>
    </>
  )
}

function About({ device }: { device: Device }) {
  const { active, block_count: held, read_only: only, thin_provisioned: thin } = device
  const yes = (value: boolean) => (value ? words.common.yes : words.common.no)
  const facts = texts.facts
  const stores = device.filename !== null
  const alua = useAlua({ device: device.name })
  return (
    <Facts
      facts={[
        [facts.type, typeOf(device)],
        [facts.handler, device.handler ?? texts.unassigned],
        [facts.backing, <BackingLink key="backing" of={device} />],
        ...(device.size_bytes === null && !stores
          ? []
          : [
              [facts.size, bytes(device.size_bytes)] as const,
              [facts.block, bytes(device.block_size_bytes)] as const,
            ]),
        [
          facts.state,
          active === true ? (
            <Badge key="state" tone="good">
              {texts.active}
            </Badge>
          ) : active === null && device.file_exists !== false ? (
            texts.notSwitchable
          ) : (
            <DeviceBadges key="state" device={device} />
          ),
        ],
        [facts.held, held === null ? null : held === 0 ? facts.heldNo : texts.blockedText(held)],
        ...(only === null
          ? []
          : [[facts.access, only ? texts.readOnly : facts.readWrite] as const]),
        ...(thin === null ? [] : [[facts.thin, yes(thin)] as const]),
        ...(device.write_through === null ? [] : [[facts.cache, cacheOf(device)] as const]),
        [facts.alua, <Alua key="alua" of={alua} />],
        ...(device.usn === null ? [] : [[facts.usn, <code key="usn">{device.usn}</code>] as const]),
        [facts.readAt, <Time key="read" at={device.read_at} />],
      ]}
    />
  )
}

function cacheOf({ write_through: through, nv_cache: nv }: Device): string {
  if (nv === true) return texts.facts.cacheNv
  return through === true ? texts.facts.cacheThrough : texts.facts.cacheBack
}

/** What is behind a device, with the way to its page. */
function BackingLink({ of: device }: { of: Device }) {
  const behind = useBehind().current.value
  const { kind, name, page, on } = backingOf(device, behind.state === 'shown' ? behind.value : null)
  const [first, ...rest] = page ?? []
  const link = first === undefined ? null : linkTo(first, rest)
  return (
    <>
      {texts.backing[kind]}{' '}
      {name !== null &&
        (link !== null && on === null ? <a href={link}>{name}</a> : <code>{name}</code>)}{' '}
      {on !== null && link !== null && <a href={link}>{texts.backing.on(on)}</a>}{' '}
      {device.file_exists === false && <Badge tone="critical">{texts.backingGone}</Badge>}
    </>
  )
}

interface Export {
  target: Target
  group: string | null
  lun: Target['luns'][number]
}

const exportColumns: readonly Column<Export>[] = [
  {
    id: 'target',
    title: texts.columns.target,
    cell: ({ target }) => (
      <a class="place" href={linkTo('scst', ['targets', target.id])}>
        {target.name}
      </a>
    ),
    sortBy: ({ target }) => target.name,
  },
  {
    id: 'group',
    title: texts.columns.group,
    cell: ({ group }) => group ?? texts.kinds.defaultLuns,
    sortBy: ({ group }) => group ?? '',
  },
  {
    id: 'lun',
    title: texts.columns.lun,
    cell: ({ lun }) => lun.lun,
    sortBy: ({ lun }) => lun.lun,
  },
  {
    id: 'access',
    title: texts.columns.access,
    cell: ({ lun: { read_only: only } }) => (
      <Value of={only === null ? null : only ? texts.readOnly : texts.facts.readWrite} />
    ),
  },
]

function Exports({ of, targets }: { of: string; targets: readonly Target[] }) {
  const exports = targets.flatMap((target) =>
    [{ name: null, luns: target.luns }, ...target.groups].flatMap(({ name: group, luns }) =>
      luns.filter(({ device }) => device === of).map((lun) => ({ target, group, lun })),
    ),
  )
  return (
    <Table
      label={`${of}, ${texts.devicePage.exports}`}
      columns={exportColumns}
      rows={exports}
      idOf={({ target, group, lun }) => `${target.id} ${group ?? ''} ${lun.lun}`}
      empty={<p class="quiet">{texts.devicePage.notExported}</p>}
    />
  )
}
