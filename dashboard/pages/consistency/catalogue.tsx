import { useState } from 'preact/hooks'
import { useResource } from '../../live/resource.ts'
import { may } from '../../session/session.ts'
import { FormDialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { textOf } from '../../ui/form-text.ts'
import { Panel } from '../../ui/panel.tsx'
import { Shown } from '../../ui/states.tsx'
import { Facts, Time } from '../../ui/value.tsx'
import { say } from '../../ui/toast.tsx'
import { ask } from '../../wire/request.ts'
import { count } from '../../words/format.ts'
import { words } from '../../words/index.ts'

const texts = words.consistency.catalogue
/** More is not taken. */
const MOST_BYTES = 16 * 1024 * 1024

/** What the backup application believes to have. */
export function Catalogue() {
  const found = useResource('GET /monitoring/consistency/catalogue', {}, ['metrics'])
  const [open, setOpen] = useState<'import' | 'forget' | null>(null)
  const close = () => {
    setOpen(null)
  }
  return (
    <Panel title={texts.title} class="catalogue">
      <Shown of={found}>
        {({ catalogue }) => (
          <>
            {catalogue === null ? (
              <p class="quiet">{texts.none}</p>
            ) : (
              <Facts
                facts={[
                  [texts.name, catalogue.name],
                  [texts.cartridges, count(catalogue.cartridges)],
                  [
                    texts.at,
                    <span key="at">
                      <Time at={catalogue.imported_at} exact /> {texts.by} {catalogue.imported_by}
                    </span>,
                  ],
                ]}
              />
            )}
            {may('monitoring:write') && (
              <div class="actions">
                <button
                  type="button"
                  onClick={() => {
                    setOpen('import')
                  }}
                >
                  {texts.import}
                </button>
                {catalogue !== null && (
                  <button
                    type="button"
                    onClick={() => {
                      setOpen('forget')
                    }}
                  >
                    {texts.forget}
                  </button>
                )}
              </div>
            )}
          </>
        )}
      </Shown>
      {open === 'import' && <ImportDialog onDone={found.refresh} onClose={close} />}
      {open === 'forget' && <ForgetDialog onDone={found.refresh} onClose={close} />}
    </Panel>
  )
}

interface DialogProps {
  onDone: () => void
  onClose: () => void
}

function ImportDialog({ onDone, onClose }: DialogProps) {
  const submit = async (fields: FormData) => {
    const file = fields.get('file')
    if (!(file instanceof File)) return
    if (file.size > MOST_BYTES) throw new Error(texts.tooLarge)
    const body = { csv: await file.text(), name: textOf(fields, 'name') || file.name }
    const { cartridges } = await ask('POST /monitoring/consistency/catalogue', { body })
    say(texts.imported(count(cartridges) ?? ''))
    onDone()
  }
  return (
    <FormDialog title={texts.importTitle} verb={texts.import} onClose={onClose} onSubmit={submit}>
      <p>{texts.importText}</p>
      <TextField
        label={texts.file}
        name="file"
        type="file"
        accept=".csv,.txt,.tsv,text/csv,text/plain"
        required
      />
      <TextField label={texts.name} name="name" maxLength={256} />
    </FormDialog>
  )
}

function ForgetDialog({ onDone, onClose }: DialogProps) {
  const submit = async () => {
    await ask('DELETE /monitoring/consistency/catalogue')
    say(texts.forgotten)
    onDone()
  }
  return (
    <FormDialog
      title={texts.forgetTitle}
      verb={texts.forget}
      grave
      onClose={onClose}
      onSubmit={submit}
    >
      <p>{texts.forgetText}</p>
    </FormDialog>
  )
}
