import { useState } from 'preact/hooks'
import type { Resource } from '../../live/resource.ts'
import { may } from '../../session/session.ts'
import { Panel } from '../../ui/panel.tsx'
import { Blank, Notice, Shown } from '../../ui/states.tsx'
import { complain, say } from '../../ui/toast.tsx'
import { Badge, Time, type Tone } from '../../ui/value.tsx'
import { ask, type Answer } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import { Differences } from './differences.tsx'
import { driftLines, type DriftLine } from './drift.ts'
import { PlanPanel } from './plan.tsx'

const texts = words.scstDrift.drift

type Comparison = Answer<'GET /monitoring/consistency'>
type Check = Comparison['checks'][number]

/** What runs against scst.conf: as lines, one by one, and what would bring both together. */
export function Configuration({ drift }: { drift: Resource<Comparison> }) {
  return (
    <Shown of={drift}>
      {(comparison) => <View comparison={comparison} onChanged={drift.refresh} />}
    </Shown>
  )
}

function View({ comparison, onChanged }: { comparison: Comparison; onChanged: () => void }) {
  const { differences } = comparison
  const check = comparison.checks.find((one) => one.check === 'scst')
  if (check === undefined) {
    return (
      <Blank icon="unknown" title={texts.never} text={texts.neverText}>
        <CheckButton onChanged={onChanged} />
      </Blank>
    )
  }
  const counted = differences.filter(({ ignored }) => ignored === null)
  return (
    <>
      <Panel
        title={texts.title}
        aside={
          <span class="actions">
            <small>
              {texts.checked} <Time at={check.checked_at} />
            </small>
            <CheckButton onChanged={onChanged} />
          </span>
        }
      >
        {check.reasons.length > 0 && (
          <Notice>{`${texts.unread}: ${check.reasons.join('; ')}`}</Notice>
        )}
        {differences.length === 0 ? (
          check.reasons.length === 0 && (
            <Blank icon="good" title={texts.same} text={texts.sameText(fileOf(check))} />
          )
        ) : (
          <Diff lines={driftLines(differences)} />
        )}
        <Sources of={check} />
      </Panel>
      {counted.length > 0 && may('monitoring:write') && (
        <PlanPanel key={counted.map(({ id }) => id).join()} differences={counted} />
      )}
      {differences.length > 0 && <Differences of={differences} onChanged={onChanged} />}
    </>
  )
}

function fileOf({ sources }: Check): string {
  return sources.find(({ role }) => role === 'configured')?.source ?? ''
}

function CheckButton({ onChanged }: { onChanged: () => void }) {
  const [busy, setBusy] = useState(false)
  if (!may('monitoring:write')) return null
  const check = () => {
    setBusy(true)
    ask('POST /monitoring/consistency/check', { body: { checks: ['scst'] } })
      .then(() => {
        say(texts.checked)
        onChanged()
      }, complain)
      .finally(() => {
        setBusy(false)
      })
  }
  return (
    <button type="button" disabled={busy} onClick={check}>
      {texts.check}
    </button>
  )
}

function meaningOf({ sign, changed }: DriftLine): string | null {
  switch (sign) {
    case '-':
      return changed ? texts.inFile : texts.removed
    case '+':
      return changed ? texts.runs : texts.added
    case '!':
      return texts.gone
    case ' ':
      return null
  }
}

const classes: Readonly<Record<DriftLine['sign'], string>> = {
  '-': 'removed',
  '+': 'added',
  '!': 'gone',
  ' ': 'around',
}

/** The difference as lines; what a sign means stands beside it, for those who see no colours and hear the page. */
function Diff({ lines }: { lines: readonly DriftLine[] }) {
  return (
    <div class="diff" role="region" tabIndex={0} aria-label={texts.legend}>
      <ol>
        {lines.map((line, index) => {
          const { sign, depth, text, difference } = line
          const meaning = meaningOf(line)
          return (
            <li key={`${index} ${difference ?? ''}`} class={classes[sign]}>
              <span class="sign">{sign}</span>
              <code style={{ paddingLeft: `${depth * 2}ch` }}>{text}</code>
              {meaning !== null && <small>{meaning}</small>}
            </li>
          )
        })}
      </ol>
    </div>
  )
}

const tones: Readonly<Record<Check['sources'][number]['state'], Tone>> = {
  read: 'good',
  unread: 'unknown',
  absent: 'quiet',
}

function Sources({ of: { sources } }: { of: Check }) {
  return (
    <ul class="sources" aria-label={texts.sources}>
      {sources.map(({ role, source, state, reason, taken_at: at }) => (
        <li key={role}>
          {texts.roles[role]}: <code>{source}</code>{' '}
          <Badge tone={tones[state]}>{texts.states[state]}</Badge>{' '}
          <small>{at === null ? reason : <Time at={at} />}</small>
        </li>
      ))}
    </ul>
  )
}
