import { computed, signal } from '@preact/signals'
import { linkTo, placeOf } from './place.ts'

export { linkTo } from './place.ts'

const hash = signal(window.location.hash)
window.addEventListener('hashchange', () => (hash.value = window.location.hash))

/** Where one is. */
export const place = computed(() => placeOf(hash.value))

/** Goes there. */
export function go(link: string): void {
  window.location.hash = link.replace(/^#/, '')
}

/** Changes what is asked on this page, without a step that "back" would go through. */
export function ask(changes: Readonly<Record<string, string | undefined>>): void {
  const { page, rest, query } = place.peek()
  window.history.replaceState(null, '', linkTo(page, rest, { ...query, ...changes }))
  hash.value = window.location.hash
}
