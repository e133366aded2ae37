import type { Instruments } from './instruments.ts'

/** How often a cache had what it was asked for, and what it holds. */
export interface CacheCounts {
  cache: string
  hits: number
  misses: number
  entries: number
  /** Null when that is not known. */
  bytes: number | null
}

/** What is known of caches whenever somebody asks. */
export function declareCaches(
  instruments: Instruments,
  caches: () => readonly CacheCounts[],
): void {
  instruments.tally('cache_events_total', 'Hits and misses of caches.', ['cache', 'event'], () =>
    caches().flatMap(({ cache, hits, misses }): [{ cache: string; event: string }, number][] => [
      [{ cache, event: 'hit' }, hits],
      [{ cache, event: 'miss' }, misses],
    ]),
  )
  instruments.live(
    'cache_hit_rate',
    'Share of questions that a cache had the answer to; no sample before the first.',
    ['cache'],
    () =>
      caches()
        .filter(({ hits, misses }) => hits + misses > 0)
        .map(({ cache, hits, misses }) => [{ cache }, hits / (hits + misses)] as const),
  )
  instruments.live('cache_size', 'Entries of a cache.', ['cache'], () =>
    caches().map(({ cache, entries }) => [{ cache }, entries] as const),
  )
  instruments.live(
    'cache_memory_usage_bytes',
    'Memory that the entries take, about; no sample where that is not known.',
    ['cache'],
    () =>
      caches().flatMap(({ cache, bytes }) => (bytes === null ? [] : [[{ cache }, bytes] as const])),
  )
}
