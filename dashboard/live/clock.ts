import { computed, signal } from '@preact/signals'
import { clockAhead } from './stream.ts'

const TICK_MS = 5_000
const ticked = signal(Date.now())
setInterval(() => (ticked.value = Date.now()), TICK_MS)

/** The time by the clock of the daemon, a few seconds old at most. */
export const now = computed(() => new Date(ticked.value + clockAhead.value))
