import type { NewEvent } from '../events/event.ts'
import { hexText } from './excerpt.ts'
import { flagOf } from './flag.ts'
import type { DeviceMemory, KeptFlag } from './memory.ts'
import type { PageReading } from './readings.ts'
import type { AlertingPlace } from './tape-alert.ts'

const SOURCE = 'tape-alerts'

/** What goes out of a flag that was read. `before`: as it was known already; null when it is new. */
export function flagEvent(
  { kind, id, flag, volumeTag, lastReadAt, count, excerpt }: KeptFlag,
  place: AlertingPlace,
  before: KeptFlag | null,
): NewEvent {
  const { name, severity, meaning, action } = flagOf(kind, flag)
  const loaded = volumeTag === null ? '' : ` with ${volumeTag} loaded`
  const again = before === null ? '' : ', again'
  return {
    type: streamOf(place),
    source: SOURCE,
    level: severity,
    message: `TapeAlert ${flag} "${name}"${again}: ${place.text}${loaded}: ${meaning}`,
    data: {
      event: 'tape_alert',
      ...deviceData(kind, id, place),
      flag,
      name,
      severity,
      message: meaning,
      action,
      volume_tag: volumeTag,
      count,
      page_excerpt: excerpt,
      read_at: lastReadAt.toISOString(),
    },
    at: lastReadAt,
  }
}

/** What goes out when flags may have been cleared that nobody has seen. */
export function lostEvent(device: DeviceMemory, reason: string, at: Date): NewEvent {
  const { kind, id, place } = device
  return {
    type: streamOf(place),
    source: SOURCE,
    level: 'warning',
    message:
      `TapeAlert flags of ${place.text} may be lost: ${reason}. ` +
      'What the device cleared by reading cannot be read again.',
    data: { event: 'tape_alert_lost', ...deviceData(kind, id, place), error: reason },
    at,
  }
}

/** What goes out of a page that was read, and so cleared, but does not say what it should. */
export function undecodedEvent({ device, page, readAt }: PageReading, reason: string): NewEvent {
  const { kind, id, place } = device
  return {
    type: streamOf(place),
    source: SOURCE,
    level: 'warning',
    message: `The TapeAlert page of ${place.text} cannot be decoded: ${reason}`,
    data: {
      event: 'tape_alert_undecoded',
      ...deviceData(kind, id, place),
      error: reason,
      page: hexText(page),
    },
    at: readAt,
  }
}

function deviceData(kind: string, id: string, { node, element }: AlertingPlace) {
  return {
    kind,
    id,
    device: node,
    library: kind === 'library' ? id : (element?.library ?? null),
    element: element?.number ?? null,
  }
}

function streamOf({ virtual }: AlertingPlace): NewEvent['type'] {
  return virtual ? 'vtl' : 'tape'
}
