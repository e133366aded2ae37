import { firingAlerts } from '../../live/alerts.ts'
import { numbers } from '../../live/numbers.ts'
import { PageHead } from '../../ui/panel.tsx'
import { Loading } from '../../ui/states.tsx'
import { words } from '../../words/index.ts'
import { Changes } from './changes.tsx'
import { Forecasts } from './forecasts.tsx'
import './overview.css'
import { Parts } from './parts.tsx'
import { Verdict } from './verdict.tsx'

/** Is my appliance well, what changed, what will be full when. */
export default function OverviewPage() {
  const head = <PageHead title={words.navigation.overview} />
  // What comes later would push away what one has begun to read.
  if (firingAlerts.value === null || numbers.value === null) {
    return (
      <>
        {head}
        <Loading />
      </>
    )
  }
  return (
    <>
      {head}
      <Verdict />
      <Parts />
      <div class="two-columns">
        <Forecasts />
        <Changes />
      </div>
    </>
  )
}
