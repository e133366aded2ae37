import type { ComponentChildren } from 'preact'
import { linkTo, showsAppliance } from '../../shell/router.ts'
import type { Page } from '../../shell/pages.ts'
import { Badge, Facts, Meter } from '../../ui/value.tsx'
import { isElsewhere } from '../../wire/scope.ts'
import type { Numbers } from '../../wire/types.ts'
import { bytes, count, duration, percent } from '../../words/format.ts'
import { words } from '../../words/index.ts'

type Group = Readonly<Record<string, number | null>>
type Fact = readonly [string, ComponentChildren]

interface Part {
  id: keyof typeof words.overview.parts
  page: Page['id']
  /** Whose numbers they are. */
  collectors: readonly string[]
  /** Whether there is such a part: what is configured and does not run is one. */
  present: (numbers: Numbers) => boolean
  facts: (numbers: Numbers) => readonly Fact[]
}

const texts = words.overview.facts
const number = (group: Group, name: string) => group[name] ?? null
const counted = (group: Group, name: string) => count(number(group, name))

/** What is not known may be there. */
const any = (group: Group, ...names: string[]) => names.some((name) => number(group, name) !== 0)
const configured = ({ collectors }: Numbers, name: string) => collectors[name]?.state !== 'absent'

function share(group: Group, part: string, whole: string): string | null {
  const [one, all] = [counted(group, part), counted(group, whole)]
  return one === null || all === null ? null : texts.of(one, all)
}

const parts: readonly Part[] = [
  {
    id: 'tape',
    page: 'libraries',
    collectors: ['changers', 'tape_drives'],
    present: ({ tape }) => any(tape, 'total_libraries', 'total_drives'),
    facts: ({ tape }) => [
      [texts.libraries, counted(tape, 'total_libraries')],
      [texts.drives, counted(tape, 'total_drives')],
      [texts.slots, share(tape, 'occupied_slots', 'total_slots')],
      [texts.importExport, counted(tape, 'import_export_slots')],
    ],
  },
  {
    id: 'vtl',
    page: 'vtl',
    collectors: ['changers', 'tape_drives', 'mhvtl'],
    present: (all) => configured(all, 'mhvtl') || any(all.vtl, 'total_libraries', 'total_drives'),
    facts: ({ vtl }) => [
      [texts.libraries, counted(vtl, 'total_libraries')],
      [texts.active, share(vtl, 'active_drives', 'total_drives')],
      [texts.loaded, share(vtl, 'loaded_tapes', 'total_drives')],
      [texts.tapes, counted(vtl, 'total_tapes')],
    ],
  },
  {
    id: 'scst',
    page: 'scst',
    collectors: ['scst'],
    present: (all) => configured(all, 'scst'),
    facts: ({ scst }) => [
      [texts.targets, share(scst, 'active_targets', 'total_targets')],
      [texts.initiators, share(scst, 'connected_initiators', 'total_initiators')],
      [texts.luns, counted(scst, 'total_luns')],
      [texts.sessions, counted(scst, 'total_sessions')],
    ],
  },
  {
    id: 'storage',
    page: 'storage',
    collectors: ['filesystems', 'disks'],
    present: ({ storage }) => any(storage, 'total_disks', 'total_repositories'),
    facts: ({ storage }) => [
      [texts.used, usage(storage, 'usage_percent', words.overview.parts.storage)],
      [texts.free, bytes(number(storage, 'available_bytes'))],
      [texts.repositories, counted(storage, 'total_repositories')],
      [texts.disks, counted(storage, 'total_disks')],
    ],
  },
  {
    id: 'system',
    page: 'health',
    collectors: ['system'],
    present: () => true,
    facts: ({ system }) => [
      [texts.cpu, usage(system, 'cpu_usage_percent', texts.cpu)],
      [texts.memory, usage(system, 'memory_usage_percent', texts.memory)],
      [texts.load, number(system, 'load1')?.toFixed(2) ?? null],
      [texts.uptime, duration(number(system, 'uptime_seconds'))],
    ],
  },
  {
    id: 'tasks',
    page: 'tasks',
    collectors: [],
    present: () => true,
    facts: ({ tasks }) => [
      [texts.running, counted(tasks, 'running')],
      [texts.pending, counted(tasks, 'pending')],
      [texts.failed, counted(tasks, 'failed')],
    ],
  },
]

function usage(group: Group, name: string, label: string): ComponentChildren {
  const value = number(group, name)
  if (value === null) return null
  return (
    <span class="usage">
      <Meter percent={value} label={label} />
      {percent(value)}
    </span>
  )
}

/** The appliance by its parts, each leading to its page. */
export function Parts({ numbers }: { numbers: Numbers }) {
  return (
    <div class="parts">
      {parts.map((part) => (
        <Card key={part.id} part={part} current={numbers} />
      ))}
    </div>
  )
}

function Card({ part, current }: { part: Part; current: Numbers }) {
  const { id, page, collectors, facts, present } = part
  const told = collectors.map((name) => current.collectors[name])
  const gaps = told.filter((one) => one?.state === 'failed' || one?.state === 'partial')
  const none = gaps.length === 0 && !present(current)
  const look = none ? 'panel part absent' : 'panel part'
  const shown = (
    <>
      <h2>
        {words.overview.parts[id]}
        {gaps.length > 0 && (
          <span title={gaps.map((gap) => gap?.error).join('; ')}>
            <Badge tone="unknown">{words.overview.gaps}</Badge>
          </span>
        )}
      </h2>
      {none ? <p class="quiet">{words.overview.absent}</p> : <Facts facts={facts(current)} />}
    </>
  )
  // Where a page shows the fleet's own it is no answer to what is asked about an appliance.
  if (isElsewhere() && !showsAppliance(page)) return <div class={look}>{shown}</div>
  return (
    <a class={look} href={linkTo(page)}>
      {shown}
    </a>
  )
}
