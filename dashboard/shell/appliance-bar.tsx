import { signal } from '@preact/signals'
import type { FunctionComponent } from 'preact'
import { useEffect } from 'preact/hooks'
import { isFleet } from '../live/stream.ts'
import { pages } from './pages.ts'
import { place } from './router.ts'

const Chooser = signal<FunctionComponent<{ withAll: boolean }> | null>(null)

/** Which appliance of a fleet a page shows. Of a daemon without a fleet it is not there, and not loaded. */
export function ApplianceBar() {
  const whose = pages.find(({ id }) => id === place.value.page)?.whose
  const isThere = isFleet.value && (whose === 'all' || whose === 'one')
  useEffect(() => {
    if (!isThere || Chooser.peek() !== null) return
    // Without it the page still shows all; it is asked for again on the next.
    void import('../pages/fleet/chooser.tsx').then(
      ({ ApplianceChooser }) => (Chooser.value = ApplianceChooser),
      () => undefined,
    )
  }, [isThere, place.value.page])
  const Loaded = Chooser.value
  return isThere && Loaded !== null ? <Loaded withAll={whose === 'all'} /> : null
}
