import { firingAlerts } from '../../live/alerts.ts'
import { useResource } from '../../live/resource.ts'
import type { PageProps } from '../../shell/pages.ts'
import { linkTo as placeLink } from '../../shell/place.ts'
import { linkTo } from '../../shell/router.ts'
import { AtAppliance } from '../../ui/at-appliance.tsx'
import { isElsewhere } from '../../wire/scope.ts'
import { ObjectAlerts } from '../../ui/object-alerts.tsx'
import { Missing } from '../../ui/missing.tsx'
import { PageHead } from '../../ui/panel.tsx'
import { Blank, ListingNotice, Shown } from '../../ui/states.tsx'
import { SubPages } from '../../ui/sub-pages.tsx'
import { words } from '../../words/index.ts'
import { Configuration } from './configuration.tsx'
import { Counts } from './counts.tsx'
import { useScst, type Scst } from './data.ts'
import { DevicePage } from './device.tsx'
import { Devices, Sessions } from './lists.tsx'
import { MapView } from './map-view.tsx'
import { PortPage, Ports } from './ports.tsx'
import './scst.css'
import './map.css'
import './drift.css'
import { SessionPage } from './session.tsx'
import { TargetPage } from './target.tsx'
import { TreeView } from './tree-view.tsx'
import { Busiest } from './traffic.tsx'

const texts = words.scst

/** SCST in one of its views, or the page of one of its objects. */
export default function ScstPage({ rest: [view = 'tree', id] }: PageProps) {
  if (id !== undefined) {
    if (view === 'targets') return <TargetPage key={id} id={id} />
    if (view === 'devices') return <DevicePage key={id} id={id} />
    if (view === 'sessions') return <SessionPage key={id} id={id} />
    if (view === 'ports') return <PortPage key={id} id={id} />
  }
  return <Overview view={view} />
}

function Overview({ view }: { view: string }) {
  const scst = useScst()
  return (
    <>
      <PageHead title={words.navigation.scst} />
      <Shown of={scst}>
        {(value) =>
          value.targets.state === 'absent' && view !== 'ports' ? (
            <>
              <Blank icon="empty" title={texts.absent} text={texts.absentText} />
              <p class="quiet centre">
                <a href={linkTo('scst', ['ports'])}>{texts.views.ports}</a>
              </p>
            </>
          ) : (
            <Views view={view} scst={value} onChanged={scst.refresh} />
          )
        }
      </Shown>
    </>
  )
}

interface ViewsProps {
  view: string
  scst: Scst
  onChanged: () => void
}

function Views({ view, scst, onChanged }: ViewsProps) {
  const { targets, devices, sessions } = scst
  const drift = useResource('GET /monitoring/consistency', { query: DRIFT }, ['metrics', 'scst'])
  const link = (id: string) => linkTo('scst', id === 'tree' ? [] : [id])
  const counts: Readonly<Record<string, number | null>> = {
    ...{ tree: targets.total, devices: devices.total, sessions: sessions.total },
  }
  const elsewhere = isElsewhere()
  const views = Object.entries(texts.views).flatMap(([id, text]) =>
    id === 'label' || (elsewhere && id === 'configuration')
      ? []
      : [{ id, text, link: link(id), count: counts[id]?.toString() ?? null }],
  )
  const down = firingAlerts.value?.some(({ rule }) => rule === 'ScstNotRunning') === true
  return (
    <>
      {targets.state !== 'absent' && <Counts scst={scst} drift={elsewhere ? null : drift} />}
      {view === 'tree' && (
        <ObjectAlerts
          label={texts.alerts}
          of={({ source }) => source === 'scst'}
          most={4}
          more={{
            text: words.overview.more,
            link: linkTo('alerts', [], { source: 'scst', state: 'firing' }),
          }}
        />
      )}
      <Missing listings={{ targets, sessions }} onChanged={onChanged} />
      <SubPages label={texts.views.label} pages={views} current={view} />
      <ListingNotice listing={targets} />
      {sessions.error !== targets.error && <ListingNotice listing={sessions} />}
      {down && targets.items.length === 0 && view !== 'configuration' && view !== 'ports' ? (
        <Blank icon="critical" title={texts.notRunning} text={texts.notRunningText} />
      ) : (
        <View view={view} scst={scst} drift={drift} />
      )}
    </>
  )
}

const DRIFT = { check: 'scst', limit: 1000 } as const

function View({ view, scst, drift }: Omit<ViewsProps, 'onChanged'> & DriftProps) {
  switch (view) {
    case 'map':
      return <MapView scst={scst} />
    case 'devices':
      return <Devices scst={scst} />
    case 'sessions':
      return <Sessions scst={scst} />
    case 'ports':
      return <Ports />
    case 'configuration':
      if (isElsewhere()) return <AtAppliance to={placeLink('scst', ['configuration'])} />
      return <Configuration drift={drift} />
    default:
      return scst.targets.items.length === 0 && scst.targets.state === 'read' ? (
        <Blank icon="empty" title={texts.empty} text={texts.emptyText} />
      ) : (
        <>
          <TreeView scst={scst} />
          <Busiest scst={scst} />
        </>
      )
  }
}

interface DriftProps {
  drift: Parameters<typeof Configuration>[0]['drift']
}
