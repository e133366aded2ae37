import type { Command } from './command.ts'

/** A command that is loaded when it is asked for: most need little of what all of them need. */
export interface Listed {
  name: string
  summary: string
  load: () => Promise<Command>
}
