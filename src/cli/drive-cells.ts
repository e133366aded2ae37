import type { Answer } from './answer.ts'
import type { Span } from './terminal.ts'
import { counted, UNKNOWN } from './words.ts'

/** What was not recovered in the last day. */
export function errorsOf(drive: Answer): Span {
  const health = drive.object('health')
  if (health?.text('taken_at') == null) return UNKNOWN
  const recent = health.objects('recent_errors')
  const sum = (name: string) => recent.reduce((all, one) => all + (one.number(name) ?? 0), 0)
  const [writes, reads] = [sum('write_errors'), sum('read_errors')]
  const text = [
    ...(writes > 0 ? [`${writes} write`] : []),
    ...(reads > 0 ? [`${reads} read`] : []),
  ].join(', ')
  return text === '' ? 'none' : { text, style: 'bad' }
}

/** Hours that the medium moved since the last cleaning, where the drive counts them. */
export function sinceCleaning(drive: Answer): string {
  const hours = drive.object('health')?.object('lifetime')?.number('motion_hours_since_cleaning')
  return hours === undefined || hours === null ? UNKNOWN : counted(hours, 'hour')
}

/** What somebody has to look at. */
export function remarksOf(drive: Answer): Span {
  const status = drive.object('status')
  const error = drive.text('error')
  const recovery = drive.texts('recovery')
  const asked = recovery.length === 0 ? '' : ` (${recovery.join(', else ')})`
  const bad = [
    ...(drive.flag('reachable') === false ? ['not reachable'] : []),
    ...(status?.flag('recovery_requested') ? [`recovery requested${asked}`] : []),
  ]
  const other = [
    ...(error === null ? [] : [error]),
    ...(status?.flag('cleaning_required') ? ['cleaning required'] : []),
    ...(status?.flag('cleaning_requested') ? ['cleaning requested'] : []),
    ...(status?.flag('tape_alert_changed') ? ['new tape alert'] : []),
    ...(status?.flag('write_protected') ? ['write-protected'] : []),
  ]
  const text = [...bad, ...other].join(', ')
  if (text === '') return text
  return { text, style: bad.length > 0 ? 'bad' : 'warning' }
}
