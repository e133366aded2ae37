import type { Answer } from './answer.ts'
import type { Span } from './terminal.ts'
import { duration } from './times.ts'
import { counted, UNKNOWN } from './words.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** What was not recovered in the last day; says so where the daemon has not watched for a day yet. */
export function errorsOf(drive: Answer, now: Date): Span {
  const health = drive.object('health')
  if (health?.text('taken_at') == null) return UNKNOWN
  const recent = health.objects('recent_errors')
  const sum = (name: string) => recent.reduce((all, one) => all + (one.number(name) ?? 0), 0)
  const [writes, reads] = [sum('write_errors'), sum('read_errors')]
  const text = [
    ...(writes > 0 ? [`${writes} write`] : []),
    ...(reads > 0 ? [`${reads} read`] : []),
  ].join(', ')
  if (text !== '') return { text, style: 'bad' }
  const since = health.time('watched_since')
  if (since === null) return 'none'
  const watchedMs = now.getTime() - since.getTime()
  return watchedMs < DAY_MS ? `none for ${duration(Math.max(0, watchedMs / 1000))}` : 'none'
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
    // The bit is about a cartridge: of an empty drive it tells nothing.
    ...(status?.flag('write_protected') && status.flag('medium_present') !== false
      ? ['write-protected']
      : []),
  ]
  const text = [...bad, ...other].join(', ')
  if (text === '') return text
  return { text, style: bad.length > 0 ? 'bad' : 'warning' }
}
