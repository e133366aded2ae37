import { createHash } from 'node:crypto'
import type { Queryable } from '../db/database.ts'
import { insertValues } from '../history/late.ts'
import { seriesIds, type Place, type StoredType } from '../history/store.ts'
import { begunAt, isHeard, type Position, type Progress } from './decide.ts'
import type { Received } from './received.ts'

/** Numbers as they were read of a message: MetricsMessage. */
export interface MetricsBody {
  at_ms: number
  samples: readonly [
    name: string,
    labels: Readonly<Record<string, string>>,
    type: StoredType,
    atMs: number,
    value: number,
  ][]
}

/** Numbers of an appliance that are to be stored. */
export interface ToldSamples {
  appliance: string
  samples: MetricsBody['samples']
}

/** An appliance keeps what it could not tell for 30 days; a clock that is wrong by more must not fill the future. */
const LATE_MS = 35 * 86_400_000
const AHEAD_MS = 86_400_000

/** What is to be stored of messages that came in this order: a value that is there stays, so nothing is told twice. */
export function decideMetrics(
  positions: readonly Position[],
  messages: readonly Received<MetricsBody>[],
  now: Date,
): { told: ToldSamples[]; progress: (Progress & { metricsAtMs: number })[] } {
  const nowMs = now.getTime()
  const told: ToldSamples[] = []
  const at = new Map<string, Progress & { metricsAtMs: number }>(
    positions.map((one) => [one.name, { ...begunAt(one), metricsAtMs: 0 }]),
  )
  for (const { origin, body, storedAt } of messages) {
    if (origin === null) continue
    const { appliance, identity } = origin
    const place = at.get(appliance) ?? {
      ...begunAt({ name: appliance, identity, epoch: 0, seq: 0 }),
      metricsAtMs: 0,
    }
    at.set(appliance, place)
    if (!isHeard(place, origin, storedAt)) continue
    if (body === null) {
      place.unreadable += 1
      continue
    }
    const isOfNow = (atMs: number) => atMs >= nowMs - LATE_MS && atMs <= nowMs + AHEAD_MS
    if (isOfNow(body.at_ms)) place.metricsAtMs = body.at_ms
    told.push({ appliance, samples: body.samples.filter(([, , , atMs]) => isOfNow(atMs)) })
  }
  return { told, progress: [...at.values()] }
}

/** Lists of series that an appliance tells, over and over: those that are read slowly make it several. */
const LISTS = 8
/** A list that was not told for so long is looked up again: series of which nothing is left are deleted. */
const KEPT_MS = 3_600_000

interface List {
  ids: Int32Array
  usedMs: number
}

/**
 * Stores numbers of appliances as series with the label `appliance`. Which series a list of names and labels is
 * remembers it by a hash of the list: an appliance tells the same ones at each beat, and texts for all of them would be
 * hundreds of megabytes.
 */
export class ToldSamplesStore {
  readonly #lists = new Map<string, Map<string, List>>()

  async save(transaction: Queryable, told: readonly ToldSamples[], nowMs: number): Promise<void> {
    const rows: { id: number; atMs: number; value: number }[] = []
    for (const { appliance, samples } of told) {
      if (samples.length === 0) continue
      const ids = await this.#idsOf(transaction, appliance, samples, nowMs)
      for (const [index, [, , , atMs, value]] of samples.entries()) {
        rows.push({ id: ids[index] ?? 0, atMs, value })
      }
    }
    if (rows.length > 0) await insertValues(transaction, rows, nowMs)
  }

  /** What is remembered may not be there: a transaction was rolled back, or the database is another. */
  clear(): void {
    this.#lists.clear()
  }

  async #idsOf(
    transaction: Queryable,
    appliance: string,
    samples: MetricsBody['samples'],
    nowMs: number,
  ): Promise<Int32Array> {
    const lists = this.#lists.get(appliance) ?? new Map<string, List>()
    this.#lists.set(appliance, lists)
    const key = hashOf(samples)
    const known = lists.get(key)
    lists.delete(key)
    const ids =
      known !== undefined && nowMs - known.usedMs < KEPT_MS
        ? known.ids
        : Int32Array.from(await seriesIds(transaction, placesOf(appliance, samples)))
    lists.set(key, { ids, usedMs: nowMs })
    const [oldest] = lists.keys()
    if (lists.size > LISTS && oldest !== undefined) lists.delete(oldest)
    return ids
  }
}

function hashOf(samples: MetricsBody['samples']): string {
  const hash = createHash('sha1')
  for (const [name, labels, type] of samples) hash.update(JSON.stringify([name, labels, type]))
  return hash.digest('base64')
}

function placesOf(appliance: string, samples: MetricsBody['samples']): Place[] {
  return samples.map(([name, labels, type]) => ({
    ...{ name, labels: { ...labels, appliance }, type, appliance },
  }))
}
