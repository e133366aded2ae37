import { duration } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { cronInWords } from '../../words/cron.ts'
import type { Silence } from './silence.ts'

/** A schedule in words; the expression itself where the pointer rests. */
export function Scheduled({ schedule }: { schedule: NonNullable<Silence['schedule']> }) {
  const { cron, duration_seconds: seconds, time_zone: zone } = schedule
  const said = cronInWords(cron)
  return (
    <span title={cron}>
      {said ?? words.silences.cron.unread}
      {said === null && (
        <>
          {' '}
          <code>{cron}</code>
        </>
      )}{' '}
      ({duration(seconds)}, {zone})
    </span>
  )
}
