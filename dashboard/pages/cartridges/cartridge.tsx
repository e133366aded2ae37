import { useResource } from '../../live/resource.ts'
import { linkTo } from '../../shell/router.ts'
import { CartridgeFacts } from '../../tape/cartridge-facts.tsx'
import { ErrorsFollow } from '../../tape/errors-follow.tsx'
import { LoadTimeline } from '../../tape/load-timeline.tsx'
import { Loads } from '../../tape/loads.tsx'
import { Moves, useMoves } from '../../tape/moves.tsx'
import { ObjectAlerts } from '../../tape/object-alerts.tsx'
import { PageHead, Panel } from '../../ui/panel.tsx'
import { Notice, Shown } from '../../ui/states.tsx'
import { Badge, Facts, Time } from '../../ui/value.tsx'
import type { CartridgeDetail } from '../../wire/types.ts'
import { words } from '../../words/index.ts'
import { CartridgeCharts } from './charts.tsx'
import { Follow } from './follow.tsx'

const texts = words.cartridges

/** One cartridge: where it is, what drives told of it, and how its loads went. */
export function CartridgePage({ id }: { id: string }) {
  const cartridge = useResource('GET /hardware/cartridges/:id', { params: { id } }, ['tape', 'vtl'])
  return <Shown of={cartridge}>{(value) => <CartridgeView cartridge={value} />}</Shown>
}

function CartridgeView({ cartridge }: { cartridge: CartridgeDetail }) {
  const { id, volume_tag: tag, error, health, loads, verdict } = cartridge
  return (
    <>
      <PageHead
        title={tag ?? id}
        up={{ text: words.navigation.cartridges, link: linkTo('cartridges') }}
      >
        {cartridge.virtual && <Badge tone="quiet">{words.tape.virtual}</Badge>}
        <Follow of={cartridge.errors_follow} whole />
      </PageHead>
      {error !== null && <Notice>{error}</Notice>}
      <ObjectAlerts
        labels={{ volume_tag: tag ?? id }}
        or={[tag, health?.serial].flatMap((name) => (name == null ? [] : [{ cartridge: name }]))}
      />
      <div class="two-columns">
        <Where cartridge={cartridge} />
        <Panel title={texts.memory}>
          <CartridgeFacts health={health} />
        </Panel>
      </div>
      <ErrorsFollow of={verdict} />
      {tag !== null && health !== null && <CartridgeCharts tag={tag} />}
      <Panel title={words.tape.loads.title}>
        <LoadTimeline loads={loads ?? []} />
        <Loads loads={loads} of="cartridge" />
      </Panel>
    </>
  )
}

function Where({ cartridge }: { cartridge: CartridgeDetail }) {
  const { library, place, number, drive_serial: drive, read_at: at, volume_tag: tag } = cartridge
  return (
    <Panel title={texts.now}>
      <Facts
        facts={[
          [
            texts.columns.place,
            <a key="place" href={linkTo('libraries', [library], { at: `${place}/${number}` })}>
              {words.tape.elements[place](number)}
            </a>,
          ],
          [
            texts.columns.library,
            <a key="library" href={linkTo('libraries', [library])}>
              {library}
            </a>,
          ],
          ...(place === 'data-transfer'
            ? [
                [
                  words.tape.follow.inDrive,
                  drive && <a href={linkTo('drives', [drive])}>{drive}</a>,
                ] as const,
              ]
            : []),
          [words.common.readAt, <Time key="read" at={at} />],
        ]}
      />
      {tag !== null && (
        <>
          <h3>{words.tape.happened.title}</h3>
          <CartridgeMoves tag={tag} />
        </>
      )}
    </Panel>
  )
}

function CartridgeMoves({ tag }: { tag: string }) {
  return <Moves of={useMoves({ tag })} />
}
