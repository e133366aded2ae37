import type { CacheStatistics } from './operation.ts'

/** What parts of the daemon answer without asking again, all in one. */
export class Caches {
  readonly #asked: (() => readonly CacheStatistics[])[] = []

  /** Adds those of a part. */
  add(ask: () => readonly CacheStatistics[]): void {
    this.#asked.push(ask)
  }

  /** As they are now. */
  statistics(): CacheStatistics[] {
    return this.#asked.flatMap((ask) => ask())
  }
}
