import type { Appliance, ToldNumbers } from '../../fleet/appliances.ts'
import type { Silence } from '../../fleet/shown.ts'

/**
 * The numbers of an appliance, as old as they are by now; of a silent one, or one that has not told them, they are
 * unknown. `like` tells which there are when it has not. Pure.
 */
export function shownNumbers(
  appliance: Appliance,
  told: ToldNumbers | null,
  { like, now, silence }: { like: object; now: Date; silence: Silence | null },
): object {
  const ageSeconds = told === null ? null : Math.max(0, (now.getTime() - told.at.getTime()) / 1000)
  const { collectors, timestamp, ...sections } = (told?.numbers ?? like) as Sections
  const isKnown = told !== null && silence === null
  const numbers = isKnown ? sections : Object.fromEntries(Object.entries(sections).map(blank))
  const asked = told === null ? [] : Object.entries(collectors ?? {}).filter(isCollector)
  return {
    ...numbers,
    timestamp: told === null ? now.toISOString() : (timestamp ?? told.at.toISOString()),
    collectors: Object.fromEntries(
      asked.map(([name, of]) => [name, older(of, ageSeconds, silence)]),
    ),
    appliance: appliance.name,
    taken_at: told?.at.toISOString() ?? null,
    age_seconds: ageSeconds,
    error:
      silence?.error ??
      (told === null ? `appliance ${appliance.name} has not told its numbers` : null),
  }
}

interface Collector {
  state?: unknown
  age_seconds?: unknown
  error?: unknown
}
type Sections = Record<string, unknown> & {
  collectors?: Record<string, unknown>
  timestamp?: unknown
}

/** Another version may say it otherwise. */
function isCollector(entry: [string, unknown]): entry is [string, Collector] {
  return typeof entry[1] === 'object' && entry[1] !== null
}

function blank([name, section]: [string, unknown]): [string, unknown] {
  if (typeof section !== 'object' || section === null) return [name, null]
  return [name, Object.fromEntries(Object.keys(section).map((key) => [key, null]))]
}

function older(of: Collector, bySeconds: number | null, silence: Silence | null): Collector {
  const { age_seconds: age } = of
  const aged = {
    ...of,
    age_seconds: typeof age === 'number' && bySeconds !== null ? age + bySeconds : null,
  }
  return silence === null ? aged : { ...aged, state: 'failed', error: silence.error }
}
