import { useState } from 'preact/hooks'
import { may } from '../../session/session.ts'
import { linkTo } from '../../shell/router.ts'
import { Panel } from '../../ui/panel.tsx'
import { Blank } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { complain } from '../../ui/toast.tsx'
import { Badge, Time, Value } from '../../ui/value.tsx'
import { ask, type Answer } from '../../wire/request.ts'
import { count, duration } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { toneOfMessage, type Message } from './message-state.ts'

type Channel = Answer<'GET /monitoring/channels'>['channels'][number]

const texts = words.channels

const columns: readonly Column<Channel>[] = [
  {
    id: 'name',
    title: texts.columns.name,
    cell: ({ name }) => <strong>{name}</strong>,
    sortBy: ({ name }) => name,
  },
  { id: 'state', title: texts.columns.state, cell: State },
  {
    id: 'delivered',
    title: texts.columns.delivered,
    wide: true,
    cell: ({ last_delivered_at: at }) =>
      at === null ? <span class="quiet">{texts.never}</span> : <Time at={at} />,
    sortBy: ({ last_delivered_at: at }) => at,
  },
  { id: 'waiting', title: texts.columns.waiting, cell: Waiting, wide: true },
  {
    id: 'given-up',
    title: texts.columns.givenUp,
    numeric: true,
    wide: true,
    cell: ({ given_up_within_a_day: many }) => <Value of={count(many)} />,
    sortBy: ({ given_up_within_a_day: many }) => many,
  },
  {
    id: 'error',
    title: texts.columns.error,
    wide: true,
    cell: ({ last_error: error }) => <span class="answer">{error}</span>,
  },
]

function State({ up, failures_in_a_row: failures, failing_since: since }: Channel) {
  if (up === null) return <Badge tone="unknown">{texts.untried}</Badge>
  if (up) return <Badge tone="good">{texts.up}</Badge>
  return (
    <>
      <Badge tone="critical">{texts.down}</Badge>{' '}
      <small>
        {texts.inARow(failures)}
        {since !== null && (
          <>
            , <Time at={since} />
          </>
        )}
      </small>
    </>
  )
}

function Waiting({ waiting, oldest_waiting_seconds: oldest }: Channel) {
  return (
    <>
      {count(waiting)}{' '}
      {oldest !== null && waiting > 0 && <small>{texts.oldest(duration(oldest) ?? '')}</small>}
    </>
  )
}

interface ChannelListProps {
  channels: readonly Channel[]
  onTested: () => void
}

/** The channels, and how each is doing; each can be tested. */
export function ChannelList({ channels, onTested }: ChannelListProps) {
  const [busy, setBusy] = useState<string | null>(null)
  const [outcome, setOutcome] = useState<readonly Message[]>([])
  const test = async (channel: string | null) => {
    setBusy(channel ?? '')
    try {
      const body = channel === null ? {} : { channel }
      const { notifications } = await ask('POST /monitoring/notifications/test', { body })
      setOutcome(notifications)
      onTested()
    } catch (error) {
      complain(error)
    }
    setBusy(null)
  }
  const button = (channel: string | null) => (
    <button
      type="button"
      disabled={busy !== null}
      aria-label={channel === null ? texts.test.all : texts.test.of(channel)}
      onClick={() => void test(channel)}
    >
      {busy === (channel ?? '')
        ? texts.test.busy
        : channel === null
          ? texts.test.all
          : texts.test.verb}
    </button>
  )
  const tests: Column<Channel> = {
    id: 'test',
    title: '',
    cell: ({ name, takes_tests: takes }) =>
      takes ? button(name) : <small>{texts.test.noTests}</small>,
  }
  const write = may('monitoring:write')
  return (
    <Panel title={texts.title} aside={write && channels.length > 1 && button(null)}>
      <div class="stacked">
        <Table
          label={texts.title}
          columns={write ? [...columns, tests] : columns}
          rows={channels}
          idOf={({ name }) => name}
          empty={<Blank icon="empty" title={texts.none} text={texts.noneText} />}
        />
      </div>
      {outcome.length > 0 && <Outcome messages={outcome} />}
    </Panel>
  )
}

function Outcome({ messages }: { messages: readonly Message[] }) {
  return (
    <div class="outcome" role="status">
      <h3>{texts.test.title}</h3>
      <ul>
        {messages.map(({ id, channel, state, answer, last_error: error }) => (
          <li key={id}>
            <a href={linkTo('channels', ['messages', id])}>{channel}</a>{' '}
            <Badge tone={toneOfMessage[state]}>{texts.log.states[state]}</Badge>{' '}
            <span class="answer">{outcomeOf(state, answer, error)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function outcomeOf(state: Message['state'], answer: string | null, error: string | null): string {
  if (state === 'delivered') return answer === null ? '' : texts.test.said(answer)
  return error ?? answer ?? texts.test.silent
}
