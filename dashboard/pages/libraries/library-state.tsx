import { Badge, type Tone } from '../../ui/value.tsx'
import type { Library } from '../../wire/types.ts'
import { words } from '../../words/index.ts'

const tones: Readonly<Record<Library['state'], Tone>> = {
  online: 'good',
  offline: 'warning',
  unreachable: 'critical',
  unknown: 'unknown',
}

/** Whether a library answers and is ready; why not where the pointer rests. */
export function LibraryState({ library: { state, error } }: { library: Library }) {
  return (
    <span title={error ?? undefined}>
      <Badge tone={tones[state]}>{words.libraries.states[state]}</Badge>
    </span>
  )
}
