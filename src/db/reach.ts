/** Whether the database answers. */
export interface DatabaseReach {
  /** Since when it has not; null while it does. */
  unreachableSince: Date | null
  /** Why not; null while it does. */
  error: string | null
}

/** Asks the database for nothing but an answer, and remembers since when there is none. Never rejects. */
export function reachOf(
  database: { check(): Promise<unknown> },
  now: () => Date,
): () => Promise<DatabaseReach> {
  let since: Date | null = null
  return async () => {
    try {
      await database.check()
      since = null
      return { unreachableSince: null, error: null }
    } catch (error) {
      since ??= now()
      return { unreachableSince: since, error: (error as Error).message }
    }
  }
}
