import { Badge, type Tone } from '../../ui/value.tsx'
import type { Cartridge } from '../../wire/types.ts'
import { words } from '../../words/index.ts'

const tones: Readonly<Record<NonNullable<Cartridge['errors_follow']>, Tone>> = {
  tape: 'critical',
  drive: 'warning',
  undetermined: 'unknown',
}

/** What the errors of a cartridge follow; nothing where it had none. `whole` says it as a sentence. */
export function Follow(props: { of: Cartridge['errors_follow']; whole?: boolean }) {
  const { of: follow, whole = false } = props
  if (follow === null) return null
  const texts = whole ? words.tape.follow : words.cartridges.follow
  return <Badge tone={tones[follow]}>{texts[follow]}</Badge>
}
