import { useState } from 'preact/hooks'
import { firingAlerts } from '../../live/alerts.ts'
import { may } from '../../session/session.ts'
import { go, linkTo } from '../../shell/router.ts'
import { FormDialog } from '../../ui/dialog.tsx'
import { Icon } from '../../ui/icon.tsx'
import { ObjectAlerts } from '../../ui/object-alerts.tsx'
import { PageHead, Panel } from '../../ui/panel.tsx'
import { Prose } from '../../ui/prose.tsx'
import { Loading } from '../../ui/states.tsx'
import { say } from '../../ui/toast.tsx'
import { Badge, Facts, SeverityBadge, Time } from '../../ui/value.tsx'
import { ask } from '../../wire/request.ts'
import { duration } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { isOf, type Rule } from './rule.ts'
import { TestPanel } from './test-panel.tsx'

const texts = words.rules.detail

interface RulePageProps {
  rule: Rule
  onChanged: () => void
}

/** One rule: what it looks at, what it means, what fires by it. */
export function RulePage({ rule, onChanged }: RulePageProps) {
  const { title, builtin, enabled, severity, faults } = rule
  const up = { text: words.navigation.rules, link: linkTo('rules') }
  return (
    <>
      <PageHead title={title} up={up}>
        <SeverityBadge severity={severity} />
        {!enabled && <Badge tone="quiet">{words.rules.disabled}</Badge>}
        {!builtin && may('rules:write') && <Actions rule={rule} onChanged={onChanged} />}
      </PageHead>
      {faults.length > 0 && (
        <div class="fault" role="alert">
          <p>{texts.faults}</p>
          <ul>
            {faults.map(({ path, message }) => (
              <li key={`${path} ${message}`}>{message}</li>
            ))}
          </ul>
        </div>
      )}
      <div class="two-columns">
        <Meaning rule={rule} />
        <Panel title={texts.condition}>
          {builtin ? <p class="quiet">{texts.builtin}</p> : <code class="data">{rule.query}</code>}
          <Condition rule={rule} />
          {builtin && may('config:write') && (
            <a href={linkTo('settings', [], { q: 'thresholds' })}>{texts.thresholds}</a>
          )}
        </Panel>
      </div>
      <Firing rule={rule} />
      {!builtin && may('rules:write') && <TestPanel given={() => definitionOf(rule)} />}
    </>
  )
}

function Said({ text }: { text: string }) {
  return text === '' ? <span class="quiet">{texts.none}</span> : <Prose text={text} />
}

function Meaning({ rule: { name, builtin, description, action } }: { rule: Rule }) {
  return (
    <Panel title={texts.why}>
      <p>
        <Said text={description} />
      </p>
      <h3>{texts.do}</h3>
      <p class="rule-do">
        <Said text={action} />
      </p>
      {builtin && (
        <a
          class="button"
          href={`/runbooks/${encodeURIComponent(name)}`}
          target="_blank"
          rel="noreferrer"
        >
          {texts.runbook} <Icon name="external" />
        </a>
      )}
    </Panel>
  )
}

function Condition({ rule }: { rule: Rule }) {
  const { threshold_value: threshold, clear_threshold: clear, builtin } = rule
  const labels = Object.entries(rule.labels).map(([name, value]) => `${name}=${value}`)
  const made = [rule.created_at, rule.created_by] as const
  const changed = [rule.updated_at, rule.updated_by] as const
  return (
    <Facts
      facts={[
        ...(threshold === null ? [] : [[texts.threshold, threshold] as const]),
        ...(clear === null ? [] : [[texts.clear, clear] as const]),
        [texts.for, rule.for_seconds === 0 ? texts.atOnce : duration(rule.for_seconds)],
        [
          texts.keep,
          rule.keep_firing_seconds === 0 ? texts.notOn : duration(rule.keep_firing_seconds),
        ],
        [texts.source, words.alerts.sources[rule.source]],
        ...(labels.length === 0 ? [] : [[texts.labels, labels.join(', ')] as const]),
        ...(builtin ? [] : [madeBy(texts.created, made), madeBy(texts.updated, changed)]),
      ]}
    />
  )
}

function madeBy(name: string, [at, who]: readonly [string | null, string | null]) {
  return [
    name,
    <span key={name}>
      <Time at={at} exact /> {who !== null && texts.by(who)}
    </span>,
  ] as const
}

function Firing({ rule }: { rule: Rule }) {
  const alerts = firingAlerts.value
  const asked = { rule: rule.builtin ? rule.id : rule.name, state: 'resolved' }
  return (
    <Panel title={texts.now} aside={<a href={linkTo('alerts', [], asked)}>{texts.past}</a>}>
      {alerts === null && <Loading />}
      {alerts !== null && !alerts.some((alert) => isOf(alert, rule)) && (
        <p class="quiet">{texts.nowNone}</p>
      )}
      <ObjectAlerts label={texts.now} of={(alert) => isOf(alert, rule)} most={20} />
    </Panel>
  )
}

/** What can be tried again of a rule as it is. */
function definitionOf(rule: Rule) {
  const { name, query, threshold_value, clear_threshold, for_seconds, keep_firing_seconds } = rule
  const { severity, source, labels } = rule
  return {
    ...{ name, query, threshold_value, clear_threshold, for_seconds, keep_firing_seconds },
    ...{ severity, source, labels },
  }
}

function Actions({ rule: { id, name }, onChanged }: RulePageProps) {
  const [open, setOpen] = useState(false)
  const { verb, title, text, done } = words.rules.remove
  const remove = async () => {
    await ask('DELETE /monitoring/rules/:id', { params: { id } })
    say(done)
    onChanged()
    go(linkTo('rules'))
  }
  return (
    <>
      <a class="button" href={linkTo('rules', [id, 'edit'])}>
        {words.rules.edit}
      </a>
      <button
        type="button"
        onClick={() => {
          setOpen(true)
        }}
      >
        {verb}
      </button>
      {open && (
        <FormDialog
          title={title(name)}
          verb={verb}
          grave
          onSubmit={remove}
          onClose={() => {
            setOpen(false)
          }}
        >
          <p>{text}</p>
        </FormDialog>
      )}
    </>
  )
}
