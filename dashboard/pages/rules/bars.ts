import type { Answer } from '../../wire/request.ts'

/** What a rule would have said. */
export type Past = Answer<'POST /monitoring/rules/test'>['past']

/** A time in which a condition held, as a part of the whole time. */
export interface Bar {
  kind: 'pending' | 'firing'
  /** Of 100, from the left. */
  left: number
  width: number
  from: string
  /** Null when it lasts. */
  to: string | null
}

/** A place, and when it would have fired there. */
export interface PlaceBars {
  /** The labels of it. */
  labels: Readonly<Record<string, string>>
  bars: readonly Bar[]
  fired: number
}

/** Narrower ones could not be seen. */
const LEAST_WIDTH = 0.4

/** When a rule would have fired, place by place, as bars on a line; the place where it fired most first. */
export function barsOf({
  periods,
  since,
  until,
}: Pick<Past, 'periods' | 'since' | 'until'>): PlaceBars[] {
  const shareOf = sharing(since, until)
  const places = new Map<string, { labels: PlaceBars['labels']; bars: Bar[]; fired: number }>()
  const bar = (kind: Bar['kind'], from: string, to: string | null): Bar => {
    const left = Math.min(shareOf(from), 100 - LEAST_WIDTH)
    const width = Math.max(LEAST_WIDTH, rounded(shareOf(to ?? until) - left))
    return { kind, left, width, from, to }
  }
  for (const { labels, pending_at: pending, fired_at: fired, resolved_at: resolved } of periods) {
    const key = JSON.stringify(labels)
    const place = places.get(key) ?? { labels, bars: [], fired: 0 }
    places.set(key, place)
    if (fired === null || fired !== pending)
      place.bars.push(bar('pending', pending, fired ?? resolved))
    if (fired === null) continue
    place.bars.push(bar('firing', fired, resolved))
    place.fired += 1
  }
  return [...places.values()].sort((one, other) => other.fired - one.fired)
}

/** How much of the time from the left is before anything was stored, of 100. */
export function unknownShare({
  since,
  until,
  stored_since: stored,
}: Pick<Past, 'since' | 'until' | 'stored_since'>): number {
  return stored === null ? 100 : sharing(since, until)(stored)
}

/** To what can be seen. */
function rounded(share: number): number {
  return Math.round(share * 100) / 100
}

function sharing(since: string, until: string): (at: string) => number {
  const [begin, end] = [new Date(since).getTime(), new Date(until).getTime()]
  return (at) =>
    end <= begin
      ? 0
      : Math.min(100, Math.max(0, ((new Date(at).getTime() - begin) / (end - begin)) * 100))
}
