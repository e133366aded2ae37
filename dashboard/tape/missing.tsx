import { useState } from 'preact/hooks'
import { may } from '../session/session.ts'
import { FormDialog } from '../ui/dialog.tsx'
import { Panel } from '../ui/panel.tsx'
import { Table } from '../ui/table.tsx'
import { Time } from '../ui/value.tsx'
import { say } from '../ui/toast.tsx'
import { ask } from '../wire/request.ts'
import type { Answer } from '../wire/request.ts'
import { words } from '../words/index.ts'

type Missing = Answer<'GET /hardware/drives'>['missing'][number]
type Kind = 'libraries' | 'drives'

const texts = words.tape.missing

/** What was there once and is not now; who may can have it forgotten. */
export function MissingOnes(props: {
  kind: Kind
  of: readonly Missing[]
  onForgotten: () => void
}) {
  const { kind, of: missing, onForgotten } = props
  const [asked, setAsked] = useState<Missing | null>(null)
  if (missing.length === 0) return null
  return (
    <Panel title={texts.title}>
      <Table
        label={texts.table}
        columns={[
          { id: 'name', title: texts.name, cell: ({ name }) => name },
          { id: 'id', title: texts.id, cell: ({ id }) => id },
          { id: 'seen', title: texts.lastSeen, cell: ({ last_seen: at }) => <Time at={at} /> },
          ...(may('monitoring:write')
            ? [
                {
                  id: 'forget',
                  title: '',
                  cell: (one: Missing) => (
                    <button
                      type="button"
                      onClick={() => {
                        setAsked(one)
                      }}
                    >
                      {texts.forget}
                    </button>
                  ),
                },
              ]
            : []),
        ]}
        rows={missing}
        idOf={({ id }) => id}
      />
      {asked !== null && (
        <FormDialog
          title={texts.forgetTitle(asked.name)}
          verb={texts.forget}
          grave
          onSubmit={async () => {
            const params = { id: asked.id }
            await (kind === 'drives'
              ? ask('DELETE /hardware/drives/:id', { params })
              : ask('DELETE /hardware/libraries/:id', { params }))
            say(texts.forgotten(asked.name))
            onForgotten()
          }}
          onClose={() => {
            setAsked(null)
          }}
        >
          <p>{texts.forgetText}</p>
        </FormDialog>
      )}
    </Panel>
  )
}
