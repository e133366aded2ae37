import { now } from '../live/clock.ts'
import { linkTo } from '../shell/router.ts'
import type { Load } from '../wire/types.ts'
import { dateTime } from '../words/format.ts'
import { words } from '../words/index.ts'
import { timelineOf, wentBadly } from './timeline.ts'

/** In which drive a cartridge was when, as bars; those with errors stand out. The table below tells it in numbers. */
export function LoadTimeline({ loads }: { loads: readonly Load[] }) {
  const timeline = timelineOf(loads, now.value)
  if (timeline === null || loads.length < 2) return null
  const { from, to, rows } = timeline
  return (
    <figure class="load-timeline" aria-label={words.tape.loads.timeline}>
      {rows.map(({ drive, bars }) => (
        <div key={drive} class="timeline-row">
          <a href={linkTo('drives', [drive])}>{drive}</a>
          <div class="timeline-track" aria-hidden="true">
            {bars.map(({ load, start, length }) => (
              <span
                key={load.loaded_at}
                class={wentBadly(load) ? 'bar bad' : 'bar'}
                title={dateTime(new Date(load.loaded_at))}
                style={{ left: `${start * 100}%`, width: `${length * 100}%` }}
              />
            ))}
          </div>
        </div>
      ))}
      <figcaption>
        <time dateTime={from.toISOString()}>{dateTime(from)}</time>
        <time dateTime={to.toISOString()}>{dateTime(to)}</time>
      </figcaption>
    </figure>
  )
}
