import { linkTo } from '../../shell/router.ts'
import { Panel } from '../../ui/panel.tsx'
import { Blank } from '../../ui/states.tsx'
import { Table } from '../../ui/table.tsx'
import { Time, Value } from '../../ui/value.tsx'
import type { Drive } from '../../wire/types.ts'
import { bytes, count } from '../../words/format.ts'
import { words } from '../../words/index.ts'

const texts = words.drives.counters
const names = Object.keys(texts.names) as (keyof typeof texts.names)[]

/** What a drive counts of its errors, and where and when the last ones came. */
export function Counters({ drive }: { drive: Drive }) {
  const { health } = drive
  return (
    <Panel title={texts.title}>
      {health === null || (health.write === null && health.read === null) ? (
        <Blank icon="unknown" title={words.drives.health.never} />
      ) : (
        <>
          <Counted health={health} />
          <p class="hint">{texts.text}</p>
        </>
      )}
      <h3>{texts.recent}</h3>
      {health !== null && <Recent health={health} />}
      {health === null && <Value of={null} />}
    </Panel>
  )
}

type Health = NonNullable<Drive['health']>

function Counted({ health: { write, read } }: { health: Health }) {
  return (
    <table class="counters">
      <thead>
        <tr>
          <th scope="col">{texts.what}</th>
          <th scope="col" class="numeric">
            {words.drives.health.write}
          </th>
          <th scope="col" class="numeric">
            {words.drives.health.read}
          </th>
        </tr>
      </thead>
      <tbody>
        {names.map((name) => (
          <tr key={name} class={name === 'uncorrected' ? 'grave' : undefined}>
            <th scope="row">{texts.names[name]}</th>
            {[write, read].map((counters, index) => (
              <td key={index} class="numeric">
                <Value of={format(name)(counters?.[name] ?? null)} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function format(name: string) {
  return name.endsWith('_bytes') ? bytes : count
}

type Recent = Health['recent_errors'][number]

function Recent({ health }: { health: Health }) {
  const { recent_errors: errors, watched_since: since } = health
  if (errors.length === 0) {
    return (
      <p class="quiet">
        {texts.recentNone} {texts.recentWatched} <Time at={since} exact />.
      </p>
    )
  }
  return (
    <Table<Recent>
      label={texts.recent}
      columns={[
        { id: 'at', title: texts.when, cell: ({ at }) => <Time at={at} exact /> },
        {
          id: 'write',
          title: words.drives.health.write,
          numeric: true,
          cell: (one) => one.write_errors,
        },
        {
          id: 'read',
          title: words.drives.health.read,
          numeric: true,
          cell: (one) => one.read_errors,
        },
        {
          id: 'tape',
          title: texts.tape,
          cell: ({ cartridge: tag }) =>
            tag === null ? <Value of={null} /> : <a href={linkTo('cartridges', [tag])}>{tag}</a>,
        },
      ]}
      rows={errors.toReversed()}
      idOf={({ at }) => at}
    />
  )
}
