import { useEffect } from 'preact/hooks'
import { Login } from './session/login.tsx'
import { NewPassword } from './session/new-password.tsx'
import { enter, session } from './session/session.ts'
import { Shell } from './shell/shell.tsx'
import { Blank, Loading } from './ui/states.tsx'
import { words } from './words/index.ts'

/** The console to who is in, and a form to everybody else. */
export function App() {
  useEffect(() => void enter(), [])
  const current = session.value
  switch (current.state) {
    case 'asking':
      return <Loading />
    case 'unreachable':
      return (
        <main class="entrance">
          <Blank icon="broken" title={words.entrance.unreachable} text={current.why}>
            <button type="button" onClick={() => void enter()}>
              {words.entrance.again}
            </button>
          </Blank>
        </main>
      )
    case 'out':
      return <Login ended={current.ended} />
    case 'new-password':
      return <NewPassword />
    case 'in':
      return <Shell me={current.me} />
  }
}
