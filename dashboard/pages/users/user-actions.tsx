import { useState } from 'preact/hooks'
import { go, linkTo } from '../../shell/router.ts'
import { FormDialog } from '../../ui/dialog.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { textOf } from '../../ui/form-text.ts'
import { say } from '../../ui/toast.tsx'
import { ask } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import { roleOf, roles, type User } from './people.ts'
import { SecretOnce } from './secret-once.tsx'

const texts = words.users.detail
type Action = 'role' | 'disable' | 'enable' | 'reset' | 'remove'

const verbs: Readonly<Record<Action, string>> = {
  role: texts.changeRole,
  disable: texts.disable,
  enable: texts.enable,
  reset: texts.reset,
  remove: texts.remove,
}

interface UserActionsProps {
  user: User
  onChanged: () => void
}

/** What can be done with a user. */
export function UserActions({ user, onChanged }: UserActionsProps) {
  const [open, setOpen] = useState<Action | null>(null)
  const [password, setPassword] = useState<string | null>(null)
  const actions: Action[] = [
    'role',
    // A password at an identity provider is none that could be replaced here.
    ...(user.identity === null ? (['reset'] as const) : []),
    user.disabled ? 'enable' : 'disable',
    'remove',
  ]
  const close = () => {
    setOpen(null)
  }
  return (
    <>
      {actions.map((action) => (
        <button
          key={action}
          type="button"
          onClick={() => {
            setOpen(action)
          }}
        >
          {verbs[action]}
        </button>
      ))}
      {open === 'role' && <RoleDialog user={user} onChanged={onChanged} onClose={close} />}
      {(open === 'disable' || open === 'enable') && (
        <AbleDialog user={user} onChanged={onChanged} onClose={close} />
      )}
      {open === 'reset' && (
        <ResetDialog user={user} onChanged={onChanged} onClose={close} onReset={setPassword} />
      )}
      {open === 'remove' && <RemoveDialog user={user} onChanged={onChanged} onClose={close} />}
      {password !== null && (
        <SecretOnce
          title={words.users.secretOnce.password(user.username)}
          secret={password}
          onClose={() => {
            setPassword(null)
          }}
        />
      )}
    </>
  )
}

type UserDialogProps = UserActionsProps & { onClose: () => void }

function RoleDialog({ user: { id, role }, onChanged, onClose }: UserDialogProps) {
  const submit = async (fields: FormData) => {
    const body = { role: roleOf(textOf(fields, 'role')) }
    await ask('PATCH /users/:id', { params: { id }, body })
    say(texts.done.role)
    onChanged()
  }
  return (
    <FormDialog
      title={texts.changeRole}
      verb={words.common.actions.save}
      onClose={onClose}
      onSubmit={submit}
    >
      <SelectField
        label={words.users.columns.role}
        name="role"
        value={role}
        hint={texts.roleHint}
        choices={roles.map((one) => [one, words.users.roleText[one]])}
      />
    </FormDialog>
  )
}

function AbleDialog({ user: { id, disabled }, onChanged, onClose }: UserDialogProps) {
  const verb = disabled ? texts.enable : texts.disable
  const submit = async () => {
    await ask('PATCH /users/:id', { params: { id }, body: { disabled: !disabled } })
    say(disabled ? texts.done.enabled : texts.done.disabled)
    onChanged()
  }
  return (
    <FormDialog title={verb} verb={verb} grave={!disabled} onClose={onClose} onSubmit={submit}>
      {!disabled && <p>{texts.disableText}</p>}
    </FormDialog>
  )
}

function ResetDialog({
  user: { id },
  onChanged,
  onClose,
  onReset,
}: UserDialogProps & { onReset: (password: string | null) => void }) {
  const submit = async () => {
    const { password } = await ask('POST /users/:id/force-password-reset', { params: { id } })
    onReset(password)
    onChanged()
  }
  return (
    <FormDialog title={texts.reset} verb={texts.reset} grave onClose={onClose} onSubmit={submit}>
      <p>{texts.resetText}</p>
    </FormDialog>
  )
}

function RemoveDialog({ user: { id, username }, onChanged, onClose }: UserDialogProps) {
  const submit = async (fields: FormData) => {
    if (textOf(fields, 'confirm') !== username) throw new Error(texts.removeWrong)
    await ask('DELETE /users/:id', { params: { id } })
    say(texts.done.removed)
    onChanged()
    go(linkTo('users'))
  }
  return (
    <FormDialog
      title={texts.removeTitle(username)}
      verb={texts.remove}
      grave
      onClose={onClose}
      onSubmit={submit}
    >
      <p>{texts.removeText}</p>
      <TextField
        label={texts.removeConfirm(username)}
        name="confirm"
        required
        autocomplete="off"
        spellcheck={false}
      />
    </FormDialog>
  )
}
