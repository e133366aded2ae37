import { whoIsIn } from '../../session/session.ts'
import { FormDialog } from '../../ui/dialog.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { textOf } from '../../ui/form-text.ts'
import { say } from '../../ui/toast.tsx'
import { ask } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import { roleOf, roles } from './people.ts'
import type { Token } from './tokens.tsx'

const texts = words.users.tokens
const DAY_MS = 86_400_000

interface NewTokenProps {
  onMade: (made: { name: string; token: string }) => void
  onClose: () => void
}

/** Makes a token for who is in, of his role or a weaker one. */
export function NewToken({ onMade, onClose }: NewTokenProps) {
  const own = whoIsIn()?.role ?? 'viewer'
  const submit = async (fields: FormData) => {
    const days = Number(textOf(fields, 'expires'))
    const body = {
      name: textOf(fields, 'name').trim(),
      role: roleOf(textOf(fields, 'role')),
      expires_at: Number.isNaN(days) ? null : new Date(Date.now() + days * DAY_MS).toISOString(),
    }
    const { name, token } = await ask('POST /auth/tokens', { body })
    onMade({ name, token })
  }
  return (
    <FormDialog title={texts.verb} verb={texts.make} onClose={onClose} onSubmit={submit}>
      <TextField label={texts.name} hint={texts.nameHint} name="name" required autocomplete="off" />
      <SelectField
        label={texts.role}
        name="role"
        value="viewer"
        choices={roles
          .slice(0, roles.indexOf(own) + 1)
          .map((role) => [role, words.users.roleText[role]])}
      />
      <SelectField
        label={texts.expires}
        name="expires"
        value="90"
        choices={Object.entries(texts.expiresChoices)}
      />
    </FormDialog>
  )
}

interface RevokeDialogProps {
  token: Token
  onDone: () => void
  onClose: () => void
}

/** Takes a token back. */
export function RevokeDialog({ token: { id, name }, onDone, onClose }: RevokeDialogProps) {
  const revoke = async () => {
    await ask('DELETE /auth/tokens/:id', { params: { id } })
    say(texts.revoked)
    onDone()
  }
  return (
    <FormDialog
      title={texts.revokeTitle(name)}
      verb={texts.revoke}
      grave
      onClose={onClose}
      onSubmit={revoke}
    >
      <p>{texts.revokeText}</p>
    </FormDialog>
  )
}
