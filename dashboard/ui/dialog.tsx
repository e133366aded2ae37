import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { RequestError } from '../wire/request.ts'
import { words } from '../words/index.ts'
import { Icon } from './icon.tsx'

interface DialogProps {
  title: string
  onClose: () => void
  children: ComponentChildren
}

/** A window before the page. Escape closes it, and the focus goes back where it was. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const before = document.activeElement
    element.current?.showModal()
    return () => {
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  return (
    <dialog
      ref={element}
      aria-labelledby={id}
      onClose={onClose}
      onClick={({ target }) => {
        if (target === element.current) onClose()
      }}
    >
      <div class="dialog-body">
        <header>
          <h2 id={id}>{title}</h2>
          <button
            type="button"
            class="plain"
            aria-label={words.common.actions.close}
            onClick={onClose}
          >
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  )
}

interface FormDialogProps extends DialogProps {
  /** What the button says that carries it out. */
  verb: string
  /** It cannot be undone. */
  grave?: boolean
  /** Rejects with what is then shown; afterwards the window closes. */
  onSubmit: (fields: FormData) => Promise<unknown>
}

/** A form before the page: what was refused is shown in it, and what was filled in stays. */
export function FormDialog(props: FormDialogProps) {
  const { title, verb, grave = false, onSubmit, onClose, children } = props
  const form = useForm(onSubmit, onClose)
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={form.submit}>
        {children}
        <FormFault fault={form.fault} />
        <footer class="dialog-foot">
          <button type="button" onClick={onClose}>
            {words.common.actions.cancel}
          </button>
          <button type="submit" class={grave ? 'grave' : 'primary'} disabled={form.busy}>
            {verb}
          </button>
        </footer>
      </form>
    </Dialog>
  )
}

/** A form that is on its way at most once, and what it was refused with. */
export function useForm(onSubmit: (fields: FormData) => Promise<unknown>, onDone?: () => void) {
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<unknown>(null)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    setFault(null)
    onSubmit(new FormData(event.currentTarget as HTMLFormElement))
      .then(() => onDone?.())
      .catch(setFault)
      .finally(() => {
        setBusy(false)
      })
  }
  return { busy, fault, submit }
}

/** What a form was refused with, every fault of it. */
export function FormFault({ fault }: { fault: unknown }) {
  if (fault === null) return null
  const faults = fault instanceof RequestError ? fault.faults : []
  const message = fault instanceof Error ? fault.message : words.common.states.failed
  return (
    <div class="fault" role="alert">
      <p>{message}</p>
      {faults.length > 1 && (
        <ul>
          {faults.map(({ path, message: what }) => (
            <li key={path}>
              {path}: {what}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
