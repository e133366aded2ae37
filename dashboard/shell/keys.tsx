import { signal } from '@preact/signals'
import { may } from '../session/session.ts'
import { Dialog } from '../ui/dialog.tsx'
import { words } from '../words/index.ts'
import { pages, type Page } from './pages.ts'
import { go, linkTo } from './router.ts'

/** Whether the list of keys is open. */
export const keyHelpOpen = signal(false)

/** `g` and one of these goes to a page. */
const goTo: Readonly<Record<string, Page['id']>> = {
  o: 'overview',
  a: 'alerts',
  i: 'incidents',
  e: 'events',
  l: 'libraries',
  d: 'drives',
  c: 'cartridges',
  s: 'scst',
  t: 'tasks',
  h: 'health',
  m: 'metrics',
  r: 'rules',
}

/** The second key has to come by then. */
const PATIENCE_MS = 1200

/** Hears the keys of the whole console; until what is returned is called. */
export function listenToKeys(): () => void {
  let goAt = 0
  const onKey = (event: KeyboardEvent) => {
    const { key, target } = event
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(target)) return
    if (document.querySelector('dialog[open]') !== null) return
    if (key === 'g') {
      goAt = performance.now()
      return
    }
    const page = performance.now() - goAt < PATIENCE_MS ? goTo[key] : undefined
    goAt = 0
    if (page !== undefined) {
      event.preventDefault()
      go(linkTo(page))
    } else if (key === '?') {
      keyHelpOpen.value = true
    } else if (key === '/') {
      const search = document.querySelector<HTMLInputElement>('[data-key="/"]')
      if (search === null) return
      event.preventDefault()
      search.focus()
    }
  }
  document.addEventListener('keydown', onKey)
  return () => {
    document.removeEventListener('keydown', onKey)
  }
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.matches('input:not([type=checkbox]), textarea, select')
  )
}

/** The keys there are. */
export function KeyHelp() {
  if (!keyHelpOpen.value) return null
  const visible = pages.filter(({ needs }) => may(needs)).map(({ id }) => id)
  const entries = [
    ...Object.entries(goTo)
      .filter(([, page]) => visible.includes(page))
      .map(([key, page]) => [['g', key], words.navigation[page]] as const),
    ...words.keys.map(([keys, what]) => [keys.split(' '), what] as const),
  ]
  return (
    <Dialog title={words.shell.keys} onClose={() => (keyHelpOpen.value = false)}>
      <dl class="key-list">
        {entries.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
