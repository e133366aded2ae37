import { useResource } from '../../live/resource.ts'
import { linkTo } from '../../shell/router.ts'
import { isAbout, ObjectAlerts } from '../../ui/object-alerts.tsx'
import { PageHead, Panel } from '../../ui/panel.tsx'
import { Notice, Shown } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Badge, Facts, Time, Value } from '../../ui/value.tsx'
import type { Session, Target } from '../../wire/types.ts'
import { count } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { isPattern, lunSets, portOf, type Access, type Lun, type LunSet } from './access.ts'
import { Alua, useAlua } from './alua.tsx'
import { TargetBadges } from './badges.tsx'
import { Oldest } from './commands.tsx'
import { idOf } from './map.ts'
import { Traffic } from './traffic.tsx'

const texts = words.scst

/** One target: who may reach which LUNs, who does, and what goes through it. */
export function TargetPage({ id }: { id: string }) {
  const params = { params: { id } }
  const target = useResource('GET /hardware/targets/:id', params, ['scst', 'metrics'])
  const sessions = useResource('GET /hardware/sessions', {}, ['scst', 'metrics'])
  return (
    <Shown of={target}>
      {(value) => (
        <Shown of={sessions}>
          {({ items, total }) => (
            <View
              target={value}
              sessions={items.filter(
                ({ driver, target: name }) => driver === value.driver && name === value.name,
              )}
              known={total !== null}
            />
          )}
        </Shown>
      )}
    </Shown>
  )
}

interface ViewProps {
  target: Target
  sessions: readonly Session[]
  known: boolean
}

function View({ target, sessions, known }: ViewProps) {
  const { driver, name, error, black_hole: hole } = target
  const inFlight = sessions.reduce((sum, { active_commands: commands }) => sum + commands, 0)
  const labels = { driver, target: name }
  const alua = useAlua({ target: name })
  const ports = useResource('GET /hardware/ports', {}, ['scst']).current.value
  const port = ports.state === 'shown' ? portOf(name, ports.value.items) : null
  const initiators = new Set(sessions.map(({ initiator }) => initiator)).size
  return (
    <>
      <PageHead title={name} up={{ text: words.navigation.scst, link: linkTo('scst') }}>
        <a class="button" href={linkTo('scst', ['map'], { chosen: target.id })}>
          {texts.views.map}
        </a>
      </PageHead>
      {error !== null && <Notice>{error}</Notice>}
      <ObjectAlerts label={texts.alerts} of={(alert) => isAbout(alert, labels)} most={12} />
      <Panel title={texts.kinds.target}>
        <Facts
          facts={[
            [texts.facts.driver, driver],
            ...(port === null
              ? []
              : [
                  [
                    texts.facts.port,
                    <a key="port" href={linkTo('scst', ['ports', port.id])}>
                      {port.name}
                    </a>,
                  ] as const,
                ]),
            [texts.facts.state, <TargetBadges key="state" target={target} />],
            [
              texts.facts.blackHole,
              hole === null ? null : hole === 0 ? (
                texts.facts.blackHoleNo
              ) : (
                <Badge tone="critical">{texts.blackHoleText}</Badge>
              ),
            ],
            [texts.facts.sessions, known ? count(target.sessions) : null],
            [texts.facts.inFlight, known ? count(inFlight) : null],
            [texts.facts.oldest, <Oldest key="oldest" of={target} long />],
            [texts.facts.relativeId, target.relative_target_id],
            [texts.facts.alua, <Alua key="alua" of={alua} />],
            [texts.facts.comment, target.comment ?? words.common.none],
            [texts.facts.readAt, <Time key="read" at={target.read_at} />],
          ]}
        />
      </Panel>
      {lunSets([target], sessions).map((set) => (
        <SetPanel key={set.id} set={set} known={known} />
      ))}
      <Traffic labels={labels} series={Math.max(initiators, 1)} />
    </>
  )
}

const lunColumns: readonly Column<Lun>[] = [
  {
    id: 'lun',
    title: texts.columns.lun,
    cell: ({ lun }) => lun,
    sortBy: ({ lun }) => lun,
  },
  {
    id: 'device',
    title: texts.columns.device,
    cell: ({ device }) =>
      device === null ? (
        <Value of={null} />
      ) : (
        <a href={linkTo('scst', ['devices', device])}>{device}</a>
      ),
    sortBy: ({ device }) => device,
  },
  {
    id: 'access',
    title: texts.columns.access,
    cell: ({ read_only: only }) => (
      <Value of={only === null ? null : only ? texts.readOnly : texts.facts.readWrite} />
    ),
    sortBy: ({ read_only: only }) => (only === null ? null : Number(only)),
  },
]

function SetPanel({ set, known }: { set: LunSet; known: boolean }) {
  const { group, luns, initiators, target } = set
  const title = group === null ? texts.kinds.defaultLuns : `${texts.kinds.group} ${group}`
  const own = target.groups.find(({ name }) => name === group)
  return (
    <Panel
      title={title}
      aside={
        <span class="badges">
          {group === null && <small>{texts.defaultLunsText}</small>}
          {(own?.black_hole ?? 0) !== 0 && <Badge tone="critical">{texts.blackHole}</Badge>}
          {luns.length > 0 && luns.every(({ lun }) => lun !== 0) && (
            <Badge tone="warning">{texts.noLun0}</Badge>
          )}
        </span>
      }
    >
      <div class="two-columns">
        <div>
          <h3>{texts.targetPage.luns}</h3>
          <Table
            label={`${title}, ${texts.targetPage.luns}`}
            columns={lunColumns}
            rows={luns}
            idOf={({ lun }) => String(lun)}
            empty={<p class="quiet">{texts.targetPage.noLuns}</p>}
          />
        </div>
        <div>
          <h3>{texts.targetPage.initiators}</h3>
          <Table
            label={`${title}, ${texts.targetPage.initiators}`}
            columns={accessColumns(known)}
            rows={initiators}
            idOf={({ initiator }) => initiator}
            empty={<p class="quiet">{texts.targetPage.nobody}</p>}
          />
        </div>
      </div>
    </Panel>
  )
}

function accessColumns(known: boolean): readonly Column<Access>[] {
  return [
    {
      id: 'initiator',
      title: texts.columns.initiator,
      cell: ({ initiator }) => (
        <a class="place" href={linkTo('scst', ['map'], { chosen: idOf('initiators', initiator) })}>
          {initiator}
        </a>
      ),
      sortBy: ({ initiator }) => initiator,
    },
    {
      id: 'sessions',
      title: texts.columns.sessions,
      cell: ({ initiator, sessions }) =>
        sessions.length > 0 ? (
          <span class="badges">
            {sessions.map(({ id, session }) => (
              <a key={id} href={linkTo('scst', ['sessions', id])} title={session}>
                {texts.connected}
              </a>
            ))}
          </span>
        ) : (
          <Value
            of={isPattern(initiator) ? texts.kinds.pattern : known ? texts.notConnected : null}
          />
        ),
      sortBy: ({ sessions }) => sessions.length,
    },
  ]
}
