import { signal } from '@preact/signals'
import { Icon } from './icon.tsx'

interface Toast {
  id: number
  tone: 'good' | 'critical'
  text: string
}

const STAYS_MS = 6_000
const toasts = signal<readonly Toast[]>([])
let last = 0

/** Says for a moment what was done, or why not. */
export function say(text: string, tone: Toast['tone'] = 'good'): void {
  last += 1
  const id = last
  toasts.value = [...toasts.value, { id, tone, text }]
  setTimeout(() => {
    toasts.value = toasts.value.filter((toast) => toast.id !== id)
  }, STAYS_MS)
}

/** Says why something was not done. */
export function complain(error: unknown): void {
  say(error instanceof Error ? error.message : String(error), 'critical')
}

/** Where it is said. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, tone, text }) => (
        <p key={id} class={tone}>
          <Icon name={tone} />
          {text}
        </p>
      ))}
    </div>
  )
}
