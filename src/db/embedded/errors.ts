/** The embedded server cannot be set up or does not start; the message names the thing to put right. */
export class EmbeddedDatabaseError extends Error {
  readonly code = 'ERR_EMBEDDED_DATABASE'

  constructor(reason: string, options?: ErrorOptions) {
    super(`embedded database: ${reason}`, options)
    this.name = 'EmbeddedDatabaseError'
  }
}

/** The errno's name of a failed system call, e.g. `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | null)?.code
}
