/** The spans of time that can be chosen, in seconds. */
export const spans = { hour: 3600, hours6: 21_600, day: 86_400, week: 604_800 } as const

/** What the address asks for, as the call takes it. */
export interface AskedEvents {
  event_type?: string
  level?: string
  source?: string
  q?: string
  tags?: string
  start_time?: string
  end_time?: string
}

const NAMES = ['event_type', 'level', 'source', 'q', 'tags', 'start_time', 'end_time'] as const

/** The filter in an address; a span is counted from now. What is empty is not asked. */
export function askedEvents(query: Readonly<Record<string, string>>, now: Date): AskedEvents {
  const asked: AskedEvents = {}
  for (const name of NAMES) {
    const value = query[name]?.trim()
    if (value !== undefined && value !== '') asked[name] = value
  }
  const seconds = Object.entries(spans).find(([name]) => name === query.span)?.[1]
  if (seconds === undefined) return asked
  delete asked.end_time
  return { ...asked, start_time: new Date(now.getTime() - seconds * 1000).toISOString() }
}

/** Whether something may still be added to what is asked for. */
export function isLive({ end_time: end }: AskedEvents, now: Date): boolean {
  return end === undefined || new Date(end) > now
}

/** Where an event tells of something that has a page: which, and its id. */
export function subjectOf(event: {
  type: string | null
  source: string
  payload: Readonly<Record<string, unknown>>
}): { page: 'alerts' | 'tasks' | 'incidents'; id: string } | null {
  const { type, source, payload } = event
  if (typeof payload.id !== 'string') return null
  if (type === 'alert') return { page: 'alerts', id: payload.id }
  if (type === 'task') return { page: 'tasks', id: payload.id }
  return type === 'system' && source === 'incidents' ? { page: 'incidents', id: payload.id } : null
}
