import { TextField } from '../ui/field.tsx'
import { FormFault, useForm } from '../ui/dialog.tsx'
import { textOf } from '../ui/form-text.ts'
import { ask } from '../wire/request.ts'
import { words } from '../words/index.ts'
import { enter } from './session.ts'

const LEAST_CHARACTERS = 8

/** For who was given a password by somebody else. */
export function NewPassword() {
  const form = useForm(async (fields) => {
    const body = {
      current_password: textOf(fields, 'current'),
      new_password: textOf(fields, 'new'),
    }
    await ask('POST /auth/password', { body })
    await enter()
  })
  const texts = words.entrance.change
  return (
    <main class="entrance">
      <form class="panel" onSubmit={form.submit}>
        <h1>{texts.title}</h1>
        <p>{texts.why}</p>
        <TextField
          label={texts.current}
          name="current"
          type="password"
          autocomplete="current-password"
          required
        />
        <TextField
          label={texts.new}
          name="new"
          type="password"
          autocomplete="new-password"
          minLength={LEAST_CHARACTERS}
          required
        />
        <FormFault fault={form.fault} />
        <button type="submit" class="primary" disabled={form.busy}>
          {texts.save}
        </button>
      </form>
    </main>
  )
}
