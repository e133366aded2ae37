import { computed, effect, signal } from '@preact/signals'
import { isFleet } from '../live/stream.ts'
import { OWN, scope } from '../wire/scope.ts'
import { pages, type Page } from './pages.ts'
import { linkTo as linkToPlace, placeOf } from './place.ts'

const hash = signal(window.location.hash)
window.addEventListener('hashchange', () => (hash.value = window.location.hash))

/** Where one is. */
export const place = computed(() => placeOf(hash.value))

/** The appliance that was chosen last: pages that are not of one have it not in their address. */
const chosen = signal<string | undefined>(undefined)

effect(() => {
  const { page, query } = place.value
  const whose = whoseOf(page)
  if (isOfAppliances(whose)) {
    chosen.value = query.appliance
    scope.value = query.appliance ?? (whose === 'one' && isFleet.value ? OWN : null)
  } else scope.value = isFleet.value ? OWN : null
})

/** The address of a place; whoever has it gets there. The appliance that is chosen stays so. */
export function linkTo(
  page: string,
  rest: readonly string[] = [],
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  if (!showsAppliance(page)) return linkToPlace(page, rest, query)
  return linkToPlace(page, rest, { appliance: chosen.value, ...query })
}

/** Whether a page shows what is of the appliance that is chosen; the others show the daemon's own. */
export function showsAppliance(page: string): boolean {
  return isOfAppliances(whoseOf(page))
}

function whoseOf(page: string): Page['whose'] {
  return pages.find(({ id }) => id === page)?.whose
}

function isOfAppliances(whose: Page['whose']): boolean {
  return whose === 'all' || whose === 'one'
}

/** Goes there. */
export function go(link: string): void {
  window.location.hash = link.replace(/^#/, '')
}

/** Changes what is asked on this page, without a step that "back" would go through. */
export function ask(changes: Readonly<Record<string, string | undefined>>): void {
  const { page, rest, query } = place.peek()
  window.history.replaceState(null, '', linkToPlace(page, rest, { ...query, ...changes }))
  hash.value = window.location.hash
}
