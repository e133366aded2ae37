import { element, show, table, type Child } from './dom.ts'
import { bytes, percent, time, UNKNOWN } from './format.ts'

/** A drive as `GET /api/v1/hardware/drives` tells it. */
export interface Drive {
  id: string
  vendor: string
  product: string
  /** All its names in one line. */
  place: string
  reachable: boolean | null
  error: string | null
  volume_tag: string | null
  status: { activity: string; medium_present: boolean } | null
  health: Health | null
}

interface Health {
  taken_at: string | null
  recent_errors: readonly { write_errors: number; read_errors: number }[]
  lifetime: { motion_hours_since_cleaning: number | null }
  cartridge: {
    barcode: string | null
    remaining_bytes: number | null
    capacity_bytes: number | null
    life_remaining_percent: number | null
  } | null
}

/** Draws the drives with what they are called, what they do, and how they and their cartridges are. */
export function showDrives(drives: readonly Drive[], error: string | null): void {
  const none = element('p', { class: 'quiet' }, 'No tape drive on this machine.')
  show(
    'drives',
    error === null ? null : element('p', { class: 'notice' }, error),
    drives.length === 0
      ? error === null
        ? none
        : null
      : table(
          ['Drive', 'Doing', 'Cartridge', 'Left', 'Life', 'Errors, last day', 'Cleaned', 'Told'],
          drives.map(row),
        ),
  )
}

function row(drive: Drive): Child[] {
  const { vendor, product, place, health } = drive
  const cartridge = health?.cartridge ?? null
  const hours = health?.lifetime.motion_hours_since_cleaning ?? null
  return [
    element('span', {}, `${vendor} ${product}`, element('br'), place),
    activity(drive),
    cartridgeText(drive),
    cartridge === null
      ? ''
      : `${bytes(cartridge.remaining_bytes)} of ${bytes(cartridge.capacity_bytes)}`,
    cartridge === null ? '' : percent(cartridge.life_remaining_percent),
    errors(health),
    hours === null ? UNKNOWN : `${hours} h of motion ago`,
    time(health?.taken_at ?? null),
  ]
}

function activity({ reachable, error, status }: Drive): Child {
  if (reachable === false) {
    return element('span', { class: 'critical' }, `does not answer: ${error ?? ''}`)
  }
  return status === null ? UNKNOWN : status.activity
}

function cartridgeText({ volume_tag: tag, status, health }: Drive): string {
  if (tag !== null) return tag
  if (status === null) return UNKNOWN
  return status.medium_present ? (health?.cartridge?.barcode ?? 'no barcode') : 'empty'
}

/** What was not recovered. */
function errors(health: Health | null): Child {
  if (health?.taken_at == null) return UNKNOWN
  const sum = (name: 'write_errors' | 'read_errors') =>
    health.recent_errors.reduce((all, one) => all + one[name], 0)
  const [writes, reads] = [sum('write_errors'), sum('read_errors')]
  if (writes + reads === 0) return 'none'
  return element('span', { class: 'critical' }, `${writes} write, ${reads} read`)
}
