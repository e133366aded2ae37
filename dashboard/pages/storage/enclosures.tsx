import { linkTo } from '../../shell/router.ts'
import { Panel, PageHead } from '../../ui/panel.tsx'
import { Blank, Notice } from '../../ui/states.tsx'
import { Badge, Facts, Time, type Tone } from '../../ui/value.tsx'
import type { Enclosure } from '../../wire/types.ts'
import { words } from '../../words/index.ts'
import { itemsOf, type StorageListings } from './data.ts'
import { refOf } from './relations.ts'
import { Sensors } from './sensors.tsx'

const texts = words.storage
const facts = texts.enclosures

interface EnclosuresProps {
  all: StorageListings
}

/** Enclosures with their slots, and the sensors of the machine. */
export function Enclosures({ all }: EnclosuresProps) {
  const { items, state } = all.enclosures
  return (
    <>
      {items.length === 0 && state !== 'failed' && state !== 'pending' && (
        <Blank icon="empty" title={texts.none.enclosures} text={texts.noneText.enclosures} />
      )}
      {items.map((enclosure) => (
        <Panel
          key={enclosure.id}
          title={titleOf(enclosure)}
          aside={
            <a href={linkTo('storage', ['enclosures', enclosure.id])}>
              {words.common.actions.details}
            </a>
          }
        >
          <Slots of={enclosure} all={all} />
        </Panel>
      ))}
      <Sensors />
    </>
  )
}

function titleOf({ vendor, model, id }: Enclosure): string {
  const made = [vendor, model].filter((word) => word !== null).join(' ')
  return made === '' ? id : `${made} ${id}`
}

/** One enclosure. */
export function EnclosurePage({ enclosure, all }: { enclosure: Enclosure; all: StorageListings }) {
  return (
    <>
      <PageHead
        title={titleOf(enclosure)}
        up={{ text: texts.views.enclosures, link: linkTo('storage', ['enclosures']) }}
      />
      {enclosure.error !== null && <Notice>{enclosure.error}</Notice>}
      <Panel title={facts.slots(enclosure.slots.length)}>
        <Slots of={enclosure} all={all} />
      </Panel>
      <Panel title={texts.kinds.enclosures}>
        <Facts
          facts={[
            [texts.disk.vendor, enclosure.vendor],
            [texts.columns.model, enclosure.model],
            [facts.address, enclosure.hctl],
            [texts.readAt, <Time key="read" at={enclosure.read_at} />],
          ]}
        />
      </Panel>
    </>
  )
}

const tones: Readonly<Record<string, Tone>> = {
  OK: 'good',
  critical: 'critical',
  unrecoverable: 'critical',
  'non-critical': 'warning',
  unavailable: 'warning',
  unknown: 'unknown',
}

function Slots({ of: { slots }, all }: { of: Enclosure; all: StorageListings }) {
  const storage = itemsOf(all)
  return (
    <ol class="slots">
      {slots.map(({ name, status, fault, locate, disk }) => {
        const ref = disk === null ? null : refOf(disk, storage)
        return (
          <li key={name} class={fault ? 'fault-light' : ''}>
            <strong>{facts.slot(name)}</strong>
            <span class="badges">
              <Badge tone={tones[status] ?? 'quiet'}>{facts.statuses[status] ?? status}</Badge>
              {fault && <Badge tone="critical">{facts.fault}</Badge>}
              {locate && <Badge tone="info">{facts.locate}</Badge>}
            </span>
            {disk !== null &&
              (ref === null ? (
                <span>{disk}</span>
              ) : (
                <a href={linkTo('storage', [ref.view, ref.id])}>{disk}</a>
              ))}
          </li>
        )
      })}
    </ol>
  )
}
