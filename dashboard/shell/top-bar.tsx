import { connection } from '../live/stream.ts'
import { leave } from '../session/session.ts'
import { Icon } from '../ui/icon.tsx'
import { complain } from '../ui/toast.tsx'
import type { Me } from '../wire/types.ts'
import { words } from '../words/index.ts'
import { keyHelpOpen } from './keys.tsx'
import { linkTo } from './router.ts'
import { menuOpen } from './shell.tsx'
import { ThemeChoice } from './theme-choice.tsx'

/** Who is in, whether the page is live, and how it looks. */
export function TopBar({ me }: { me: Me }) {
  const texts = words.shell
  const { state } = connection.value
  return (
    <header class="top-bar">
      <button
        type="button"
        class="plain menu-button"
        aria-label={texts.menu}
        aria-expanded={menuOpen.value}
        onClick={() => (menuOpen.value = !menuOpen.value)}
      >
        <Icon name={menuOpen.value ? 'close' : 'menu'} />
      </button>
      <span class={`live ${state}`} role="status">
        <span class="dot" aria-hidden="true" />
        {state === 'live' ? texts.connection.live : texts.connection.connecting}
      </span>
      <span class="spring" />
      <button type="button" class="plain keys-button" onClick={() => (keyHelpOpen.value = true)}>
        <kbd>?</kbd> {texts.keys}
      </button>
      <ThemeChoice />
      <a class="who" href={linkTo('account')} title={texts.account}>
        <Icon name="user" label={texts.account} />
        <span class="who-name">
          {me.username} <small>{me.role}</small>
        </span>
      </a>
      <button type="button" class="log-out" onClick={() => void leave().catch(complain)}>
        {texts.logOut}
      </button>
    </header>
  )
}
