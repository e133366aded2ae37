import { useEffect, useRef } from 'preact/hooks'
import { linkTo, place } from '../../shell/router.ts'
import { withAppliance } from '../../ui/appliance.tsx'
import { PageHead } from '../../ui/panel.tsx'
import { Blank, Shown } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Time } from '../../ui/value.tsx'
import type { Answer } from '../../wire/request.ts'
import { count } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { EventFilters } from './filters.tsx'
import { useEvents, type Followed, type StoredEvent } from './followed.ts'
import { LevelBadge } from './level.tsx'

const texts = words.events
/** So near to the top one looks at what is new. */
const NEAR_PX = 120

const columns: readonly Column<StoredEvent>[] = [
  {
    id: 'message',
    title: texts.columns.message,
    cell: ({ message }) => <span class="event-message">{message}</span>,
  },
  { id: 'at', title: texts.columns.at, cell: ({ timestamp }) => <Time at={timestamp} exact /> },
  { id: 'level', title: texts.columns.level, cell: ({ level }) => <LevelBadge level={level} /> },
  {
    id: 'source',
    title: texts.columns.source,
    cell: ({ source, tags }) => <Source source={source} tags={tags} />,
    wide: true,
  },
]

function Source({ source, tags }: Pick<StoredEvent, 'source' | 'tags'>) {
  return (
    <span class="event-source">
      {source}
      {Object.entries(tags).map(([name, value]) => (
        <code key={name}>
          {name}={value}
        </code>
      ))}
    </span>
  )
}

/** Stored events by what is asked in the address, the newest first, and those that come. */
export function EventList() {
  const frame = useRef<HTMLDivElement>(null)
  const isAtTop = () =>
    window.scrollY < NEAR_PX &&
    (frame.current?.querySelector('.table-frame')?.scrollTop ?? 0) < NEAR_PX
  const followed = useEvents(place.value.query, isAtTop)
  useEffect(() => {
    const release = () => {
      if (isAtTop()) followed.release()
    }
    window.addEventListener('scroll', release, { passive: true })
    return () => {
      window.removeEventListener('scroll', release)
    }
  }, [followed.release])
  return (
    <>
      <PageHead title={words.navigation.events} />
      <EventFilters />
      <div
        ref={frame}
        class="event-list stacked"
        onScrollCapture={() => {
          if (isAtTop()) followed.release()
        }}
      >
        <Shown of={followed.head}>
          {(answer) => <Listing followed={followed} answer={answer} frame={frame.current} />}
        </Shown>
      </div>
    </>
  )
}

interface ListingProps {
  followed: Followed
  answer: Answer<'GET /monitoring/events'>
  frame: HTMLElement | null
}

function Listing({ followed, answer, frame }: ListingProps) {
  const tail = followed.tail.value
  if (tail === null) return null
  const { shown, waiting, broken, older } = tail
  const filtered = Object.keys(place.value.query).length > 0
  const toTop = () => {
    followed.release()
    frame?.querySelector('.table-frame')?.scrollTo({ top: 0 })
    window.scrollTo({ top: 0 })
  }
  const total = Math.max(answer.total, shown.length)
  return (
    <>
      <div class="list-bar">
        <span class="quiet">
          {texts.total(count(shown.length) ?? '', count(total) ?? '', answer.more_than_total)}{' '}
          {followed.live ? texts.live : texts.ended}
        </span>
      </div>
      {waiting.length > 0 && (
        <button type="button" class="primary fresh" onClick={toTop}>
          {broken ? texts.many : texts.fresh(waiting.length)}
        </button>
      )}
      <Table
        label={words.navigation.events}
        columns={withAppliance(columns)}
        rows={shown}
        idOf={({ id }) => id}
        linkOf={({ id }) => linkTo('events', [id])}
        classOf={({ level }) => `event-${level}`}
        empty={
          filtered ? (
            <Blank icon="search" title={texts.noneMatches} text={texts.noneMatchesText} />
          ) : (
            <Blank icon="empty" title={texts.none} text={texts.noneText} />
          )
        }
      />
      {older !== null && (
        <button
          type="button"
          class="more"
          disabled={followed.reading.value}
          onClick={followed.more}
        >
          {words.common.table.more}
        </button>
      )}
    </>
  )
}
