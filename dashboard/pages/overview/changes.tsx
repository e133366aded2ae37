import { useLoaded } from '../../live/resource.ts'
import { linkTo } from '../../shell/router.ts'
import { Panel } from '../../ui/panel.tsx'
import { Blank, Shown } from '../../ui/states.tsx'
import { Time } from '../../ui/value.tsx'
import { ask } from '../../wire/request.ts'
import { words } from '../../words/index.ts'

const MOST = 12
const DAY_MS = 24 * 3600 * 1000
const texts = words.overview.changed

/** What happened in the last day, the newest first. */
export function Changes() {
  const events = useLoaded(
    (signal) => {
      const since = new Date(Date.now() - DAY_MS).toISOString()
      const query = { start_time: since, limit: MOST }
      return ask('GET /monitoring/events', { query }, signal)
    },
    [],
    ['alert', 'task', 'system', 'storage', 'scst', 'tape', 'vtl'],
  )
  return (
    <Panel title={texts.title} aside={<a href={linkTo('events')}>{texts.all}</a>}>
      <Shown of={events}>
        {({ events: found }) =>
          found.length === 0 ? (
            <Blank icon="empty" title={texts.none} />
          ) : (
            <ol class="happened">
              {found.map(({ id, timestamp, level, message }) => (
                <li key={id} class={level}>
                  <Time at={timestamp} />
                  <span>{message}</span>
                </li>
              ))}
            </ol>
          )
        }
      </Shown>
    </Panel>
  )
}
