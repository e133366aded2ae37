import { dateTime } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import {
  entryKey,
  isBefore,
  lanes,
  shareBefore,
  spotsOf,
  type Drawn,
  type Entry,
} from './timeline.ts'

const texts = words.incidents.timeline

/** A begin so near to the end leaves no room beside it. */
const LATE = 0.75

interface StripProps {
  entries: readonly Entry[]
  drawn: Drawn
  /** What stands at its end. */
  end: string
  /** A spot was chosen; given what tells its entry. */
  onChoose: (is: (entry: Entry) => boolean) => void
}

/**
 * All entries by time, a lane for each kind. Left of the line is what came before the incident. The list below has
 * the same for who does not see it.
 */
export function Strip({ entries, drawn, end, onChoose }: StripProps) {
  const spots = spotsOf(entries, drawn)
  const share = shareBefore(drawn)
  const middle = `${share * 100}%`
  const isLate = share > LATE
  const before = entries.filter((entry) => isBefore(entry, drawn.began)).length
  return (
    <figure class="strip" aria-label={texts.drawn(entries.length, before)}>
      <div aria-hidden="true" class="strip-lanes">
        {lanes.map((lane) => (
          <div key={lane} class="strip-lane">
            <span>{texts.lanes[lane]}</span>
            <div class="strip-track">
              <i class="strip-before" style={{ width: middle }} />
              {spots
                .filter((spot) => spot.lane === lane)
                .map(({ place, count, grade, id, title }) => (
                  <i
                    key={place}
                    class={`spot ${lane} ${grade}`}
                    style={{ left: `${place * 100}%`, scale: `${sizeOf(count)}` }}
                    title={count === 1 ? title : `${title} (${texts.times(count)})`}
                    onClick={() => {
                      onChoose((entry) => entryKey(entry) === id)
                    }}
                  />
                ))}
              <i class="strip-began" style={{ left: middle }} />
            </div>
          </div>
        ))}
        <div class="strip-lane strip-times">
          <span />
          <div class="strip-track">
            <span class="strip-from">{dateTime(drawn.since)}</span>
            <span class={isLate ? 'strip-middle late' : 'strip-middle'} style={{ left: middle }}>
              {texts.began}
            </span>
            {!isLate && <span class="strip-to">{end}</span>}
          </div>
        </div>
      </div>
    </figure>
  )
}

/** Many are larger, and never so large that they hide each other. */
function sizeOf(count: number): number {
  return Math.min(1.8, 1 + Math.log10(count) * 0.4)
}
