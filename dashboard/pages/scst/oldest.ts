import type { Session } from '../../wire/types.ts'

/** What is known of the commands under way of something. */
export type Commands = Pick<Session, 'oldest_command' | 'commands_complete'>

/** The same of all sessions together: the oldest that is known, and whether there may be an older one. */
export function oldestOf(sessions: readonly Commands[]): Commands {
  const known = sessions.flatMap(({ oldest_command: oldest }) => (oldest === null ? [] : [oldest]))
  return {
    oldest_command: known.reduce<Commands['oldest_command']>(
      (old, one) => (old === null || one.age_seconds > old.age_seconds ? one : old),
      null,
    ),
    commands_complete: sessions.every(({ commands_complete: complete }) => complete),
  }
}
