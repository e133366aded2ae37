import { BoundedPace } from '../events/bounded-pace.ts'
import type { NewEvent } from '../events/event.ts'

/** What a uevent says. */
export interface DeviceChange {
  /** add, remove, change, bind, unbind, offline … */
  action: string
  /** e.g. `scsi_tape`. */
  subsystem: string
  /** Path below /sys. */
  path: string
}

/** Devices named of each subsystem and action; of more the number is told. */
const NAMED = 8
/** Subsystems and actions that are told apart; a kernel has a handful, so what is beyond is nonsense. */
const GROUPS = 32

interface Group {
  action: string
  subsystem: string
  count: number
  names: string[]
}

/** In the order in which they matter; others come after. */
const WORDS: Readonly<Record<string, string>> = {
  add: 'added',
  remove: 'removed',
  change: 'changed',
}

/**
 * Gathers which devices came and went, and tells of it in one event a minute at most: of a storm of ten
 * thousand uevents the numbers are told, and the first names.
 */
export class DeviceChanges {
  readonly #pace = new BoundedPace()
  #groups = new Map<string, Group>()
  #count = 0
  #lost = false

  /** A uevent; null when some were lost. */
  note(change: DeviceChange | null, now: Date): void {
    this.#pace.gathered(now)
    if (change === null) {
      this.#lost = true
      return
    }
    this.#count += 1
    const { action, subsystem, path } = change
    const key = `${action} ${subsystem}`
    const group = this.#groups.get(key) ?? { action, subsystem, count: 0, names: [] }
    if (group.count === 0 && this.#groups.size >= GROUPS) return
    this.#groups.set(key, group)
    group.count += 1
    const name = path.slice(path.lastIndexOf('/') + 1)
    if (group.names.length < NAMED && !group.names.includes(name)) group.names.push(name)
  }

  /** The event that is due now, if one is. What only changed is for who looks for it. */
  take(now: Date): NewEvent[] {
    if (!this.#pace.isDue(now)) return []
    const groups = [...this.#groups.values()].sort((one, other) => rankOf(one) - rankOf(other))
    const told = groups.map(wordsOf)
    if (this.#lost) told.push('more than could be told')
    const message = `Devices: ${told.join('; ')}.`
    const data = {
      event: 'devices_changed',
      message,
      count: this.#count,
      lost: this.#lost,
      devices: groups.map(({ action, subsystem, count, names }) => {
        return { action, subsystem, count, names }
      }),
    }
    const isNews = this.#lost || groups.some(({ action }) => action !== 'change')
    this.#groups = new Map()
    this.#count = 0
    this.#lost = false
    return [
      {
        ...{ type: 'system', source: 'uevents', level: isNews ? 'info' : 'debug', message },
        ...{ data, at: now },
      },
    ]
  }
}

function rankOf({ action }: Group): number {
  const index = Object.keys(WORDS).indexOf(action)
  return index === -1 ? Object.keys(WORDS).length : index
}

/** `2 scsi_tape added (st0, st1)`. */
function wordsOf({ action, subsystem, count, names }: Group): string {
  const more = count > names.length ? ', …' : ''
  return `${count} ${subsystem} ${WORDS[action] ?? action} (${names.join(', ')}${more})`
}
