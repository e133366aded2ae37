import { firingAlerts } from '../../live/alerts.ts'
import { useNumbers } from '../../live/numbers.ts'
import { ToAppliance, useAppliance } from '../../ui/at-appliance.tsx'
import { PageHead } from '../../ui/panel.tsx'
import { Blank, Loading } from '../../ui/states.tsx'
import { isElsewhere, scope } from '../../wire/scope.ts'
import { words } from '../../words/index.ts'
import { Changes } from './changes.tsx'
import { Forecasts } from './forecasts.tsx'
import './overview.css'
import { Parts } from './parts.tsx'
import { Verdict } from './verdict.tsx'

/** Is my appliance well, what changed, what will be full when. */
export default function OverviewPage() {
  const appliance = isElsewhere() ? scope.value : null
  return (
    <>
      <PageHead title={words.navigation.overview}>
        {appliance !== null && <ToAppliance appliance={appliance} />}
      </PageHead>
      {appliance === null ? <Answers /> : <OfAppliance name={appliance} />}
    </>
  )
}

function OfAppliance({ name }: { name: string }) {
  if (useAppliance(name) !== null) return <Answers />
  return <Blank icon="empty" title={words.fleet.notKnown(name)} />
}

function Answers() {
  const numbers = useNumbers()
  // What comes later would push away what one has begun to read.
  if (firingAlerts.value === null || numbers === null) return <Loading />
  return (
    <>
      <Verdict numbers={numbers} />
      <Parts numbers={numbers} />
      <div class="two-columns">
        <Forecasts />
        <Changes />
      </div>
    </>
  )
}
