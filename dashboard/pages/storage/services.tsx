import { linkTo } from '../../shell/router.ts'
import { isAbout, ObjectAlerts } from '../../ui/object-alerts.tsx'
import { PageHead, Panel } from '../../ui/panel.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Facts, Time } from '../../ui/value.tsx'
import type { Unit } from '../../wire/types.ts'
import { words } from '../../words/index.ts'
import type { StorageListings } from './data.ts'
import { UnitBadge } from './parts.tsx'

const texts = words.storage
const facts = texts.services

const columns: readonly Column<Unit>[] = [
  {
    id: 'unit',
    title: texts.columns.unit,
    cell: ({ unit }) => <span class="place">{unit}</span>,
    sortBy: ({ unit }) => unit,
  },
  {
    id: 'state',
    title: texts.columns.state,
    cell: (unit) => <UnitBadge of={unit} />,
    sortBy: ({ active }) => active,
  },
  {
    id: 'expected',
    title: facts.expected,
    cell: ({ expected }) => (expected === null ? '' : facts.expectedBy(expected)),
    wide: true,
  },
  {
    id: 'what',
    title: texts.columns.what,
    cell: ({ description }) => description,
    sortBy: ({ description }) => description,
    wide: true,
  },
]

/** Units of systemd that storage needs. */
export function Services({ all }: { all: StorageListings }) {
  return (
    <Table
      label={texts.views.services}
      columns={columns}
      rows={all.services.items}
      idOf={({ id }) => id}
      linkOf={({ id }) => linkTo('storage', ['services', id])}
    />
  )
}

/** One unit. */
export function ServicePage({ unit }: { unit: Unit }) {
  return (
    <>
      <PageHead
        title={unit.unit}
        up={{ text: texts.views.services, link: linkTo('storage', ['services']) }}
      />
      <ObjectAlerts label={texts.alerts} of={(alert) => isAbout(alert, { unit: unit.unit })} />
      <Panel title={texts.kinds.services}>
        <Facts
          facts={[
            [texts.columns.state, <UnitBadge key="state" of={unit} />],
            [facts.load, unit.load],
            [facts.description, unit.description],
            [
              facts.expected,
              unit.expected === null ? facts.notExpected : facts.expectedBy(unit.expected),
            ],
            [texts.readAt, <Time key="read" at={unit.read_at} />],
          ]}
        />
      </Panel>
    </>
  )
}
