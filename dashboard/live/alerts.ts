import { computed, signal } from '@preact/signals'
import { ask } from '../wire/request.ts'
import type { Alert, Severity } from '../wire/types.ts'
import { inScope } from '../wire/scope.ts'
import { onFrames, onMissed } from './stream.ts'

/** The gravest first. */
export const severities: readonly Severity[] = ['critical', 'warning', 'info']

const firing = signal<ReadonlyMap<string, Alert> | null>(null)

/** What is wrong now wherever it is, the gravest and newest first; null before that is known. */
const everywhere = computed(() =>
  firing.value === null ? null : [...firing.value.values()].sort(graver),
)

/** What is wrong now with what is chosen, the gravest and newest first; null before that is known. */
export const firingAlerts = computed(
  () => everywhere.value?.filter(({ appliance }) => inScope(appliance)) ?? null,
)

/** How many of them there are, acknowledged or not; null before that is known. */
export const firingCounts = computed(() => countsOf(firingAlerts.value))

/** How many there are wherever they are. */
export const allFiringCounts = computed(() => countsOf(everywhere.value))

function countsOf(alerts: readonly Alert[] | null) {
  if (alerts === null) return null
  const counts = { critical: 0, warning: 0, info: 0 }
  for (const { severity } of alerts) counts[severity] += 1
  return counts
}

/** What was heard while it is asked what fires: the answer may be from before it. Null while nothing is asked. */
let meanwhile: Alert[] | null = null

/** Asks what is firing and follows the stream from there. */
export function followAlerts(): () => void {
  void load()
  const forget = [
    onFrames(['alert'], (frames) => {
      noteAlerts(
        frames.map(({ data, appliance = null }) => ({ ...(data as unknown as Alert), appliance })),
      )
    }),
    onFrames(['metrics'], () => {
      if (firing.peek() === null) void load()
    }),
    onMissed(() => void load()),
  ]
  return () => {
    for (const one of forget) one()
    firing.value = null
  }
}

/** Puts in what has become of alerts. While it is not known what else fires, that is asked for again. */
export function noteAlerts(alerts: readonly Alert[]): void {
  meanwhile?.push(...alerts)
  const before = firing.peek()
  if (before === null) {
    void load()
    return
  }
  firing.value = withAlerts(before, alerts)
}

const PAGE = 1000

async function load(): Promise<void> {
  if (meanwhile !== null) return
  const heard: Alert[] = []
  meanwhile = heard
  try {
    firing.value = withAlerts(await askFiring(), heard)
  } catch {
    // Nothing is not an answer: what was known stays, and what was not is asked for with the next numbers.
  } finally {
    meanwhile = null
  }
}

async function askFiring(): Promise<ReadonlyMap<string, Alert>> {
  const found = new Map<string, Alert>()
  let cursor: string | undefined
  do {
    const query = {
      state: 'firing' as const,
      appliance: '',
      limit: PAGE,
      ...(cursor && { cursor }),
    }
    const answer = await ask('GET /monitoring/alerts', { query })
    for (const alert of answer.alerts) found.set(keyOf(alert), alert)
    cursor = answer.next_cursor ?? undefined
  } while (cursor !== undefined)
  return found
}

function withAlerts(
  before: ReadonlyMap<string, Alert>,
  alerts: readonly Alert[],
): ReadonlyMap<string, Alert> {
  const next = new Map(before)
  for (const alert of alerts) {
    if (alert.state === 'firing') next.set(keyOf(alert), alert)
    else next.delete(keyOf(alert))
  }
  return next
}

/** Machines that are copies of one may have the same ids. */
function keyOf({ appliance, id }: Alert): string {
  return `${appliance ?? ''}/${id}`
}

/** Orders the gravest first, among equals the newest. */
export function graver(one: Alert, other: Alert): number {
  const rank = severities.indexOf(one.severity) - severities.indexOf(other.severity)
  return rank === 0 ? other.started_at.localeCompare(one.started_at) : rank
}
