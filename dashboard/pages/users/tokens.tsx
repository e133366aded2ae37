import { whoIsIn } from '../../session/session.ts'
import { useState } from 'preact/hooks'
import { now } from '../../live/clock.ts'
import { useResource } from '../../live/resource.ts'
import { Blank, Shown } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Badge, Time } from '../../ui/value.tsx'
import type { Answer } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import { NewToken, RevokeDialog } from './token-dialogs.tsx'
import { roles } from './people.ts'
import { SecretOnce } from './secret-once.tsx'

/** An API token, without its secret. */
export type Token = Answer<'GET /auth/tokens'>['tokens'][number]

const texts = words.users.tokens

const columns: readonly Column<Token>[] = [
  { id: 'name', title: texts.columns.name, cell: ({ name }) => name, sortBy: ({ name }) => name },
  {
    id: 'role',
    title: texts.columns.role,
    cell: ({ role }) => words.users.roles[role],
    sortBy: ({ role }) => roles.indexOf(role),
  },
  { id: 'expires', title: texts.columns.expires, cell: Expiry, sortBy: ({ expires_at: at }) => at },
  {
    id: 'used',
    title: texts.columns.used,
    cell: ({ last_used_at: at }) =>
      at === null ? <span class="quiet">{words.users.never}</span> : <Time at={at} />,
    sortBy: ({ last_used_at: at }) => at,
  },
  {
    id: 'created',
    title: texts.columns.created,
    wide: true,
    cell: ({ created_at: at }) => <Time at={at} />,
    sortBy: ({ created_at: at }) => at,
  },
]

const owner: Column<Token> = {
  id: 'user',
  title: texts.columns.user,
  cell: ({ username }) => username,
  sortBy: ({ username }) => username,
}

function Expiry({ expires_at: at }: Token) {
  if (at === null) return <span class="quiet">{texts.endless}</span>
  if (new Date(at) <= now.value) return <Badge tone="warning">{texts.over}</Badge>
  return <Time at={at} />
}

/** API tokens: those of a user, or all (`of` null). Only for oneself can one make any. */
export function Tokens({ of }: { of: string | null }) {
  const tokens = useResource('GET /auth/tokens', {}, ['system'])
  const [adding, setAdding] = useState(false)
  const [revoking, setRevoking] = useState<Token | null>(null)
  const [made, setMade] = useState<{ name: string; token: string } | null>(null)
  const revoke: Column<Token> = {
    id: 'revoke',
    title: '',
    cell: (token) => (
      <button
        type="button"
        onClick={() => {
          setRevoking(token)
        }}
      >
        {texts.revoke}
      </button>
    ),
  }
  const mine = of === null || of === whoIsIn()?.username
  const [name, ...others] = columns
  const shown = of === null && name ? [name, owner, ...others] : columns
  return (
    <>
      {mine && (
        <div class="list-bar">
          <span />
          <button
            type="button"
            onClick={() => {
              setAdding(true)
            }}
          >
            {texts.verb}
          </button>
        </div>
      )}
      <Shown of={tokens}>
        {({ tokens: all }) => (
          <div class="stacked">
            <Table
              label={texts.title}
              columns={[...shown, revoke]}
              rows={of === null ? all : all.filter(({ username }) => username === of)}
              idOf={({ id }) => id}
              empty={<Blank icon="empty" title={texts.none} text={texts.noneText} />}
            />
          </div>
        )}
      </Shown>
      {adding && (
        <NewToken
          onMade={(one) => {
            setMade(one)
            tokens.refresh()
          }}
          onClose={() => {
            setAdding(false)
          }}
        />
      )}
      {revoking !== null && (
        <RevokeDialog
          token={revoking}
          onDone={tokens.refresh}
          onClose={() => {
            setRevoking(null)
          }}
        />
      )}
      {made !== null && (
        <SecretOnce
          title={words.users.secretOnce.token(made.name)}
          secret={made.token}
          onClose={() => {
            setMade(null)
          }}
        />
      )}
    </>
  )
}
