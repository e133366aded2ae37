import { useLoaded } from '../../live/resource.ts'
import { linkTo } from '../../shell/router.ts'
import { PageHead, Panel } from '../../ui/panel.tsx'
import { Blank, Shown } from '../../ui/states.tsx'
import { Facts, Time } from '../../ui/value.tsx'
import { ask, RequestError } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import { subjectOf } from './asked.ts'
import type { StoredEvent } from './followed.ts'
import { LevelBadge } from './level.tsx'

const texts = words.events.one
const AROUND_MS = 5 * 60_000

/** One event; null when it is not kept any more. */
export function EventPage({ id }: { id: string }) {
  const event = useLoaded(
    (signal) =>
      ask('GET /monitoring/events/:id', { params: { id } }, signal).catch((error: unknown) => {
        if (error instanceof RequestError && error.status === 404) return null
        throw error
      }),
    [id],
  )
  const up = { text: words.navigation.events, link: linkTo('events') }
  return (
    <Shown of={event}>
      {(found) =>
        found === null ? (
          <>
            <PageHead title={texts.title} up={up} />
            <Blank icon="empty" title={texts.gone} text={texts.goneText} />
          </>
        ) : (
          <>
            <PageHead title={texts.title} up={up} />
            <EventView event={found} />
          </>
        )
      }
    </Shown>
  )
}

const subjectTexts = { alerts: texts.alert, tasks: texts.task, incidents: texts.incident }

function EventView({ event }: { event: StoredEvent }) {
  const at = new Date(event.timestamp).getTime()
  const found = subjectOf(event)
  // Tasks and incidents of an appliance are there.
  const subject = event.appliance === null || found?.page === 'alerts' ? found : null
  const around = linkTo('events', [], {
    start_time: new Date(at - AROUND_MS).toISOString(),
    end_time: new Date(at + AROUND_MS).toISOString(),
  })
  return (
    <>
      <section class="panel event-said">
        <LevelBadge level={event.level} />
        <p class="message">{event.message}</p>
        <div class="actions">
          {subject !== null && (
            <a class="button" href={linkTo(subject.page, [subject.id])}>
              {subjectTexts[subject.page]}
            </a>
          )}
          <a class="button" href={around}>
            {texts.around}
          </a>
        </div>
      </section>
      <div class="two-columns">
        <Panel title={texts.facts}>
          <Facts facts={factsOf(event)} />
          <h3>{texts.tags}</h3>
          <Tags of={event.tags} />
        </Panel>
        <Panel title={texts.payload}>
          {Object.keys(event.payload).length === 0 ? (
            <p class="quiet">{texts.noPayload}</p>
          ) : (
            <pre class="data">{JSON.stringify(event.payload, null, 2)}</pre>
          )}
        </Panel>
      </div>
    </>
  )
}

function factsOf(event: StoredEvent) {
  const { seq, type, created_by: by } = event
  const told =
    seq === null
      ? [[texts.stream, texts.handedIn] as const]
      : ([
          [texts.stream, type],
          [texts.number, seq],
        ] as const)
  return [
    ...(event.appliance === null ? [] : [[words.fleet.appliance, event.appliance] as const]),
    [texts.at, <Time key="at" at={event.timestamp} exact />] as const,
    [texts.stored, <Time key="stored" at={event.created_at} exact />] as const,
    [texts.type, words.events.types[event.event_type]] as const,
    [
      texts.source,
      <a key="source" href={linkTo('events', [], { source: event.source })}>
        {event.source}
      </a>,
    ] as const,
    ...told,
    ...(by === null ? [] : [[texts.by, by] as const]),
  ]
}

function Tags({ of }: { of: StoredEvent['tags'] }) {
  const tags = Object.entries(of)
  if (tags.length === 0) return <p class="quiet">{texts.noTags}</p>
  return (
    <ul class="labels">
      {tags.map(([name, value]) => (
        <li key={name}>
          <a href={linkTo('events', [], { tags: `${name}=${value}` })}>
            <code>
              {name}={value}
            </code>
          </a>
        </li>
      ))}
    </ul>
  )
}
