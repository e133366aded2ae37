import { Badge, type Tone } from '../../ui/value.tsx'
import type { Cartridge } from '../../wire/types.ts'
import { words } from '../../words/index.ts'

const tones: Readonly<Record<NonNullable<Cartridge['errors_follow']>, Tone>> = {
  tape: 'critical',
  drive: 'warning',
  undetermined: 'unknown',
}

/** What the errors of a cartridge follow; nothing where it had none. */
export function Follow({ of: follow }: { of: Cartridge['errors_follow'] }) {
  if (follow === null) return null
  return <Badge tone={tones[follow]}>{words.cartridges.follow[follow]}</Badge>
}
