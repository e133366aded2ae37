import { useState } from 'preact/hooks'
import { useResource } from '../../live/resource.ts'
import { linkTo, place } from '../../shell/router.ts'
import { FilterChoice } from '../../ui/filters.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Blank, Shown } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Badge, Time } from '../../ui/value.tsx'
import type { Query } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import { toneOfMessage, type Message } from './message-state.ts'

const texts = words.channels.log
const PAGE = 50
/** As many as are answered at once; who looks for older ones narrows it. */
const MOST = 1000

const columns: readonly Column<Message>[] = [
  { id: 'what', title: texts.what, cell: ({ summary }) => <span class="answer">{summary}</span> },
  { id: 'channel', title: texts.channel, cell: ({ channel }) => channel },
  {
    id: 'state',
    title: texts.state,
    cell: ({ state }) => <Badge tone={toneOfMessage[state]}>{texts.states[state]}</Badge>,
  },
  { id: 'when', title: texts.when, cell: ({ created_at: at }) => <Time at={at} /> },
  { id: 'kind', title: texts.kind, cell: ({ kind }) => texts.kinds[kind], wide: true },
  {
    id: 'attempts',
    title: texts.attempts,
    numeric: true,
    wide: true,
    cell: ({ attempts }) => attempts,
  },
  { id: 'answer', title: texts.answer, wide: true, cell: Said },
]

function Said({ state, answer, last_error: error }: Message) {
  return <span class="answer">{state === 'delivered' ? answer : (error ?? answer)}</span>
}

/** What was told to whom, and what became of it; the newest first. */
export function DeliveryLog({ channels }: { channels: readonly string[] }) {
  const [limit, setLimit] = useState(PAGE)
  const { channel, state, kind } = place.value.query
  const query = { channel, state, kind, limit } as Query<'GET /monitoring/notifications'>
  const messages = useResource('GET /monitoring/notifications', { query }, ['alert', 'metrics'])
  const filtered = channel !== undefined || state !== undefined || kind !== undefined
  const named = new Set([...channels, ...(channel === undefined ? [] : [channel])])
  return (
    <Panel title={texts.title}>
      <div class="filters">
        <FilterChoice
          query="channel"
          label={texts.channel}
          choices={[...named].map((name) => [name, name])}
        />
        <FilterChoice query="state" label={texts.state} choices={Object.entries(texts.states)} />
        <FilterChoice query="kind" label={texts.kind} choices={Object.entries(texts.kinds)} />
      </div>
      <Shown of={messages}>
        {({ notifications: shown, total }) => (
          <>
            <div class="list-bar">
              <span class="quiet">{words.common.table.rows(shown.length, total)}</span>
            </div>
            <div class="stacked">
              <Table
                label={texts.title}
                columns={columns}
                rows={shown}
                idOf={({ id }) => id}
                linkOf={({ id }) => linkTo('channels', ['messages', id])}
                empty={<Blank icon="empty" title={filtered ? texts.noneMatches : texts.none} />}
              />
            </div>
            {shown.length < total && limit < MOST && (
              <button
                type="button"
                onClick={() => {
                  setLimit(Math.min(MOST, limit * 2))
                }}
              >
                {texts.more}
              </button>
            )}
          </>
        )}
      </Shown>
    </Panel>
  )
}
