import type { Span } from '../../live/history.ts'
import { Icon } from '../../ui/icon.tsx'
import { Panel } from '../../ui/panel.tsx'
import type { Answer } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import { aggregatesOf, type Chosen } from './asked.ts'
import { useLabels } from './loaded.ts'

const texts = words.metrics

/** A metric as it is known by name. */
export type Name = Answer<'GET /monitoring/metrics/names'>['names'][number]

interface ChosenSeriesProps {
  chosen: readonly Chosen[]
  names: readonly Name[]
  span: Span
  onChange: (chosen: readonly Chosen[]) => void
}

/** What is in the chart: each can be narrowed, put together otherwise, or taken out. */
export function ChosenSeries({ chosen, names, span, onChange }: ChosenSeriesProps) {
  return (
    <Panel title={texts.series}>
      <ul class="chosen">
        {chosen.map((one, index) => (
          <One
            key={`${index} ${one.name}`}
            one={one}
            name={names.find(({ name }) => name === one.name)}
            span={span}
            onChange={(next) => {
              onChange(chosen.flatMap((other) => (other !== one ? [other] : next ? [next] : [])))
            }}
          />
        ))}
      </ul>
    </Panel>
  )
}

interface OneProps {
  one: Chosen
  name: Name | undefined
  span: Span
  /** Null takes it out. */
  onChange: (next: Chosen | null) => void
}

function One({ one, name, span, onChange }: OneProps) {
  return (
    <li>
      <div class="chosen-head">
        <code>{one.name}</code>
        <button
          type="button"
          class="plain"
          aria-label={texts.remove(one.name)}
          onClick={() => {
            onChange(null)
          }}
        >
          <Icon name="close" />
        </button>
      </div>
      {name !== undefined && <p class="quiet">{name.help}</p>}
      <div class="filters">
        <Pick
          label={texts.aggregate}
          value={one.aggregate}
          choices={aggregatesOf(name?.type ?? 'counter').map((how) => [how, texts.aggregates[how]])}
          onPick={(picked) => {
            onChange({ ...one, aggregate: picked as Chosen['aggregate'] })
          }}
        />
        <Labels one={one} span={span} onChange={onChange} />
      </div>
    </li>
  )
}

function Labels({ one, span, onChange }: Omit<OneProps, 'name'>) {
  const { current } = useLabels(one.name, span)
  const known = current.value.state === 'shown' ? current.value.value : new Map<string, string[]>()
  const labels = [...new Set([...known.keys(), ...Object.keys(one.labels)])]
  return (
    <>
      {labels.map((label) => {
        const chosen = one.labels[label] ?? ''
        const values = new Set([...(known.get(label) ?? []), ...(chosen === '' ? [] : [chosen])])
        return (
          <Pick
            key={label}
            label={label}
            value={chosen}
            choices={[['', texts.any], ...[...values].map((value) => [value, value] as const)]}
            onPick={(picked) => {
              onChange({ ...one, labels: withLabel(one.labels, label, picked) })
            }}
          />
        )
      })}
    </>
  )
}

/** The labels with one as it was picked; nothing takes it out. */
function withLabel(labels: Chosen['labels'], label: string, picked: string): Chosen['labels'] {
  const others = Object.entries(labels).filter(([name]) => name !== label)
  return Object.fromEntries(picked === '' ? others : [...others, [label, picked]])
}

interface PickProps {
  label: string
  value: string
  choices: readonly (readonly [string, string])[]
  onPick: (value: string) => void
}

function Pick({ label, value, choices, onPick }: PickProps) {
  return (
    <label class="filter">
      <span>{label}</span>
      <select
        value={value}
        onChange={({ currentTarget }) => {
          onPick(currentTarget.value)
        }}
      >
        {choices.map(([choice, text]) => (
          <option key={choice} value={choice} selected={choice === value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  )
}
