import { Badge, Value, type Tone } from '../ui/value.tsx'
import type { Drive } from '../wire/types.ts'
import { words } from '../words/index.ts'

const texts = words.tape

/** What a drive does, in words; null where it does not tell. */
export function activityOf({ status, reachable }: Pick<Drive, 'status' | 'reachable'>) {
  if (reachable === false) return texts.unreachable
  if (status === null) return null
  return texts.activity[status.activity] ?? status.activity
}

/** What a drive does, as a word in the colour of how it is. */
export function Activity({ drive }: { drive: Drive }) {
  const text = activityOf(drive)
  if (text === null) return <Value of={null} why={drive.error} />
  return <Badge tone={toneOf(drive)}>{text}</Badge>
}

function toneOf({ reachable, status, active }: Drive): Tone {
  if (reachable === false) return 'critical'
  if (status?.activity === 'no-activity') return active === true ? 'good' : 'quiet'
  return 'info'
}

/** What of a drive somebody has to look at. */
export function remarksOf(drive: Drive): readonly (readonly [Tone, string])[] {
  const { status, health, errors_follow: follow } = drive
  const remarks = words.drives.remarks
  const all: [boolean, Tone, string][] = [
    [status?.cleaning_required === true, 'critical', texts.cleaningRequired],
    [status?.cleaning_requested === true, 'warning', texts.cleaningRequested],
    [status?.recovery_requested === true, 'critical', remarks.recovery],
    [follow === 'drive', 'critical', remarks.follow],
    [health?.exception?.failure_predicted === true, 'critical', remarks.predicted],
    [health?.temperature.exceeded === true, 'warning', remarks.warm],
    [status?.tape_alert_changed === true, 'info', remarks.alertChanged],
    // The bit is about a cartridge: of an empty drive it tells nothing.
    [status?.write_protected === true && status.medium_present, 'quiet', texts.writeProtected],
  ]
  return all.flatMap(([is, tone, text]) => (is ? [[tone, text] as const] : []))
}

/** These as words. */
export function Remarks({ drive }: { drive: Drive }) {
  const remarks = remarksOf(drive)
  if (remarks.length === 0) return null
  return (
    <span class="badges">
      {remarks.map(([tone, text]) => (
        <Badge key={text} tone={tone}>
          {text}
        </Badge>
      ))}
    </span>
  )
}
