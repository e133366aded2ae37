import { linkTo } from '../../shell/router.ts'
import { duration } from '../../words/format.ts'
import { Badge, Time } from '../../ui/value.tsx'
import { words } from '../../words/index.ts'
import { gradeOf, isBefore, laneOf, lanes, pageOfLink, type Run } from './timeline.ts'
import type { TimelineEntry } from './timeline-panel.tsx'

const texts = words.incidents.timeline

interface ListProps {
  runs: readonly Run<TimelineEntry>[]
  began: Date
  /** Whether these are all: what comes after the last is known then. */
  whole: boolean
}

/** What happened, one below the other, the oldest first; a line stands where the incident began. */
export function TimelineList({ runs, began, whole }: ListProps) {
  const found = runs.findIndex(({ first }) => !isBefore(first, began))
  const line = found === -1 && whole ? runs.length : found
  const item = (run: Run<TimelineEntry>, index: number) => (
    <Item
      key={`${run.first.kind} ${run.first.id} ${index}`}
      run={run}
      index={index}
      began={began}
    />
  )
  if (runs.length === 0) return null
  return (
    <ol class="timeline">
      {runs.slice(0, line === -1 ? runs.length : line).map(item)}
      {line !== -1 && (
        <li class="timeline-began">
          <strong>{texts.began}</strong> <Time at={began.toISOString()} exact />
        </li>
      )}
      {line !== -1 && runs.slice(line).map((run, index) => item(run, line + index))}
    </ol>
  )
}

function Item({ run, index, began }: { run: Run<TimelineEntry>; index: number; began: Date }) {
  const { first, last, count } = run
  const lane = laneOf(first)
  const grade = gradeOf(first.level)
  const page = pageOfLink(first.link)
  return (
    <li class={`grade-${grade}`} data-run={index} tabIndex={-1}>
      <span class="timeline-at">
        <strong>{offsetText(first.at, began)}</strong>
        <Time at={first.at} exact />
      </span>
      <span class="timeline-lanes" aria-hidden="true">
        {lanes.map((one) => (
          <i key={one} class={one === lane ? `spot ${lane} ${grade}` : ''} />
        ))}
      </span>
      <div class="timeline-said">
        <small class={`lane-name ${lane}`}>{texts.lanes[lane]}</small> {first.title}
        {count > 1 && (
          <>
            {' '}
            <Badge tone="quiet">{texts.times(count)}</Badge>{' '}
            <small>
              {texts.until} {offsetText(last.at, began)}
            </small>
          </>
        )}
        {page !== null && (
          <>
            {' '}
            <a href={linkTo(page.page, [page.id])}>{texts.link}</a>
          </>
        )}
        {Object.keys(first.details).length > 0 && (
          <details>
            <summary>{texts.details}</summary>
            <pre class="data">{JSON.stringify(first.details, null, 2)}</pre>
          </details>
        )}
      </div>
    </li>
  )
}

function offsetText(at: string, began: Date): string {
  const seconds = Math.round((new Date(at).getTime() - began.getTime()) / 1000)
  if (seconds === 0) return texts.at
  const span = duration(Math.abs(seconds)) ?? ''
  return seconds < 0 ? texts.before(span) : texts.after(span)
}
