import { useEffect, useState } from 'preact/hooks'
import { TextField } from '../ui/field.tsx'
import { FormFault, useForm } from '../ui/dialog.tsx'
import { ask } from '../wire/request.ts'
import { words } from '../words/index.ts'
import { textOf } from '../ui/form-text.ts'
import { enter } from './session.ts'

/** Asks who is there. */
export function Login({ ended }: { ended: boolean }) {
  const [provider, setProvider] = useState<string | null>(null)
  const form = useForm(async (fields) => {
    const body = { username: textOf(fields, 'username'), password: textOf(fields, 'password') }
    await ask('POST /auth/login', { body })
    await enter()
  })
  useEffect(() => {
    // Without an answer there is a form still.
    ask('GET /auth/oidc').then(({ label }) => {
      setProvider(label)
    }, String)
  }, [])
  const texts = words.entrance
  const refused = new URLSearchParams(window.location.search).get('login')
  return (
    <main class="entrance">
      <form class="panel" onSubmit={form.submit}>
        <h1>
          <img src="/icon.svg" alt="" width="28" height="28" /> {words.shell.product}
        </h1>
        {ended && <p class="notice">{texts.ended}</p>}
        {refused !== null && texts.provider[refused] !== undefined && (
          <p class="fault" role="alert">
            {texts.provider[refused]}
          </p>
        )}
        <TextField label={texts.user} name="username" autocomplete="username" required autofocus />
        <TextField
          label={texts.password}
          name="password"
          type="password"
          autocomplete="current-password"
          required
        />
        <FormFault fault={form.fault} />
        <button type="submit" class="primary" disabled={form.busy}>
          {texts.enter}
        </button>
        {provider !== null && (
          <a class="button" href="/api/v1/auth/oidc/start">
            {provider}
          </a>
        )}
        <p class="hint">{texts.hint}</p>
      </form>
    </main>
  )
}
