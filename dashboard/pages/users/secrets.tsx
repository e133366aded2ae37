import { useResource } from '../../live/resource.ts'
import { Blank, Shown } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Badge, Time } from '../../ui/value.tsx'
import type { Answer } from '../../wire/request.ts'
import { words } from '../../words/index.ts'

type Secret = Answer<'GET /auth/secrets'>['secrets'][number]

const texts = words.users.secrets

const columns: readonly Column<Secret>[] = [
  {
    id: 'what',
    title: texts.columns.what,
    cell: ({ kind, name }) => (
      <>
        {texts.kinds[kind]} {kind === 'api_token' && <strong>{name}</strong>}
      </>
    ),
    sortBy: ({ kind, name }) => `${kind} ${name}`,
  },
  {
    id: 'user',
    title: texts.columns.user,
    cell: ({ username }) => username,
    sortBy: ({ username }) => username,
  },
  {
    id: 'age',
    title: texts.columns.age,
    numeric: true,
    cell: ({ age_days: days }) => texts.days(days),
    sortBy: ({ age_days: days }) => days,
  },
  {
    id: 'used',
    title: texts.columns.used,
    wide: true,
    cell: ({ last_used_at: at }) =>
      at === null ? <span class="quiet">{words.users.never}</span> : <Time at={at} />,
    sortBy: ({ last_used_at: at }) => at,
  },
  {
    id: 'faults',
    title: texts.columns.faults,
    cell: Faults,
    sortBy: ({ faults }) => faults.length,
  },
]

function Faults({ faults }: Secret) {
  return (
    <span class="badges">
      {faults.map((fault) => (
        <Badge key={fault} tone="warning">
          {texts.faults[fault]}
        </Badge>
      ))}
    </span>
  )
}

/** How old passwords and tokens are, and which ought to be replaced. */
export function Secrets() {
  const secrets = useResource('GET /auth/secrets', {}, ['system'])
  return (
    <Shown of={secrets}>
      {({ secrets: all, old_days: days }) => (
        <>
          <p class="quiet">{texts.text(days)}</p>
          <div class="stacked">
            <Table
              label={texts.title}
              columns={columns}
              rows={all}
              idOf={({ kind, id }) => `${kind} ${id}`}
              empty={<Blank icon="empty" title={texts.none} />}
            />
          </div>
        </>
      )}
    </Shown>
  )
}
