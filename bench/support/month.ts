import type { PlacedValue } from '../../src/history/metrics.ts'
import type { SampledMetrics } from '../../src/history/samples.ts'

/** As an appliance has: 50 metrics at 100 places each. */
export const METRICS = 50
export const PLACES = 100
export const BEAT_SECONDS = 30
/** The first beat. */
export const FIRST_BEAT_MS = Date.parse('2026-08-01T00:00:00Z')

/** Of each metric and place always the same object, as those of readings are. */
const labels = Array.from({ length: METRICS }, () =>
  Array.from({ length: PLACES }, (_, place) => labelsOf(place)),
)

/** Their names. */
export const names = Array.from({ length: METRICS }, (_, index) => `bench_${index}_total`)

/** The labels of a place. */
export function labelsOf(place: number): Record<string, string> {
  return { library: `L${place % 4}`, serial: `1013000${String(place).padStart(3, '0')}` }
}

/**
 * The value of a metric at a place: half of them never change, a quarter are whole numbers that go up and down, one of
 * eight counts bytes, one of eight is noise. The same for the same numbers, always.
 */
export function valueAt(metric: number, place: number, beat: number): number {
  const kind = place % 8
  if (kind < 4) return metric * PLACES + place
  if (kind < 6)
    return Math.round(50 + 10 * Math.sin((beat + place) / 40) + 3 * noise(metric, place, beat))
  if (kind < 7) return 1e12 + beat * 5e6 + Math.floor(1e6 * noise(metric, place, beat))
  return noise(metric, place, beat)
}

/** What was read at a beat, as the history is given it. */
export function metricsAt(beat: number): SampledMetrics {
  const takenAt = new Date(FIRST_BEAT_MS + beat * BEAT_SECONDS * 1000)
  return {
    takenAt,
    over: () => null,
    readAtMs: () => takenAt.getTime(),
    get(name) {
      const metric = Number(name.split('_')[1])
      const values = Array.from({ length: PLACES }, (_, place): PlacedValue => {
        return { labels: labels[metric]?.[place] ?? {}, value: valueAt(metric, place, beat) }
      })
      const of = { name, help: '', type: 'gauge', state: 'read' } as const
      return { ...of, problems: [], values, unknown: [] }
    },
  }
}

/** From 0 to 1, out of a hash of the numbers (the finalizer of MurmurHash3). */
function noise(metric: number, place: number, beat: number): number {
  let bits = Math.imul(beat, 5000) + metric * PLACES + place
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32
}
