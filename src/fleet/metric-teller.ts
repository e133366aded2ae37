import type { Queryable } from '../db/database.ts'
import { beatsAfter, lastBeatMs, samplesBetween, savePlace } from './publisher-store.ts'
import type { PublisherPlace } from './resume.ts'
import { TooLargeError, type Session } from './session.ts'
import type { MetricsMessage } from './wire.ts'

/** What numbers are told with; `place` is moved on. */
export interface MetricTelling {
  database: Queryable
  session: Session
  place: PublisherPlace
}

/** What was read shortly before a beat may be stored by the next one. */
const LATE_MS = 60_000
/** Values of a message, about, and beats, at most. */
const MOST_SAMPLES = 50_000
const MOST_BEATS = 200

/**
 * Tells the numbers of a while, in order, as they are stored; whether there may be more. Rejects as servers and the
 * database do.
 */
export async function tellMetrics(telling: MetricTelling): Promise<boolean> {
  const { database, session, place } = telling
  const last = await lastBeatMs(database)
  const beats = await beatsAfter(database, place.metricsAtMs, MOST_BEATS)
  const until = untilOf(beats, place.metricsAtMs, (last ?? 0) - LATE_MS)
  if (until === null) return false
  const samples = await samplesBetween(database, place.metricsAtMs, until)
  if (samples.length > 0) await publish(session, samples, place.metricsAtMs, until)
  place.metricsAtMs = until
  await savePlace(database, place)
  return true
}

/** Up to when numbers are told at a time: so many beats that they are not too many values. */
export function untilOf(
  beats: readonly { atMs: number; samples: number }[],
  afterMs: number,
  lastMs: number,
): number | null {
  let until: number | null = null
  let count = 0
  for (const { atMs, samples } of beats) {
    count += samples
    if (until !== null && count > MOST_SAMPLES) break
    until = atMs
    if (atMs >= lastMs) break
  }
  if (until === null) return null
  const settled = Math.min(until, lastMs)
  return settled > afterMs ? settled : null
}

/** In one message, or in as many as it takes: each is of a moment of its own, by which the fleet knows what it has. */
async function publish(
  session: Session,
  samples: MetricsMessage['samples'],
  afterMs: number,
  untilMs: number,
): Promise<void> {
  try {
    const body: MetricsMessage = { at_ms: untilMs, samples }
    await session.publish('metrics', session.subjects.metrics, { seq: untilMs, body })
  } catch (error) {
    const middle = samples.length >> 1
    const middleMs = Math.floor((afterMs + untilMs) / 2)
    if (!(error instanceof TooLargeError) || middle === 0 || middleMs <= afterMs) throw error
    await publish(session, samples.slice(0, middle), afterMs, middleMs)
    await publish(session, samples.slice(middle), middleMs, untilMs)
  }
}
