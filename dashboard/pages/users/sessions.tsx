import { useState } from 'preact/hooks'
import { useResource } from '../../live/resource.ts'
import { FormDialog } from '../../ui/dialog.tsx'
import { Blank, Shown } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { say } from '../../ui/toast.tsx'
import { Badge, Time, Value } from '../../ui/value.tsx'
import { ask, type Answer } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import { browserOf } from './browser.ts'

type Session = Answer<'GET /auth/sessions'>['sessions'][number]

const texts = words.users.sessions

const columns: readonly Column<Session>[] = [
  {
    id: 'from',
    title: texts.columns.from,
    cell: ({ address }) => address,
    sortBy: ({ address }) => address,
  },
  { id: 'browser', title: texts.columns.browser, cell: Browser },
  {
    id: 'used',
    title: texts.columns.used,
    cell: ({ last_used_at: at }) => <Time at={at} />,
    sortBy: ({ last_used_at: at }) => at,
  },
  {
    id: 'begun',
    title: texts.columns.begun,
    wide: true,
    cell: ({ created_at: at, method }) => (
      <>
        <Time at={at} /> <small>{texts.methods[method]}</small>
      </>
    ),
    sortBy: ({ created_at: at }) => at,
  },
  {
    id: 'ends',
    title: texts.columns.ends,
    wide: true,
    cell: ({ expires_at: at }) => <Time at={at} />,
    sortBy: ({ expires_at: at }) => at,
  },
]

const owner: Column<Session> = {
  id: 'user',
  title: texts.columns.user,
  cell: ({ username }) => username,
  sortBy: ({ username }) => username,
}

function Browser({ user_agent: agent }: Session) {
  return (
    <span title={agent ?? undefined}>
      <Value of={agent === null ? null : browserOf(agent)} />
    </span>
  )
}

/** Sessions: those of a user, or all (`of` null). */
export function Sessions({ of }: { of: string | null }) {
  const sessions = useResource('GET /auth/sessions', {}, ['system'])
  const [ending, setEnding] = useState<Session | null>(null)
  const end: Column<Session> = {
    id: 'end',
    title: '',
    // One's own is left by logging out.
    cell: (one) =>
      one.current ? (
        <Badge tone="info">{texts.current}</Badge>
      ) : (
        <button
          type="button"
          onClick={() => {
            setEnding(one)
          }}
        >
          {texts.end}
        </button>
      ),
  }
  return (
    <>
      <Shown of={sessions}>
        {({ sessions: all }) => (
          <div class="stacked">
            <Table
              label={texts.title}
              columns={[...(of === null ? [owner] : []), ...columns, end]}
              rows={of === null ? all : all.filter(({ username }) => username === of)}
              idOf={({ id }) => id}
              empty={<Blank icon="empty" title={texts.none} />}
            />
          </div>
        )}
      </Shown>
      {ending !== null && (
        <FormDialog
          title={texts.endTitle(ending.username)}
          verb={texts.end}
          grave
          onSubmit={async () => {
            await ask('DELETE /auth/sessions/:id', { params: { id: ending.id } })
            say(texts.ended)
            sessions.refresh()
          }}
          onClose={() => {
            setEnding(null)
          }}
        >
          <p>{texts.endText}</p>
        </FormDialog>
      )}
    </>
  )
}
