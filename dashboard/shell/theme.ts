import { signal } from '@preact/signals'

const KEY = 'storwarden.theme'
/** The choices there are. */
export const themes = ['auto', 'light', 'dark'] as const
/** One of them. */
export type Theme = (typeof themes)[number]

/** What was chosen in this browser. */
export const theme = signal<Theme>(chosen())

/** Chooses, and remembers it. */
export function chooseTheme(next: Theme): void {
  theme.value = next
  localStorage.setItem(KEY, next)
  applyTheme()
}

/** Shows what was chosen. */
export function applyTheme(): void {
  document.documentElement.dataset.theme = theme.value
}

function chosen(): Theme {
  const kept = localStorage.getItem(KEY)
  return themes.find((one) => one === kept) ?? 'auto'
}
