import { signal, type Signal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { ask } from '../wire/request.ts'
import type { Numbers } from '../wire/types.ts'
import { isElsewhere, scope } from '../wire/scope.ts'
import { onFrames, onMissed } from './stream.ts'

/** The snapshot of the daemon's own numbers; null before there is one. */
export const numbers = signal<Numbers | null>(null)

/** Those of the appliance that is chosen; of the daemon itself where none is. Null before there are some. */
export function useNumbers(): Numbers | null {
  const elsewhere = isElsewhere() ? scope.value : null
  const told = useMemo(() => signal<Numbers | null>(null), [elsewhere])
  useEffect(() => (elsewhere === null ? undefined : follow(elsewhere, told)), [elsewhere])
  return elsewhere === null ? numbers.value : told.value
}

/** Follows the daemon's own. */
export function followNumbers(): () => void {
  const end = follow(null, numbers)
  return () => {
    end()
    numbers.value = null
  }
}

/**
 * Asks for them once; then the stream brings them. Of an appliance none come when it is silent: how it is then is
 * asked again with each beat of the daemon's own in which none came.
 */
function follow(appliance: string | null, into: Signal<Numbers | null>): () => void {
  const end = new AbortController()
  const load = async () => {
    const query = { appliance: appliance ?? '' }
    const answer = await ask('GET /monitoring/metrics', { query }, end.signal).catch(() => null)
    if (answer !== null && 'system' in answer && !end.signal.aborted) into.value = answer
  }
  let came = true
  void load()
  const forget = [
    onFrames(['metrics'], (frames) => {
      if (appliance !== null && frames.some((frame) => frame.appliance === undefined)) {
        if (!came) void load()
        came = false
      }
      const last = frames.findLast((frame) => (frame.appliance ?? null) === appliance)
      if (last === undefined) return
      came = true
      into.value = last.data as unknown as Numbers
    }),
    onMissed(() => void load()),
  ]
  return () => {
    end.abort()
    for (const one of forget) one()
  }
}
