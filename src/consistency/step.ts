/** One thing to do on the machine. */
export interface Step {
  /** Ids of the differences that it settles. */
  differences: readonly string[]
  words: string
  /** What is written where; null when nothing is. */
  write: { path: string; text: string } | null
  /** The command, word by word; null when there is none. */
  command: readonly string[] | null
  /** Whether initiators or backups lose something by it that they may be using. */
  disruptive: boolean
}

/** A step that nothing is written for. */
export function bare(id: string): Omit<Step, 'words'> {
  return { differences: [id], write: null, command: null, disruptive: false }
}
