/**
 * The steps that stop the daemon, named and run backwards.
 *
 * Each part registers its stop on the line after its start, so a start that
 * fails half way is undone by the steps registered until then.
 */
export class Lifecycle {
  readonly #steps: { name: string; stop: () => Promise<void> | void }[] = []
  #stopping: Promise<void> | null = null

  /** Registers what undoes the start that has just succeeded. */
  onStop(name: string, stop: () => Promise<void> | void): void {
    this.#steps.push({ name, stop })
  }

  /** Starts a part, and registers its stop. */
  start(name: string, part: { start: () => void; stop: () => Promise<void> | void }): void {
    part.start()
    this.onStop(name, () => part.stop())
  }

  /**
   * Runs every step, last registered first, each though one before it failed.
   * Rejects with an AggregateError that names the failed steps. May be called twice.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#run()
    return this.#stopping
  }

  async #run(): Promise<void> {
    const errors: Error[] = []
    for (const { name, stop } of this.#steps.reverse()) {
      try {
        await stop()
      } catch (cause) {
        errors.push(new Error(`stopping ${name}: ${(cause as Error).message}`, { cause }))
      }
    }
    if (errors.length > 0)
      throw new AggregateError(errors, errors.map((error) => error.message).join('; '))
  }
}
