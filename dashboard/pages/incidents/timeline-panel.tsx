import { useState } from 'preact/hooks'
import { now } from '../../live/clock.ts'
import { useLoaded } from '../../live/resource.ts'
import { ask as change, place } from '../../shell/router.ts'
import { Panel } from '../../ui/panel.tsx'
import { Blank, Notice, Shown } from '../../ui/states.tsx'
import { ask, type Answer } from '../../wire/request.ts'
import { count, dateTime } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import type { IncidentDetail } from './badges.tsx'
import { Strip } from './strip.tsx'
import { laneOf, lanes, runsOf, type Lane } from './timeline.ts'
import { TimelineList } from './timeline-list.tsx'

const texts = words.incidents.timeline
type Told = Answer<'GET /monitoring/incidents/:id/timeline'>
/** An entry of the timeline. */
export type TimelineEntry = Told['entries'][number]

/** As many as a call answers at a time. */
const PAGE = 1000
/** Nobody reads more. */
const MOST = 3000
/** Drawn at first, and with each click more. */
const STEP = 200

/** What happened from an hour before an incident on, by lanes and in one list. */
export function Timeline({ incident: { id, started_at: began } }: { incident: IncidentDetail }) {
  const told = useLoaded(
    (signal) => wholeTimeline(id, signal),
    [id],
    ['alert', 'task', 'system', 'storage', 'scst', 'tape', 'vtl'],
  )
  return (
    <Panel title={texts.title} class="timeline-panel">
      <Shown of={told}>{(value) => <Drawn told={value} began={new Date(began)} />}</Shown>
    </Panel>
  )
}

async function wholeTimeline(id: string, signal: AbortSignal): Promise<Told> {
  const entries: TimelineEntry[] = []
  let told: Told
  let cursor: string | null = null
  do {
    const query = { limit: PAGE, ...(cursor !== null && { cursor }) }
    told = await ask('GET /monitoring/incidents/:id/timeline', { params: { id }, query }, signal)
    entries.push(...told.entries)
    cursor = told.next_cursor
  } while (cursor !== null && entries.length < MOST)
  return { ...told, entries }
}

function Drawn({ told, began }: { told: Told; began: Date }) {
  const [most, setMost] = useState(STEP)
  const hidden = new Set((place.value.query.without ?? '').split(',').filter(Boolean))
  const { entries, total, events_kept_since: kept } = told
  const shown = entries.filter((entry) => !hidden.has(laneOf(entry)))
  const runs = runsOf(shown, began)
  const drawn = { since: new Date(told.since), began, until: new Date(told.until) }
  const isLasting = now.value.getTime() - drawn.until.getTime() < 5 * 60_000
  if (entries.length === 0) return <Blank icon="empty" title={texts.none} />
  return (
    <>
      {kept !== null && new Date(kept) > drawn.since && (
        <Notice>{texts.gone(dateTime(new Date(kept)))}</Notice>
      )}
      {total > entries.length && (
        <Notice>{texts.part(count(entries.length) ?? '', count(total) ?? '')}</Notice>
      )}
      <LaneChoice hidden={hidden} entries={entries} />
      <Strip
        entries={shown}
        drawn={drawn}
        end={isLasting ? texts.now : texts.resolved}
        onChoose={(key) => {
          const at = runs.findIndex(({ first, last }) => key(first) || key(last))
          if (at >= most) setMost(at + STEP)
          requestAnimationFrame(() => {
            const row = document.querySelector(`[data-run="${at}"]`)
            row?.scrollIntoView({ block: 'center' })
            if (row instanceof HTMLElement) row.focus({ preventScroll: true })
          })
        }}
      />
      {runs.length === 0 && <p class="quiet">{texts.nothingShown}</p>}
      <TimelineList runs={runs.slice(0, most)} began={began} whole={runs.length <= most} />
      {runs.length > most && (
        <button
          type="button"
          onClick={() => {
            setMost(most + STEP)
          }}
        >
          {words.common.table.more}
        </button>
      )}
    </>
  )
}

interface LaneChoiceProps {
  hidden: ReadonlySet<string>
  entries: readonly TimelineEntry[]
}

/** Which lanes are shown; kept in the address. */
function LaneChoice({ hidden, entries }: LaneChoiceProps) {
  const toggle = (lane: Lane) => {
    const next = new Set(hidden)
    if (!next.delete(lane)) next.add(lane)
    change({ without: [...next].join(',') })
  }
  return (
    <div class="lane-choice" role="group" aria-label={texts.show}>
      {lanes.map((lane) => (
        <button
          key={lane}
          type="button"
          aria-pressed={!hidden.has(lane)}
          title={texts.laneHints[lane]}
          onClick={() => {
            toggle(lane)
          }}
        >
          {texts.lanes[lane]} {entries.filter((entry) => laneOf(entry) === lane).length}
        </button>
      ))}
    </div>
  )
}
