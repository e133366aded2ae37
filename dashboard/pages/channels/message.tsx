import { useResource } from '../../live/resource.ts'
import { linkTo } from '../../shell/router.ts'
import { PageHead, Panel } from '../../ui/panel.tsx'
import { Shown } from '../../ui/states.tsx'
import { Badge, Facts, Time } from '../../ui/value.tsx'
import type { Answer } from '../../wire/request.ts'
import { duration } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { toneOfMessage } from './message-state.ts'

type Whole = Answer<'GET /monitoring/notifications/:id'>

const texts = words.channels.message

/** One message: what it says, of what, and each attempt to send it. */
export function MessagePage({ id }: { id: string }) {
  const message = useResource('GET /monitoring/notifications/:id', { params: { id } }, [
    'alert',
    'metrics',
  ])
  const up = { text: words.navigation.channels, link: linkTo('channels') }
  return (
    <Shown of={message}>
      {(value) => (
        <>
          <PageHead title={value.summary} up={up}>
            <Badge tone={toneOfMessage[value.state]}>
              {words.channels.log.states[value.state]}
            </Badge>
          </PageHead>
          <div class="two-columns">
            <Panel title={texts.facts}>
              <MessageFacts message={value} />
            </Panel>
            <Panel title={texts.attempts}>
              <Attempts of={value.attempt_log} />
            </Panel>
            {value.alerts.length > 0 && (
              <Panel title={texts.alerts}>
                <ul>
                  {value.alerts.map((alert) => (
                    <li key={`${alert.id} ${alert.event}`}>
                      <a href={linkTo('alerts', [alert.id])}>{alert.title}</a> {alert.resource}{' '}
                      <small>{texts.events[alert.event]}</small>
                    </li>
                  ))}
                </ul>
              </Panel>
            )}
            <Panel title={texts.content}>
              <code class="data">{JSON.stringify(value.content, null, 2)}</code>
            </Panel>
          </div>
        </>
      )}
    </Shown>
  )
}

function MessageFacts({ message }: { message: Whole }) {
  const { log } = words.channels
  const time = (name: string, at: string | null) =>
    at === null ? [] : [[name, <Time key={name} at={at} exact />] as const]
  return (
    <Facts
      facts={[
        [log.channel, message.channel],
        [log.kind, log.kinds[message.kind]],
        ...(message.group === null ? [] : [[texts.group, message.group] as const]),
        ...time(texts.created, message.created_at),
        ...time(texts.delivered, message.delivered_at),
        ...time(texts.givenUp, message.given_up_at),
        ...time(texts.next, message.next_attempt_at),
        [log.attempts, message.attempts],
      ]}
    />
  )
}

function Attempts({ of }: { of: Whole['attempt_log'] }) {
  if (of.length === 0) return <p class="quiet">{texts.attemptsNone}</p>
  return (
    <ol class="happened">
      {of.map(({ at, delivered, answer, duration_seconds: took }) => (
        <li key={at} class={delivered ? 'resolved' : 'error'}>
          <Time at={at} exact />
          <span>
            <Badge tone={delivered ? 'good' : 'critical'}>
              {delivered ? texts.arrived : texts.failed}
            </Badge>{' '}
            <small>{texts.took(duration(took) ?? '')}</small>
            <q>{answer}</q>
          </span>
        </li>
      ))}
    </ol>
  )
}
