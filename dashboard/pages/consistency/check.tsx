import { useState } from 'preact/hooks'
import { may } from '../../session/session.ts'
import { linkTo } from '../../shell/router.ts'
import { Panel } from '../../ui/panel.tsx'
import { Badge, Facts, Time, Value } from '../../ui/value.tsx'
import { duration } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { AdoptDialog } from './adopt.tsx'
import { differs, kinds, kindTones, toneOfCheck, type Check, type Ended } from './parts.ts'

const texts = words.consistency

/** A comparison: how and when it ended, what it was made from, and what can be done about it. */
export function CheckCard({ check, onDone }: { check: Check; onDone: () => void }) {
  const [adopting, setAdopting] = useState(false)
  const found = kinds.filter((kind) => check[kind] > 0)
  return (
    <Panel title={texts.checks[check.check]} aside={<CheckStatus of={check} />}>
      <p class="quiet">{texts.checkHints[check.check]}</p>
      {check.status !== 'up' && <p>{check.message}</p>}
      {check.reasons.length > 0 && (
        <ul class="reasons">
          {check.reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      <Facts
        facts={[
          [
            texts.card.found,
            <span key="found" class="badges">
              {found.length === 0 &&
                (check.status === 'unknown' ? <Value of={null} /> : texts.card.nothing)}
              {found.map((kind) => (
                <Badge key={kind} tone={kindTones[kind]}>
                  {check[kind]} {texts.kinds[kind].toLowerCase()}
                </Badge>
              ))}
              {check.ignored > 0 && <Badge tone="quiet">{texts.card.ignored(check.ignored)}</Badge>}
            </span>,
          ],
          [texts.card.at, <Time key="at" at={check.checked_at} />],
          [texts.card.took, duration(check.duration_seconds)],
        ]}
      />
      <Sources of={check.sources} />
      <Samples of={check.samples} />
      {found.length > 0 && may('monitoring:write') && (
        <div class="actions">
          <a class="button" href={linkTo('consistency', ['plan', check.check])}>
            {texts.verbs.plan}
          </a>
          <button
            type="button"
            onClick={() => {
              setAdopting(true)
            }}
          >
            {texts.verbs.adopt}
          </button>
        </div>
      )}
      {adopting && (
        <AdoptDialog
          check={check.check}
          onDone={onDone}
          onClose={() => {
            setAdopting(false)
          }}
        />
      )}
    </Panel>
  )
}

/** How a comparison ended. */
export function CheckStatus({ of }: { of: Ended }) {
  const status = of.status === 'up' && differs(of) ? 'degraded' : of.status
  return <Badge tone={toneOfCheck(of)}>{texts.statuses[status]}</Badge>
}

function Sources({ of }: { of: Check['sources'] }) {
  if (of.length === 0) return null
  const unread = of.filter(({ state }) => state === 'unread').length
  return (
    <details>
      <summary>
        {texts.card.sources(of.length)}
        {unread > 0 && <strong class="unread">, {texts.card.unread(unread)}</strong>}
      </summary>
      <ul class="sources">
        {of.map(({ role, source, state, reason, taken_at: at }) => (
          <li key={`${role} ${source}`}>
            <small>{texts.roles[role]}</small> {source}{' '}
            <Badge tone={state === 'unread' ? 'unknown' : 'quiet'}>
              {texts.card.states[state]}
            </Badge>{' '}
            {at !== null && (
              <small>
                <Time at={at} />
              </small>
            )}
            {reason !== null && <p class="quiet">{reason}</p>}
          </li>
        ))}
      </ul>
    </details>
  )
}

function Samples({ of }: { of: Check['samples'] }) {
  if (of.length === 0) return null
  const count = (result: Check['samples'][number]['result']) =>
    of.filter((one) => one.result === result).length
  const [unverified, mismatched] = [count('not_verified'), count('mismatch')]
  return (
    <details>
      <summary>
        {texts.card.samples(of.length)}
        {unverified > 0 && `, ${texts.card.notVerified(unverified)}`}
        {mismatched > 0 && <strong class="unread">, {texts.card.mismatch(mismatched)}</strong>}
      </summary>
      <ul class="sources">
        {of.map(({ barcode, library, result, reason }) => (
          <li key={`${library ?? ''} ${barcode}`}>
            {barcode} <small>{library}</small>{' '}
            <Badge tone={sampleTones[result]}>{texts.card.results[result]}</Badge>
            {reason !== null && <p class="quiet">{reason}</p>}
          </li>
        ))}
      </ul>
    </details>
  )
}

const sampleTones = { verified: 'good', mismatch: 'critical', not_verified: 'unknown' } as const
