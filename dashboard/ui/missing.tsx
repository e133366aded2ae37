import './missing.css'
import { useState } from 'preact/hooks'
import { may } from '../session/session.ts'
import { placedId } from './appliance.tsx'
import { FormDialog } from './dialog.tsx'
import { Panel } from './panel.tsx'
import { say } from './toast.tsx'
import { Time } from './value.tsx'
import { ask } from '../wire/request.ts'
import { words } from '../words/index.ts'

const texts = words.missing

interface Gone {
  id: string
  name: string
  last_seen: string
  /** Of a fleet: where it is missed; null here, where alone it can be forgotten. */
  appliance: string | null
}

const forgetting = {
  libraries: 'DELETE /hardware/libraries/:id',
  drives: 'DELETE /hardware/drives/:id',
  targets: 'DELETE /hardware/targets/:id',
  sessions: 'DELETE /hardware/sessions/:id',
  arrays: 'DELETE /hardware/arrays/:id',
} as const

type Kind = keyof typeof forgetting

interface MissingProps {
  listings: Readonly<Partial<Record<Kind, { missing: readonly Gone[] }>>>
  onChanged: () => void
}

/** What was there and is not any more; who may can have it forgotten. */
export function Missing({ listings, onChanged }: MissingProps) {
  const [chosen, setChosen] = useState<(Gone & { kind: Kind }) | null>(null)
  const gone = Object.entries(listings).flatMap(([kind, { missing }]) =>
    missing.map((one) => ({ ...one, kind: kind as Kind })),
  )
  if (gone.length === 0) return null
  return (
    <Panel title={texts.title} class="missing">
      <p class="quiet">{texts.text}</p>
      <ul>
        {gone.map((one) => (
          <li key={`${one.kind} ${placedId(one)}`}>
            <span class="place">{one.name}</span> {one.appliance !== null && `${one.appliance}, `}
            <small>
              {texts.lastSeen} <Time at={one.last_seen} />
            </small>
            {one.appliance === null && may('monitoring:write') && (
              <button
                type="button"
                onClick={() => {
                  setChosen(one)
                }}
              >
                {texts.forget}
              </button>
            )}
          </li>
        ))}
      </ul>
      {chosen && (
        <FormDialog
          title={texts.forgetThis(chosen.name)}
          verb={texts.forget}
          onClose={() => {
            setChosen(null)
          }}
          onSubmit={async () => {
            await ask(forgetting[chosen.kind], { params: { id: chosen.id } })
            say(texts.forgotten)
            onChanged()
          }}
        >
          <p>{texts.forgetText}</p>
        </FormDialog>
      )}
    </Panel>
  )
}
