import { Type } from 'typebox'
import { valueOf, type Snapshot } from '../../snapshot.ts'
import type { AlertingKind } from '../../tape-alerts/tape-alert.ts'
import { integer, nullable, oneOf, text, time } from '../schemas.ts'

/** Flags of a drive or library that are not over, as its object shows them; null while they are not known. */
export const tapeAlertsSchema = nullable(
  Type.Array(
    Type.Object({
      flag: integer,
      name: text,
      severity: oneOf(['info', 'warning', 'critical']),
      /** What it means, in the words of the standard. */
      meaning: text,
      /** What to do. */
      action: text,
      first_seen: time,
      last_seen: time,
      volume_tag: nullable(text),
    }),
  ),
)

/** The flags of one drive or library that are not over. */
export function tapeAlertsOf(kind: AlertingKind, id: string, { readings }: Snapshot) {
  const state = valueOf(readings.tape_alerts)
  if (state === null) return null
  return state.active
    .filter((alert) => alert.kind === kind && alert.id === id)
    .map(({ flag, name, severity, meaning, action, firstSeen, lastSeen, volumeTag }) => {
      return { flag, name, severity, meaning, action, firstSeen, lastSeen, volumeTag }
    })
}
