import { useState } from 'preact/hooks'
import { useResource } from '../../live/resource.ts'
import { Icon } from '../../ui/icon.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Shown } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { complain, say } from '../../ui/toast.tsx'
import { Badge, toneOf } from '../../ui/value.tsx'
import { ask, type Answer } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import { duration } from '../../words/format.ts'
import { Evidence } from '../../ui/evidence.tsx'

type Health = Answer<'GET /health/status'>
type Component = Health['components'][string]

const texts = words.health.components
/** The worst first. */
const worst = ['down', 'degraded', 'unknown', 'up'] as const

const columns: readonly Column<Component>[] = [
  {
    id: 'name',
    title: texts.name,
    cell: ({ name }) => name.replaceAll('_', ' '),
    sortBy: ({ name }) => name,
  },
  {
    id: 'status',
    title: texts.status,
    cell: ({ status }) => <Badge tone={toneOf(status)}>{words.common.status[status]}</Badge>,
    sortBy: ({ status }) => worst.indexOf(status),
  },
  { id: 'reason', title: texts.reason, cell: ({ message }) => message },
  {
    id: 'latency',
    title: texts.latency,
    numeric: true,
    wide: true,
    cell: ({ latency_ms: ms }) => latency(ms),
    sortBy: ({ latency_ms: ms }) => ms,
  },
  { id: 'details', title: texts.details, cell: Details, wide: true },
]

/** Below a millisecond it is said with a decimal: it was not nothing. */
function latency(ms: number): string | null {
  return ms < 10 ? `${ms.toFixed(1)} ms` : duration(ms / 1000)
}

function Details({ details }: Component) {
  if (Object.keys(details).length === 0) return null
  return (
    <details class="component-details">
      <summary>{texts.more}</summary>
      <Evidence of={details} />
    </details>
  )
}

/** The parts of the daemon and what it depends on, and how each is. */
export function Components() {
  const health = useResource('GET /health/status', {}, ['metrics'])
  const [compared, setCompared] = useState<Component | null>(null)
  return (
    <Shown of={health}>
      {(value) => (
        <>
          <Overall health={value} />
          <Panel title={texts.title} aside={<Compare onDone={setCompared} />}>
            <div class="stacked">
              <Table
                label={texts.title}
                columns={columns}
                rows={Object.values({
                  ...value.components,
                  ...(compared && { [compared.name]: compared }),
                }).sort((one, other) => worst.indexOf(one.status) - worst.indexOf(other.status))}
                idOf={({ name }) => name}
              />
            </div>
          </Panel>
        </>
      )}
    </Shown>
  )
}

function Overall({
  health: { status, critical_failures: failures, components },
}: {
  health: Health
}) {
  const tone = toneOf(status)
  const troubled = Object.values(components).filter(
    ({ status: one }) => one === 'down' || one === 'degraded',
  )
  return (
    <section class={`verdict ${tone}`} aria-live="polite">
      <h2>
        <Icon name={tone === 'quiet' ? 'info' : tone} />
        {words.health.overall[status]}
      </h2>
      {failures.length > 0 && <p>{words.health.criticalFailures(failures.join(', '))}</p>}
      {troubled.map(({ name, message }) => (
        <p key={name}>
          {name.replaceAll('_', ' ')}: {message}
        </p>
      ))}
    </section>
  )
}

/** What runs is compared with what is configured when somebody wants to know: it takes a while. */
function Compare({ onDone }: { onDone: (found: Component) => void }) {
  const [busy, setBusy] = useState(false)
  const compare = async () => {
    setBusy(true)
    try {
      const { components } = await ask('GET /health/status', { query: { consistency: true } })
      const { consistency } = components
      say(texts.compared(consistency?.message ?? words.common.unknown))
      if (consistency !== undefined) onDone(consistency)
    } catch (error) {
      complain(error)
    }
    setBusy(false)
  }
  return (
    <button type="button" disabled={busy} onClick={() => void compare()}>
      {busy ? texts.comparing : texts.compare}
    </button>
  )
}
