import { useResource } from '../../live/resource.ts'
import { linkTo } from '../../shell/router.ts'
import { Activity, Remarks } from '../../tape/activity.tsx'
import { CartridgeFacts } from '../../tape/cartridge-facts.tsx'
import { ErrorsFollow } from '../../tape/errors-follow.tsx'
import { Loads } from '../../tape/loads.tsx'
import { driveName, Names } from '../../tape/names.tsx'
import { ObjectAlerts } from '../../tape/object-alerts.tsx'
import { TapeAlerts } from '../../tape/tape-alerts.tsx'
import { PageHead, Panel } from '../../ui/panel.tsx'
import { Notice, Shown } from '../../ui/states.tsx'
import { Badge } from '../../ui/value.tsx'
import type { DriveDetail } from '../../wire/types.ts'
import { words } from '../../words/index.ts'
import { DriveCharts } from './charts.tsx'
import { Counters } from './counters.tsx'
import { Health } from './health.tsx'
import { Now, StatusBits } from './now.tsx'

const texts = words.drives

/** One drive: what it does, what it says of itself, and what errors follow. */
export function DrivePage({ id }: { id: string }) {
  const drive = useResource('GET /hardware/drives/:id', { params: { id } }, [
    ...(['tape', 'vtl', 'metrics'] as const),
  ])
  return <Shown of={drive}>{(value) => <DriveView drive={value} />}</Shown>
}

function DriveView({ drive }: { drive: DriveDetail }) {
  const { id, library, error, health } = drive
  const title = library === null ? id : `${id}, ${driveName(drive)}`
  return (
    <>
      <PageHead title={title} up={{ text: words.navigation.drives, link: linkTo('drives') }}>
        {drive.virtual && <Badge tone="quiet">{words.tape.virtual}</Badge>}
        <Remarks drive={drive} />
        <Activity drive={drive} />
      </PageHead>
      {error !== null && <Notice>{error}</Notice>}
      <ObjectAlerts labels={{ serial: id }} />
      <div class="two-columns">
        <Now drive={drive} />
        <StatusBits drive={drive} />
      </div>
      <Panel title={words.tape.flags.title}>
        <TapeAlerts of={drive.tape_alerts} labels={{ serial: id }} />
      </Panel>
      <ErrorsFollow of={drive.verdict} />
      <DriveCharts drive={drive} />
      <div class="two-columns">
        <Health drive={drive} />
        <Counters drive={drive} />
        {health?.cartridge != null && (
          <Panel title={texts.inside}>
            <CartridgeFacts health={health.cartridge} />
          </Panel>
        )}
        <Panel title={words.tape.names.title}>
          <Names of={drive} />
        </Panel>
      </div>
      <Panel title={words.tape.loads.title}>
        <Loads loads={drive.loads} of="drive" />
      </Panel>
    </>
  )
}
