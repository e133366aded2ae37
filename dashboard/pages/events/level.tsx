import { Badge, type Tone } from '../../ui/value.tsx'
import { words } from '../../words/index.ts'

/** How much an event matters. */
export type Level = keyof typeof words.events.levels

const tones: Readonly<Record<Level, Tone>> = {
  debug: 'quiet',
  info: 'quiet',
  warning: 'warning',
  error: 'critical',
  critical: 'critical',
}

/** The level of an event, as a word with a sign. */
export function LevelBadge({ level }: { level: Level }) {
  return <Badge tone={tones[level]}>{words.events.levels[level]}</Badge>
}
