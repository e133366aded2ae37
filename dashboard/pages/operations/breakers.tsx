import { useResource } from '../../live/resource.ts'
import { Panel } from '../../ui/panel.tsx'
import { Blank, Shown } from '../../ui/states.tsx'
import { Badge } from '../../ui/value.tsx'
import { words } from '../../words/index.ts'

const texts = words.operations.breakers
const tones = { open: 'critical', half_open: 'warning', closed: 'quiet' } as const
/** What needs looking at first. */
const order = ['open', 'half_open', 'closed'] as const

/** What is not asked for a while. */
export function Breakers() {
  const found = useResource('GET /monitoring/operations/breakers', {}, ['metrics'])
  return (
    <Panel title={texts.title}>
      <p class="quiet">{texts.text}</p>
      <Shown of={found}>
        {({ breakers }) =>
          breakers.length === 0 ? (
            <Blank icon="good" title={texts.none} />
          ) : (
            <ul class="breakers">
              {order
                .flatMap((state) => breakers.filter((one) => one.state === state))
                .map(({ name, state }) => (
                  <li key={name}>
                    <code>{name}</code> <Badge tone={tones[state]}>{texts.states[state]}</Badge>
                  </li>
                ))}
            </ul>
          )
        }
      </Shown>
    </Panel>
  )
}
