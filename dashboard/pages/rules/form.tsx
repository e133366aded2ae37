import { useRef, useState } from 'preact/hooks'
import { severities } from '../../live/alerts.ts'
import { go, linkTo } from '../../shell/router.ts'
import { FormFault, useForm } from '../../ui/dialog.tsx'
import { SelectField, TextArea, TextField } from '../../ui/field.tsx'
import { textOf } from '../../ui/form-text.ts'
import { PageHead, Panel } from '../../ui/panel.tsx'
import { say } from '../../ui/toast.tsx'
import { ask, RequestError } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import { durationText, givenOf, marked, type Given } from './draft.ts'
import type { Rule } from './rule.ts'
import { TestPanel } from './test-panel.tsx'

const texts = words.rules.form

interface RuleFormProps {
  /** Null makes a new one. */
  rule: Rule | null
  onSaved: () => void
}

/** Makes or changes a rule; it can be tried before it is saved. */
export function RuleForm({ rule, onSaved }: RuleFormProps) {
  const element = useRef<HTMLFormElement>(null)
  const [tried, setTried] = useState<{ given: Given; fault: unknown } | null>(null)
  const form = useForm(async (fields) => {
    const body = givenOf(typedIn(fields))
    setTried({ given: body, fault: null })
    const { id } = await (
      rule === null
        ? ask('POST /monitoring/rules', { body })
        : ask('PUT /monitoring/rules/:id', { params: { id: rule.id }, body })
    ).catch((fault: unknown) => {
      setTried({ given: body, fault })
      throw fault
    })
    say(texts.saved)
    onSaved()
    go(linkTo('rules', [id]))
  })
  const up =
    rule === null
      ? { text: words.navigation.rules, link: linkTo('rules') }
      : { text: rule.name, link: linkTo('rules', [rule.id]) }
  return (
    <>
      <PageHead title={rule === null ? texts.new : texts.edit(rule.name)} up={up} />
      <form ref={element} onSubmit={form.submit} class="rule-form">
        <div class="two-columns">
          <Panel title={texts.what}>
            <Condition rule={rule} />
            {tried !== null && <QueryFaults query={tried.given.query ?? ''} fault={tried.fault} />}
          </Panel>
          <Panel title={texts.told}>
            <Telling rule={rule} />
          </Panel>
        </div>
        <FormFault fault={form.fault} />
        <div class="actions">
          <button type="submit" class="primary" disabled={form.busy}>
            {texts.save}
          </button>
          <a class="button" href={up.link}>
            {words.common.actions.cancel}
          </a>
        </div>
      </form>
      <TestPanel
        given={() => {
          const given = givenOf(typedIn(new FormData(element.current ?? undefined)))
          setTried({ given, fault: null })
          // A rule without a name can be tried.
          const { name, ...unnamed } = given
          return name === '' ? unnamed : given
        }}
        onFault={(fault) => {
          setTried((before) => before && { ...before, fault })
        }}
      />
    </>
  )
}

function typedIn(fields: FormData) {
  const text = (name: string) => textOf(fields, name)
  return {
    ...{ name: text('name'), query: text('query'), threshold: text('threshold') },
    ...{ clear: text('clear'), for: text('for'), keep: text('keep'), labels: text('labels') },
    ...{ severity: text('severity'), source: text('source') },
    ...{ description: text('description'), action: text('action') },
    enabled: fields.get('enabled') !== null,
  }
}

function Condition({ rule }: { rule: Rule | null }) {
  return (
    <>
      <TextField
        label={texts.name}
        hint={texts.nameHint}
        name="name"
        maxLength={200}
        required
        defaultValue={rule?.name ?? ''}
      />
      <TextArea
        label={texts.query}
        hint={texts.queryHint}
        name="query"
        rows={3}
        required
        spellcheck={false}
        class="query"
        defaultValue={rule?.query ?? ''}
      />
      <div class="pair">
        <TextField
          label={texts.threshold}
          hint={texts.thresholdHint}
          name="threshold"
          inputMode="decimal"
          defaultValue={comparedAnyway(rule) ? '' : String(rule?.threshold_value ?? '')}
        />
        <TextField
          label={texts.clear}
          hint={texts.clearHint}
          name="clear"
          inputMode="decimal"
          defaultValue={String(rule?.clear_threshold ?? '')}
        />
        <TextField
          label={texts.for}
          hint={texts.forHint}
          name="for"
          defaultValue={durationText(rule?.for_seconds ?? 0)}
        />
        <TextField
          label={texts.keep}
          hint={texts.keepHint}
          name="keep"
          defaultValue={durationText(rule?.keep_firing_seconds ?? 0)}
        />
      </div>
    </>
  )
}

/** Of a query with a comparison the threshold is the number in it, and is not given twice. */
function comparedAnyway(rule: Rule | null): boolean {
  return rule?.query != null && /[<>]|[=!]=(?!~)/.test(rule.query.replace(/\{[^}]*\}/g, ''))
}

function Telling({ rule }: { rule: Rule | null }) {
  return (
    <>
      <div class="pair">
        <SelectField
          label={texts.severity}
          name="severity"
          value={rule?.severity ?? 'warning'}
          choices={severities.map((one) => [one, words.common.severity[one]])}
        />
        <SelectField
          label={texts.source}
          name="source"
          hint={texts.sourceHint}
          value={rule?.source ?? ''}
          choices={[['', texts.sourceOfMetric], ...Object.entries(words.alerts.sources)]}
        />
      </div>
      <TextArea
        label={texts.description}
        name="description"
        rows={2}
        maxLength={4096}
        defaultValue={rule?.description ?? ''}
      />
      <TextArea
        label={texts.action}
        name="action"
        rows={2}
        maxLength={4096}
        defaultValue={rule?.action ?? ''}
      />
      <TextArea
        label={texts.labels}
        hint={texts.labelsHint}
        name="labels"
        rows={2}
        defaultValue={Object.entries(rule?.labels ?? {})
          .map(([name, value]) => `${name}=${value}`)
          .join('\n')}
      />
      <label class="check">
        <input type="checkbox" name="enabled" defaultChecked={rule?.enabled ?? true} />
        {texts.enabled}
      </label>
    </>
  )
}

/** The query as it was tried, with what is wrong in it at its place. */
function QueryFaults({ query, fault }: { query: string; fault: unknown }) {
  if (!(fault instanceof RequestError)) return null
  const placed = fault.faults.flatMap(({ at, message }) => (at ? [{ ...at, message }] : []))
  if (placed.length === 0) return null
  return (
    <div class="query-faults" role="alert">
      <p class="hint">{texts.faultsAt}</p>
      <code class="data">
        {marked(query, placed).map(({ text, fault: wrong }, index) =>
          wrong ? <mark key={index}>{text}</mark> : text,
        )}
      </code>
      <ul>
        {placed.map(({ offset, message }) => (
          <li key={`${offset} ${message}`}>{message}</li>
        ))}
      </ul>
    </div>
  )
}
