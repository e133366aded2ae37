import { useResource } from '../../live/resource.ts'
import { Panel } from '../../ui/panel.tsx'
import { Blank, Shown } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Badge, type Tone } from '../../ui/value.tsx'
import type { Answer } from '../../wire/request.ts'
import { words } from '../../words/index.ts'

type Breaker = Answer<'GET /monitoring/operations/breakers'>['breakers'][number]

const texts = words.health.breakers
const tones: Readonly<Record<Breaker['state'], Tone>> = {
  ...{ closed: 'good', half_open: 'warning', open: 'critical' },
}

const columns: readonly Column<Breaker>[] = [
  { id: 'name', title: texts.name, cell: ({ name }) => name, sortBy: ({ name }) => name },
  {
    id: 'state',
    title: texts.state,
    cell: ({ state }) => <Badge tone={tones[state]}>{texts.states[state]}</Badge>,
    sortBy: ({ state }) => state,
  },
]

/** What is left alone because it failed again and again. */
export function Breakers() {
  const breakers = useResource('GET /monitoring/operations/breakers', {}, ['metrics'])
  return (
    <Panel title={texts.title}>
      <p class="quiet">{texts.text}</p>
      <Shown of={breakers}>
        {({ breakers: all }) => (
          <Table
            label={texts.title}
            columns={columns}
            rows={all}
            idOf={({ name }) => name}
            empty={<Blank icon="good" title={texts.none} />}
          />
        )}
      </Shown>
    </Panel>
  )
}
