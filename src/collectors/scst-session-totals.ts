import type { ScstSession, ScstSessions, SessionCounters, SessionTotals } from './scst-sessions.ts'

/** Initiators without a session that are remembered; names can be made up by whoever reaches the portal. */
const MOST_GONE = 1000

/** The totals of a first reading: what the sessions have counted so far. */
export function firstTotals(sessions: readonly ScstSession[]): SessionTotals[] {
  return added([], sessions, ({ counters }) => counters)
}

/**
 * The reading with the totals of the one before it carried on: every session adds what it counted since.
 * Counters of SCST belong to the session, so they begin at zero with each login.
 */
export function accumulateTotals(
  previous: ScstSessions,
  current: ScstSessions,
  at: Date,
): ScstSessions {
  const before = new Map(previous.sessions.map((session) => [session.id, session]))
  const known = previous.totals.map((totals) => ({
    ...totals,
    connected: 0,
    goneSince: totals.goneSince ?? at,
  }))
  const totals = added(known, current.sessions, (session) => since(before.get(session.id), session))
  return { sessions: current.sessions, totals: withoutLongGone(totals) }
}

/** What a session has counted since it was last read. */
function since(before: ScstSession | undefined, now: ScstSession): SessionCounters {
  if (before?.initiator !== now.initiator || before.login !== now.login) return now.counters
  const fell = (name: Counter) => now.counters[name] < before.counters[name]
  // Without the word of a SID any counter that fell tells of a new login; with it, of one that was set to zero.
  if (now.login === null && COUNTERS.some(fell)) return now.counters
  return combine((name) => now.counters[name] - (fell(name) ? 0 : before.counters[name]))
}

function added(
  known: readonly SessionTotals[],
  sessions: readonly ScstSession[],
  countersOf: (session: ScstSession) => SessionCounters,
): SessionTotals[] {
  const byKey = new Map(known.map((totals) => [keyOf(totals), totals]))
  for (const session of sessions) {
    const { driver, target, initiator } = session
    const totals = byKey.get(keyOf(session))
    const more = countersOf(session)
    byKey.set(keyOf(session), {
      driver,
      target,
      initiator,
      connected: (totals?.connected ?? 0) + 1,
      goneSince: null,
      counters: totals ? combine((name) => totals.counters[name] + more[name]) : more,
    })
  }
  const keys = [...byKey.keys()].sort()
  return keys.flatMap((key) => byKey.get(key) ?? [])
}

function withoutLongGone(totals: SessionTotals[]): SessionTotals[] {
  const gone = totals.flatMap(({ goneSince }) => goneSince?.getTime() ?? []).sort((a, b) => b - a)
  const oldest = gone[MOST_GONE - 1]
  if (oldest === undefined) return totals
  let places = MOST_GONE
  return totals.filter(({ goneSince }) => {
    if (goneSince === null) return true
    return goneSince.getTime() >= oldest && places-- > 0
  })
}

type Counter = keyof SessionCounters

const COUNTERS: readonly Counter[] = [
  'readCommands',
  'readBytes',
  'writeCommands',
  'writtenBytes',
  'bidiCommands',
  'bidiBytes',
  'noneCommands',
  'unknownCommands',
]

function combine(value: (name: Counter) => number): SessionCounters {
  return Object.fromEntries(COUNTERS.map((name) => [name, value(name)])) as Record<Counter, number>
}

function keyOf({
  driver,
  target,
  initiator,
}: Omit<SessionTotals, 'counters'> | ScstSession): string {
  return `${driver}\0${target}\0${initiator}`
}
