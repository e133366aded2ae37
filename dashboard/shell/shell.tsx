import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { followAlerts } from '../live/alerts.ts'
import { followNumbers } from '../live/numbers.ts'
import { Toasts } from '../ui/toast.tsx'
import type { Me } from '../wire/types.ts'
import { words } from '../words/index.ts'
import { ApplianceBar } from './appliance-bar.tsx'
import { ConnectionNotice } from './connection.tsx'
import { KeyHelp, listenToKeys } from './keys.tsx'
import { Menu } from './menu.tsx'
import { PageView } from './page-view.tsx'
import { TopBar } from './top-bar.tsx'

/** Whether the menu is open where there is no room for it. */
export const menuOpen = signal(false)

/** The frame around every page. */
export function Shell({ me }: { me: Me }) {
  useEffect(() => {
    const ends = [followAlerts(), followNumbers(), listenToKeys()]
    return () => {
      for (const end of ends) end()
    }
  }, [me.id])
  return (
    <div class="shell" data-menu={menuOpen.value ? 'open' : 'closed'}>
      <a class="skip" href="#content" onClick={toContent}>
        {words.shell.skip}
      </a>
      <Menu />
      <div class="column">
        <TopBar me={me} />
        <ConnectionNotice />
        <ApplianceBar />
        <main id="content" tabIndex={-1}>
          <PageView />
        </main>
      </div>
      <KeyHelp />
      <Toasts />
    </div>
  )
}

// The part behind "#" is where one is; a jump within the page must not change it.
function toContent(event: Event): void {
  event.preventDefault()
  document.getElementById('content')?.focus()
}
