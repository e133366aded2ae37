import { firingAlerts, severities } from '../../live/alerts.ts'
import { useResource } from '../../live/resource.ts'
import { may } from '../../session/session.ts'
import { linkTo, place } from '../../shell/router.ts'
import { FilterChoice, FilterSearch } from '../../ui/filters.tsx'
import { PageHead, Panel } from '../../ui/panel.tsx'
import { Blank } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Badge, SeverityBadge, Value } from '../../ui/value.tsx'
import { words } from '../../words/index.ts'
import { filtered, isOf, type Rule } from './rule.ts'

const texts = words.rules

const columns: readonly Column<Rule>[] = [
  { id: 'title', title: texts.columns.title, cell: Title, sortBy: ({ title }) => title },
  {
    id: 'severity',
    title: texts.columns.severity,
    cell: ({ severity }) => <SeverityBadge severity={severity} />,
    sortBy: ({ severity }) => severities.indexOf(severity),
  },
  {
    id: 'now',
    title: texts.columns.now,
    named: true,
    cell: Now,
    sortBy: (rule) => firingOf(rule),
  },
  {
    id: 'source',
    title: texts.columns.source,
    wide: true,
    cell: ({ source }) => words.alerts.sources[source],
    sortBy: ({ source }) => source,
  },
  {
    id: 'kind',
    title: texts.columns.kind,
    wide: true,
    cell: ({ builtin }) => <span class="kind">{texts.kinds[builtin ? 'builtin' : 'own']}</span>,
    sortBy: ({ builtin }) => (builtin ? 1 : 0),
  },
  { id: 'state', title: texts.columns.state, wide: true, cell: State },
]

function Title({ title, query, description }: Rule) {
  return (
    <span class="rule-what">
      <strong>{title}</strong>
      {query === null ? <span>{description}</span> : <code>{query}</code>}
    </span>
  )
}

function firingOf(rule: Rule): number | null {
  return firingAlerts.value?.filter((alert) => isOf(alert, rule)).length ?? null
}

function Now(rule: Rule) {
  const count = firingOf(rule)
  if (count === null) return <Value of={null} />
  return count === 0 ? (
    <span class="quiet">{texts.quiet}</span>
  ) : (
    <Badge tone={rule.severity}>{texts.firing(count)}</Badge>
  )
}

function State({ enabled, faults }: Rule) {
  if (faults.length > 0) return <Badge tone="unknown">{texts.faulty}</Badge>
  return <Badge tone={enabled ? 'good' : 'quiet'}>{enabled ? texts.enabled : texts.disabled}</Badge>
}

/** All rules: what each means, and whether it fires. */
export function RuleList({ rules }: { rules: readonly Rule[] }) {
  const shown = filtered(rules, place.value.query)
  return (
    <>
      <PageHead title={words.navigation.rules}>
        {may('rules:write') && (
          <a class="button" href={linkTo('rules', ['new'])}>
            {texts.new}
          </a>
        )}
      </PageHead>
      <div class="filters">
        <FilterSearch label={texts.search} />
        <FilterChoice
          query="kind"
          label={texts.filters.kind}
          choices={Object.entries(texts.kinds)}
        />
        <FilterChoice
          query="severity"
          label={texts.filters.severity}
          choices={severities.map((one) => [one, words.common.severity[one]])}
        />
        <FilterChoice
          query="source"
          label={texts.filters.source}
          choices={Object.entries(words.alerts.sources)}
        />
      </div>
      <div class="list-bar">
        <span class="quiet">{words.common.table.rows(shown.length, rules.length)}</span>
      </div>
      <div class="stacked">
        <Table
          label={words.navigation.rules}
          columns={columns}
          rows={shown}
          idOf={({ id }) => id}
          linkOf={({ id }) => linkTo('rules', [id])}
          empty={<Blank icon="search" title={texts.noneMatches} />}
        />
      </div>
      {may('config:write') && <SwitchedOff />}
    </>
  )
}

/** Rules that the configuration switches off are not in the list; who may read the configuration sees which. */
function SwitchedOff() {
  const { current } = useResource('GET /config', {}, ['system'])
  const shown = current.value
  if (shown.state !== 'shown') return null
  const setting = shown.value.settings.find(({ key }) => key === 'monitoring.disabled_rules')
  const names = Array.isArray(setting?.value) ? setting.value.map(String) : []
  if (names.length === 0) return null
  return (
    <Panel title={texts.switchedOff.title}>
      <p class="quiet">{texts.switchedOff.text}</p>
      <ul class="labels">
        {names.map((name) => (
          <li key={name}>
            <a href={`/runbooks/${encodeURIComponent(name)}`} target="_blank" rel="noreferrer">
              <code>{name}</code>
            </a>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
