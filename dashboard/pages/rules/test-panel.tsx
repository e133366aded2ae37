import { useState } from 'preact/hooks'
import { FormFault } from '../../ui/dialog.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ask, type Body } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import type { Trial } from './places.ts'
import { SaidNow } from './test-now.tsx'
import { WouldHaveSaid } from './test-past.tsx'

const texts = words.rules.test
const DAY_MS = 86_400_000

interface TestPanelProps {
  /** The rule as it is now. Throws an Error that says what cannot be read of it. */
  given: () => Body<'POST /monitoring/rules/test'>
  onFault?: (fault: unknown) => void
}

/** Tries a rule on now and on the last days; nothing is kept of it. */
export function TestPanel({ given, onFault }: TestPanelProps) {
  const [days, setDays] = useState('1')
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<unknown>(null)
  const [trial, setTrial] = useState<Trial | null>(null)
  const test = async () => {
    setBusy(true)
    setFault(null)
    try {
      const until = new Date()
      const since = new Date(until.getTime() - Number(days) * DAY_MS).toISOString()
      setTrial(await ask('POST /monitoring/rules/test', { body: { ...given(), since } }))
    } catch (error) {
      setTrial(null)
      setFault(error)
      onFault?.(error)
    }
    setBusy(false)
  }
  return (
    <Panel title={texts.title}>
      <div class="actions">
        <label class="filter-inline">
          {texts.over}{' '}
          <select
            value={days}
            onChange={({ currentTarget }) => {
              setDays(currentTarget.value)
            }}
          >
            {Object.entries(texts.days).map(([value, text]) => (
              <option key={value} value={value} selected={value === days}>
                {text}
              </option>
            ))}
          </select>
        </label>
        <button type="button" disabled={busy} onClick={() => void test()}>
          {busy ? texts.busy : texts.verb}
        </button>
        <span class="quiet">{texts.text}</span>
      </div>
      <FormFault fault={fault} />
      {trial !== null && (
        <div aria-live="polite">
          <WouldHaveSaid past={trial.past} />
          <SaidNow now={trial.now} />
        </div>
      )}
    </Panel>
  )
}
