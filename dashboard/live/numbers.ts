import { signal } from '@preact/signals'
import { ask } from '../wire/request.ts'
import type { Numbers } from '../wire/types.ts'
import { isElsewhere } from '../wire/scope.ts'
import { useLoaded } from './resource.ts'
import { onFrames, onMissed } from './stream.ts'

/** The snapshot of numbers; null before there is one. */
export const numbers = signal<Numbers | null>(null)

/** Those of the appliance that is chosen; of the daemon itself where none is. Null before there are some. */
export function useNumbers(): Numbers | null {
  const elsewhere = isElsewhere()
  const told = useLoaded(
    async (signal) => (elsewhere ? await ask('GET /monitoring/metrics', {}, signal) : null),
    [],
    elsewhere ? ['metrics'] : [],
  ).current.value
  if (!elsewhere) return numbers.value
  return told.state === 'shown' && told.value !== null && 'system' in told.value ? told.value : null
}

/** Asks for them once; then the stream brings them. */
export function followNumbers(): () => void {
  const load = async () => {
    const answer = await ask('GET /monitoring/metrics', { query: { appliance: '' } }).catch(
      () => null,
    )
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
