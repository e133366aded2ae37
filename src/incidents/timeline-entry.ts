import type { TimelineRow } from './timeline-rows.ts'

/** What an entry of a timeline tells of. */
export const timelineKinds = [
  ...(['event', 'movement', 'configuration', 'task', 'audit'] as const),
  ...(['alert', 'incident', 'note', 'notification'] as const),
]
/** What an entry of a timeline tells of. */
export type TimelineKind = (typeof timelineKinds)[number]

/** Something that happened before or during an incident. */
export interface TimelineEntry {
  at: Date
  kind: TimelineKind
  /** A sentence for people; may hold whatever devices and users have said. */
  title: string
  /** Who says so, e.g. `collectors/changers`, `tasks`, `audit`. */
  source: string
  /** Of what it tells: an event, an alert, a task, an entry of the audit trail … */
  id: string
  /** Where more of it is to be had; null where nothing is. */
  link: string | null
  /** The user; null where nobody did it. */
  actor: string | null
  level: string
  details: Readonly<Record<string, unknown>>
}

/** The entry that a row makes. Pure. */
export function entryOf({ kind, time, facts }: TimelineRow): TimelineEntry {
  const make = makers[kind]
  return { at: time, ...make(facts) }
}

type Facts = Readonly<Record<string, unknown>>
type Made = Omit<TimelineEntry, 'at'>

const API = '/api/v1'
/** Events of the daemon that tell of what moved: cartridges, and media in drives. */
const MOVEMENTS = /^(?:cartridge_|drive_(?:un)?loaded$)/
/** Those that tell that something is set up otherwise than it was. */
const CONFIGURATION =
  /config|drift|^consistency|^reconcil|^(?:target|device|lun|group|initiator)_(?:added|gone|removed|mapped|unmapped|enabled|disabled|changed)$/

const makers: Readonly<Record<TimelineRow['kind'], (facts: Facts) => Made>> = {
  event(facts) {
    const payload = objectOf(facts.payload)
    const name = typeof payload.event === 'string' ? payload.event : ''
    const isOwn = facts.stream !== null
    const kind = !isOwn
      ? 'event'
      : MOVEMENTS.test(name)
        ? 'movement'
        : CONFIGURATION.test(name)
          ? 'configuration'
          : 'event'
    return {
      ...{ kind, title: text(facts.message), source: text(facts.source), id: text(facts.id) },
      ...{ link: null, actor: null, level: text(facts.level) },
      details: {
        ...{ event_type: facts.event_type, stream: facts.stream },
        // Null is what was too large to be told here.
        ...{ tags: facts.tags, payload: facts.payload },
      },
    }
  },

  load: (facts) => cartridge(facts, 'was loaded into'),
  unload: (facts) => cartridge(facts, 'was unloaded from'),

  task_begin(facts) {
    const { id, ...details } = facts
    const title = `The task ${text(facts.kind)} began.`
    return { ...task(id), title, actor: maybe(facts.created_by), level: 'info', details }
  },

  task_end(facts) {
    const { id, ...details } = facts
    const why = facts.error === null ? '' : `: ${text(facts.error)}`
    const state = text(facts.state)
    const title = `The task ${text(facts.kind)} ${ENDS[state] ?? `is ${state}`}${why}.`
    const level = state === 'failed' ? 'error' : 'info'
    return { ...task(id), title, actor: maybe(facts.created_by), level, details }
  },

  audit(facts) {
    const { id, actor, ...others } = facts
    const of = facts.subject === null ? '' : ` of ${text(facts.subject)}`
    // What the reader may not see is not there, rather than null: that would be "it is not known".
    const details = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== null))
    return {
      ...{ kind: 'audit', title: `${text(actor)}: ${text(facts.action)}${of}`, source: 'audit' },
      ...{ id: text(id), link: null, actor: text(actor), level: 'info', details },
    }
  },

  alert(facts) {
    const { id, message, title, severity, ...details } = facts
    const state = text(facts.to)
    return {
      ...{ kind: 'alert', title: `${text(title)}, ${stepText(facts)}: ${text(message)}` },
      ...{ source: 'alerts', id: text(id), link: `${API}/monitoring/alerts/${text(id)}` },
      actor: maybe(facts.actor),
      level: state === 'firing' ? text(severity) : 'info',
      details: { severity, ...details },
    }
  },

  entry(facts) {
    const isNote = facts.kind === 'note'
    const actor = maybe(facts.actor)
    const who = actor === null ? '' : `${actor}: `
    return {
      ...{ kind: isNote ? 'note' : 'incident', title: `${who}${text(facts.text)}` },
      ...{ source: 'incidents', id: text(facts.id), link: null, actor, level: 'info' },
      details: { entry: facts.kind, ...objectOf(facts.details) },
    }
  },

  notification(facts) {
    const { id, ...details } = facts
    const alerts = facts.alerts === 1 ? 'an alert' : `${text(facts.alerts)} alerts`
    const channel = text(facts.channel)
    const title = facts.given_up
      ? `${channel} could not be told of ${alerts}, and that was given up.`
      : `${channel} was told of ${alerts}.`
    return {
      ...{ kind: 'notification', title, source: 'notify', id: text(id) },
      link: `${API}/monitoring/notifications/${text(id)}`,
      ...{ actor: null, level: facts.given_up ? 'warning' : 'info', details },
    }
  },
}

const ENDS: Readonly<Record<string, string>> = {
  completed: 'was completed',
  failed: 'failed',
  cancelled: 'was cancelled',
}

function task(id: unknown): Pick<Made, 'kind' | 'source' | 'id' | 'link'> {
  return { kind: 'task', source: 'tasks', id: text(id), link: `${API}/tasks/${text(id)}` }
}

function cartridge({ id, ...facts }: Facts, said: string): Made {
  const name = maybe(facts.volume_tag) ?? maybe(facts.serial) ?? 'without a barcode'
  return {
    ...{ kind: 'movement', title: `Cartridge ${name} ${said} the drive ${text(facts.drive)}.` },
    ...{ source: 'cartridges', id: text(id), link: null, actor: null, level: 'info' },
    details: facts,
  }
}

function stepText({ from, to, actor, comment }: Facts): string {
  // What was done about it changes nothing of its state.
  if (actor !== null && from === to) return text(comment)
  const by = actor === null ? '' : ` by ${text(actor)}`
  const why = comment === null || comment === '' ? '' : ` (${text(comment)})`
  return `${text(to)}${by}${why}`
}

function text(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'number' ? String(value) : ''
}

function maybe(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

function objectOf(value: unknown): Facts {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Facts)
    : {}
}
