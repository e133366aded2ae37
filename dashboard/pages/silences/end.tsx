import { useState } from 'preact/hooks'
import { FormDialog } from '../../ui/dialog.tsx'
import { say } from '../../ui/toast.tsx'
import { ask } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import type { Silence } from './silence.ts'

const texts = words.silences.end

/** Ends a silence before its time. */
export function EndButton({ silence, onDone }: { silence: Silence; onDone: () => void }) {
  const [open, setOpen] = useState(false)
  const end = async () => {
    await ask('DELETE /monitoring/silences/:id', { params: { id: silence.id } })
    say(texts.done)
    onDone()
  }
  return (
    <>
      <button
        type="button"
        onClick={() => {
          setOpen(true)
        }}
      >
        {texts.verb}
      </button>
      {open && (
        <FormDialog
          title={texts.title}
          verb={texts.verb}
          onSubmit={end}
          onClose={() => {
            setOpen(false)
          }}
        >
          <p>{silence.state === 'active' ? texts.text : texts.planned}</p>
        </FormDialog>
      )}
    </>
  )
}
