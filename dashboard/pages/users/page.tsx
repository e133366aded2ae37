import type { PageProps } from '../../shell/pages.ts'
import { linkTo } from '../../shell/router.ts'
import { PageHead } from '../../ui/panel.tsx'
import { SubPages } from '../../ui/sub-pages.tsx'
import { words } from '../../words/index.ts'
import { UserList } from './list.tsx'
import { Secrets } from './secrets.tsx'
import { Sessions } from './sessions.tsx'
import { Tokens } from './tokens.tsx'
import { UserPage } from './user.tsx'
import './users.css'

const texts = words.users.views
const views = ['users', 'tokens', 'sessions', 'secrets'] as const

/** Users, tokens, sessions and the ages of secrets; or one user. */
export default function UsersPage({ rest: [section, id] }: PageProps) {
  if (section === 'user' && id !== undefined) return <UserPage key={id} id={id} />
  const view = views.find((one) => one === section) ?? 'users'
  return (
    <>
      <PageHead title={words.navigation.users} />
      <SubPages
        label={texts.label}
        current={view}
        pages={views.map((one) => ({
          ...{ id: one, text: texts[one] },
          link: linkTo('users', one === 'users' ? [] : [one]),
        }))}
      />
      {view === 'users' && <UserList />}
      {view === 'tokens' && <Tokens of={null} />}
      {view === 'sessions' && <Sessions of={null} />}
      {view === 'secrets' && <Secrets />}
    </>
  )
}
