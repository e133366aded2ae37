import { useResource } from '../../live/resource.ts'
import { linkTo } from '../../shell/router.ts'
import { PageHead, Panel } from '../../ui/panel.tsx'
import { Blank, Shown } from '../../ui/states.tsx'
import { Facts, Time } from '../../ui/value.tsx'
import { words } from '../../words/index.ts'
import { PasswordAge, UserBadges } from './list.tsx'
import type { User } from './people.ts'
import { Sessions } from './sessions.tsx'
import { Tokens } from './tokens.tsx'
import { UserActions } from './user-actions.tsx'

const texts = words.users

/** One user: what he may, his tokens and his sessions. */
export function UserPage({ id }: { id: string }) {
  const users = useResource('GET /users', {}, ['system'])
  return (
    <Shown of={users}>
      {({ users: all }) => {
        const user = all.find((one) => one.id === id || one.username === id)
        return user === undefined ? (
          <Blank icon="empty" title={words.common.states.missing}>
            <a href={linkTo('users')}>{words.navigation.users}</a>
          </Blank>
        ) : (
          <One user={user} onChanged={users.refresh} />
        )
      }}
    </Shown>
  )
}

function One({ user, onChanged }: { user: User; onChanged: () => void }) {
  const up = { text: words.navigation.users, link: linkTo('users') }
  const { username, identity } = user
  return (
    <>
      <PageHead title={username} up={up}>
        <UserActions user={user} onChanged={onChanged} />
      </PageHead>
      <Panel
        title={texts.detail.account}
        aside={<a href={linkTo('audit', [], { actor: username })}>{texts.detail.audit}</a>}
      >
        <Facts
          facts={[
            [texts.columns.state, <UserBadges key="state" user={user} />],
            [texts.columns.role, texts.roleText[user.role]],
            [texts.columns.password, <PasswordAge key="password" {...user} />],
            ...(identity === null
              ? []
              : [[texts.detail.issuer, `${identity.issuer}, ${identity.subject}`] as const]),
            [
              texts.columns.lastLogin,
              user.last_login_at === null ? (
                texts.never
              ) : (
                <Time key="login" at={user.last_login_at} exact />
              ),
            ],
            [texts.columns.created, <Time key="created" at={user.created_at} exact />],
          ]}
        />
      </Panel>
      <Panel title={texts.tokens.title}>
        <Tokens of={username} />
      </Panel>
      <Panel title={texts.sessions.title}>
        <Sessions of={username} />
      </Panel>
    </>
  )
}
