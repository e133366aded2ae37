import { useState } from 'preact/hooks'
import { SelectField, TextField } from '../../ui/field.tsx'
import { words } from '../../words/index.ts'
import { cronInWords } from '../../words/cron.ts'

/** Names of the fields, which no parameter has. */
export const [WHEN, AT, CRON, NAME] = ['when:', 'at:', 'cron:', 'name:'] as const

const texts = words.tasks.form

/** When a task is to be done: at once, later, or again and again where its kind can be. */
export function When({ kind: { schedulable } }: { kind: { schedulable: boolean } }) {
  const [when, setWhen] = useState('now')
  const [cron, setCron] = useState('')
  const choices = Object.entries(texts.whens).filter(([one]) => one !== 'again' || schedulable)
  return (
    <>
      <SelectField
        label={texts.when}
        name={WHEN}
        value={when}
        choices={choices}
        onChange={({ currentTarget: { value } }) => {
          setWhen(value)
        }}
      />
      {when === 'at' && <TextField label={texts.at} name={AT} type="datetime-local" required />}
      {when === 'again' && (
        <>
          <TextField label={texts.name} name={NAME} required maxLength={128} />
          <TextField
            label={texts.cron}
            name={CRON}
            required
            spellcheck={false}
            hint={cronInWords(cron) ?? texts.cronHint}
            onInput={({ currentTarget: { value } }) => {
              setCron(value)
            }}
          />
        </>
      )}
    </>
  )
}
