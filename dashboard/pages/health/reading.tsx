import { useResource } from '../../live/resource.ts'
import { linkTo } from '../../shell/router.ts'
import { PageHead, Panel } from '../../ui/panel.tsx'
import { Shown } from '../../ui/states.tsx'
import { Badge, Facts, Time } from '../../ui/value.tsx'
import { duration } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { toneOfReading } from './reading-state.ts'

const texts = words.health.readings
/** A browser shows no more of it in a reasonable time. */
const MOST_CHARACTERS = 200_000

/** One subject: what was read, and what could not be. */
export function ReadingPage({ id }: { id: string }) {
  const reading = useResource('GET /monitoring/readings/:id', { params: { id } }, ['metrics'])
  const up = { text: words.navigation.health, link: linkTo('health') }
  return (
    <>
      <PageHead title={id.replaceAll('_', ' ')} up={up} />
      <Shown of={reading}>
        {({ state, taken_at: at, duration_seconds: took, failing_since: since, ...more }) => (
          <>
            <Panel title={texts.state}>
              <Facts
                facts={[
                  [
                    texts.state,
                    <Badge key="state" tone={toneOfReading[state]}>
                      {texts.states[state]}
                    </Badge>,
                  ],
                  [texts.age, <Time key="age" at={at} exact />],
                  [texts.duration, duration(took)],
                  ...(since === null
                    ? []
                    : [[texts.failing, <Time key="since" at={since} exact />] as const]),
                  ...(more.error === null ? [] : [[texts.error, more.error] as const]),
                ]}
              />
            </Panel>
            {more.problems.length > 0 && (
              <Panel title={texts.problems}>
                <ul class="happened">
                  {more.problems.map(({ labels, error }) => (
                    <li key={JSON.stringify([labels, error])} class="warning">
                      <code>{Object.values(labels).join(' ')}</code>
                      <span>{error}</span>
                    </li>
                  ))}
                </ul>
              </Panel>
            )}
            <Panel title={texts.value}>
              <code class="data" tabIndex={0}>
                {JSON.stringify(more.value, null, 2).slice(0, MOST_CHARACTERS)}
              </code>
            </Panel>
          </>
        )}
      </Shown>
    </>
  )
}
