import { ask, linkTo } from '../../shell/router.ts'
import { useResource } from '../../live/resource.ts'
import { Activity, Remarks } from '../../tape/activity.tsx'
import { life, pair, space } from '../../tape/cartridge-facts.tsx'
import { cartridgeId, stateOf, type Element } from '../../tape/elements.ts'
import { Moves, useMoves } from '../../tape/moves.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Shown } from '../../ui/states.tsx'
import { Facts, Time } from '../../ui/value.tsx'
import type { Drive, Library } from '../../wire/types.ts'
import { count } from '../../words/format.ts'
import { words } from '../../words/index.ts'

const texts = words.libraries.element

interface ElementPanelProps {
  library: Library
  all: readonly Library[]
  element: Element
}

/** All that is known of an element and of what is in it. */
export function ElementPanel({ library, all, element }: ElementPanelProps) {
  const { type, number, volume_tag: tag } = element
  const id = element.full ? cartridgeId(all, library, element) : null
  return (
    <aside class="panel element-panel" aria-labelledby="element-title">
      <header class="panel-head">
        <h2 id="element-title">{words.tape.elements[type](number)}</h2>
        <button
          type="button"
          class="plain"
          aria-label={words.common.actions.close}
          onClick={() => {
            ask({ at: undefined })
          }}
        >
          <Icon name="close" />
        </button>
      </header>
      <Facts facts={factsOf(library, element, id)} />
      {type === 'data-transfer' && <DriveInside serial={element.drive_serial} />}
      {id !== null && <Inside id={id} />}
      {tag !== null && <Moved tag={tag} />}
    </aside>
  )
}

function factsOf(library: Library, element: Element, id: string | null) {
  const { volume_tag: tag, address, source_element: source, medium_type: kind } = element
  return [
    [texts.state, words.libraries.shades[stateOf(element)]],
    [
      texts.cartridge,
      id === null ? (
        words.tape.empty
      ) : (
        <a href={linkTo('cartridges', [id])}>{tag ?? words.tape.noBarcode}</a>
      ),
    ],
    ...(element.full ? [[texts.kind, kind && texts.kinds[kind]] as const] : []),
    [texts.address, address === null ? null : `${address} (${address.toString(16)}h)`],
    ...(element.type === 'data-transfer' && element.full
      ? [
          [
            texts.source,
            source === null ? null : (
              <a href={linkTo('libraries', [library.id], { at: `storage/${source}` })}>{source}</a>
            ),
          ] as const,
        ]
      : []),
    [texts.exception, exceptionOf(library, element)],
    [texts.access, accessOf(element)],
    [texts.read, <Time key="read" at={library.inventory?.taken_at ?? null} />],
  ] as const
}

/** An exception in words, with its numbers; null where mtx told of the element. */
function exceptionOf({ inventory }: Library, { exception, exception_text: text }: Element) {
  if (exception === null) return inventory?.source === 'scsi' ? texts.exceptionNone : null
  const hex = exception.toString(16).toUpperCase().padStart(4, '0')
  const code = texts.code(`${hex.slice(0, 2)}h/${hex.slice(2)}h`)
  return text === null ? code : `${text} (${code})`
}

function accessOf({ accessible, type, full }: Element) {
  if (accessible === null) return null
  if (accessible) return words.common.yes
  return type === 'data-transfer' && full ? texts.held : words.common.no
}

function DriveInside({ serial }: { serial: string | null }) {
  const drives = useResource('GET /hardware/drives', {}, ['tape', 'vtl', 'metrics'])
  return (
    <>
      <h3>{texts.drive}</h3>
      {serial === null ? (
        <p class="quiet">{words.libraries.drawing.noDrive}</p>
      ) : (
        <Shown of={drives}>
          {({ items }) => (
            <DriveFacts drive={items.find(({ id }) => id === serial)} serial={serial} />
          )}
        </Shown>
      )}
    </>
  )
}

function DriveFacts({ drive, serial }: { drive: Drive | undefined; serial: string }) {
  if (drive === undefined) return <Facts facts={[[words.tape.names.serial, serial]]} />
  return (
    <>
      <Facts
        facts={[
          [words.tape.names.model, `${drive.vendor} ${drive.product}`],
          [words.tape.names.serial, drive.serial],
          [texts.doing, <Activity key="doing" drive={drive} />],
        ]}
      />
      <Remarks drive={drive} />
      <p>
        <a href={linkTo('drives', [drive.id])}>{texts.toDrive}</a>
      </p>
    </>
  )
}

/** What drives told of the cartridge. */
function Inside({ id }: { id: string }) {
  const told = useResource('GET /hardware/cartridges/:id', { params: { id } }, ['tape', 'vtl'])
  return (
    <>
      <h3>{texts.cartridge}</h3>
      <Shown of={told}>
        {({ health, errors_follow: follow }) => (
          <>
            {health === null ? (
              <p class="quiet">{words.tape.cartridge.untold}</p>
            ) : (
              <Facts
                facts={[
                  [texts.life, life(health.life_remaining_percent)],
                  [texts.loads, count(health.loads)],
                  [texts.space, space(health)],
                  [
                    texts.errors,
                    pair(health.unrecovered_write_errors, health.unrecovered_read_errors),
                  ],
                  [words.tape.cartridge.toldAt, <Time key="told" at={health.read_at} />],
                ]}
              />
            )}
            {follow !== null && <p>{words.tape.follow[follow]}</p>}
            <p>
              <a href={linkTo('cartridges', [id])}>{texts.toCartridge}</a>
            </p>
          </>
        )}
      </Shown>
    </>
  )
}

function Moved({ tag }: { tag: string }) {
  const moves = useMoves({ tag })
  return (
    <>
      <h3>{texts.moved}</h3>
      <Moves of={moves} />
    </>
  )
}
