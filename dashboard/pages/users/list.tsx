import { whoIsIn } from '../../session/session.ts'
import { useState } from 'preact/hooks'
import { useResource } from '../../live/resource.ts'
import { linkTo } from '../../shell/router.ts'
import { FormDialog } from '../../ui/dialog.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { textOf } from '../../ui/form-text.ts'
import { Shown } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Badge, Time } from '../../ui/value.tsx'
import { ask } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import { roleOf, roles, type User } from './people.ts'
import { SecretOnce } from './secret-once.tsx'

const texts = words.users

const columns: readonly Column<User>[] = [
  {
    id: 'name',
    title: texts.columns.name,
    cell: ({ username }) => username,
    sortBy: ({ username }) => username,
  },
  {
    id: 'role',
    title: texts.columns.role,
    cell: ({ role }) => texts.roles[role],
    sortBy: ({ role }) => roles.indexOf(role),
  },
  { id: 'state', title: texts.columns.state, cell: (user) => <UserBadges user={user} /> },
  {
    id: 'login',
    title: texts.columns.lastLogin,
    cell: ({ last_login_at: at }) =>
      at === null ? <span class="quiet">{texts.never}</span> : <Time at={at} />,
    sortBy: ({ last_login_at: at }) => at,
  },
  { id: 'password', title: texts.columns.password, wide: true, cell: PasswordAge },
  {
    id: 'created',
    title: texts.columns.created,
    wide: true,
    cell: ({ created_at: at }) => <Time at={at} />,
    sortBy: ({ created_at: at }) => at,
  },
]

/** Whether a user may log in, and what else is to be known of him. */
export function UserBadges({ user }: { user: User }) {
  return (
    <span class="badges">
      <Badge tone={user.disabled ? 'warning' : 'good'}>
        {user.disabled ? texts.disabled : texts.enabled}
      </Badge>
      {user.must_change_password && <Badge tone="info">{texts.mustChange}</Badge>}
      {user.id === whoIsIn()?.id && <Badge tone="quiet">{texts.you}</Badge>}
    </span>
  )
}

/** How long a password is as it is; one at an identity provider is not known here. */
export function PasswordAge({ identity, password_changed_at: at }: User) {
  if (identity !== null) return <span class="quiet">{texts.atProvider}</span>
  return at === null ? <span class="quiet">{texts.passwordMade}</span> : <Time at={at} />
}

interface Made {
  username: string
  password: string
}

/** All users, and a new one. */
export function UserList() {
  const users = useResource('GET /users', {}, ['system'])
  const [open, setOpen] = useState(false)
  const [made, setMade] = useState<Made | null>(null)
  return (
    <>
      <div class="list-bar">
        <span />
        <button
          type="button"
          class="primary"
          onClick={() => {
            setOpen(true)
          }}
        >
          {texts.add.verb}
        </button>
      </div>
      <Shown of={users}>
        {({ users: all }) => (
          <div class="stacked">
            <Table
              label={texts.views.users}
              columns={columns}
              rows={all}
              idOf={({ id }) => id}
              linkOf={({ id }) => linkTo('users', ['user', id])}
              classOf={({ disabled }) => (disabled ? 'over' : '')}
            />
          </div>
        )}
      </Shown>
      {open && (
        <NewUser
          onMade={(one) => {
            setMade(one)
            users.refresh()
          }}
          onClose={() => {
            setOpen(false)
          }}
        />
      )}
      {made !== null && (
        <SecretOnce
          title={texts.secretOnce.password(made.username)}
          secret={made.password}
          onClose={() => {
            setMade(null)
          }}
        />
      )}
    </>
  )
}

function NewUser({ onMade, onClose }: { onMade: (made: Made) => void; onClose: () => void }) {
  const submit = async (fields: FormData) => {
    const body = {
      username: textOf(fields, 'username').trim(),
      role: roleOf(textOf(fields, 'role')),
    }
    const { username, password } = await ask('POST /users', { body })
    onMade({ username, password: password ?? '' })
  }
  return (
    <FormDialog title={texts.add.title} verb={texts.add.make} onClose={onClose} onSubmit={submit}>
      <p>{texts.add.text}</p>
      <TextField label={texts.add.name} name="username" required autocomplete="off" />
      <SelectField
        label={texts.add.role}
        name="role"
        value="viewer"
        choices={roles.map((role) => [role, texts.roleText[role]])}
      />
    </FormDialog>
  )
}
