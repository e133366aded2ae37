import { whoIsIn } from '../../session/session.ts'
import { FormFault, useForm } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { textOf } from '../../ui/form-text.ts'
import { PageHead, Panel } from '../../ui/panel.tsx'
import { say } from '../../ui/toast.tsx'
import { Facts, Time } from '../../ui/value.tsx'
import { ask } from '../../wire/request.ts'
import type { Me } from '../../wire/types.ts'
import { words } from '../../words/index.ts'
import { Sessions } from '../users/sessions.tsx'
import { Tokens } from '../users/tokens.tsx'
import '../users/users.css'
import './account.css'

const texts = words.account
const LEAST_CHARACTERS = 8

/** One's own account, for everybody: password, tokens, sessions. */
export default function AccountPage() {
  const me = whoIsIn()
  if (me === null) return null
  return (
    <>
      <PageHead title={words.navigation.account} />
      <div class="two-columns">
        <Who me={me} />
        {me.has_password && <Password />}
      </div>
      <Panel title={texts.tokens}>
        <Tokens of={me.username} />
      </Panel>
      <Panel title={texts.sessions}>
        <Sessions of={me.username} />
      </Panel>
    </>
  )
}

function Who({ me: { username, role, permissions, expires_at: ends } }: { me: Me }) {
  return (
    <Panel title={texts.who}>
      <Facts
        facts={[
          [texts.name, username],
          [texts.role, words.users.roleText[role]],
          [
            texts.may,
            <ul key="may" class="labels">
              {permissions.map((one) => (
                <li key={one}>
                  <code>{one}</code>
                </li>
              ))}
            </ul>,
          ],
          ...(ends === null ? [] : [[texts.ends, <Time key="ends" at={ends} />] as const]),
        ]}
      />
    </Panel>
  )
}

function Password() {
  const form = useForm(async (fields) => {
    const next = textOf(fields, 'new')
    if (next !== textOf(fields, 'again')) throw new Error(texts.password.differ)
    const body = { current_password: textOf(fields, 'current'), new_password: next }
    await ask('POST /auth/password', { body })
    say(texts.password.done)
  })
  return (
    <Panel title={texts.password.title}>
      <form
        class="password"
        onSubmit={(event) => {
          form.submit(event)
        }}
      >
        <p class="quiet">{texts.password.text}</p>
        <TextField
          label={texts.password.current}
          name="current"
          type="password"
          autocomplete="current-password"
          required
        />
        <TextField
          label={texts.password.new}
          hint={texts.password.newHint}
          name="new"
          type="password"
          autocomplete="new-password"
          minLength={LEAST_CHARACTERS}
          required
        />
        <TextField
          label={texts.password.again}
          name="again"
          type="password"
          autocomplete="new-password"
          required
        />
        <FormFault fault={form.fault} />
        <div class="actions">
          <button type="submit" class="primary" disabled={form.busy}>
            {texts.password.save}
          </button>
        </div>
      </form>
    </Panel>
  )
}
