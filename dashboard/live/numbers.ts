import { signal } from '@preact/signals'
import { ask } from '../wire/request.ts'
import type { Numbers } from '../wire/types.ts'
import { onFrames, onMissed } from './stream.ts'

/** The snapshot of numbers; null before there is one. */
export const numbers = signal<Numbers | null>(null)

/** Asks for them once; then the stream brings them. */
export function followNumbers(): () => void {
  const load = async () => {
    const answer = await ask('GET /monitoring/metrics').catch(() => null)
    if (answer !== null && 'system' in answer) numbers.value = answer
  }
  void load()
  const forget = [
    onFrames(['metrics'], (frames) => {
      numbers.value = frames.at(-1)?.data as unknown as Numbers
    }),
    onMissed(() => void load()),
  ]
  return () => {
    for (const one of forget) one()
    numbers.value = null
  }
}
