import { PageHead } from '../../ui/panel.tsx'
import { words } from '../../words/index.ts'
import { Changes } from './changes.tsx'
import { Forecasts } from './forecasts.tsx'
import './overview.css'
import { Parts } from './parts.tsx'
import { Verdict } from './verdict.tsx'

/** Is my appliance well, what changed, what will be full when. */
export default function OverviewPage() {
  return (
    <>
      <PageHead title={words.navigation.overview} />
      <Verdict />
      <Parts />
      <div class="two-columns">
        <Forecasts />
        <Changes />
      </div>
    </>
  )
}
