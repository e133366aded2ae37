import { Activity, Remarks } from '../../tape/activity.tsx'
import { keyOf, type Element, type Shade } from '../../tape/elements.ts'
import { Icon } from '../../ui/icon.tsx'
import { Value } from '../../ui/value.tsx'
import type { Drive } from '../../wire/types.ts'
import { words } from '../../words/index.ts'
import { signs } from './shade-signs.ts'

interface DriveCardsProps {
  elements: readonly Element[]
  drives: readonly Drive[]
  shadeOf: (element: Element) => Shade
  matched: ReadonlySet<string>
  searching: boolean
  selected: Element | null
  onSelect: (element: Element | null) => void
}

/** The drives of a library with what each does and holds. */
export function DriveCards(props: DriveCardsProps) {
  const { elements, drives, shadeOf, matched, searching, selected, onSelect } = props
  const bySerial = new Map(drives.map((drive) => [drive.id, drive]))
  return (
    <ul class={searching ? 'drive-cards searching' : 'drive-cards'}>
      {elements.map((element) => {
        const key = keyOf(element)
        const chosen = selected !== null && keyOf(selected) === key
        const classes = [matched.has(key) && 'matched', chosen && 'selected']
        return (
          <li key={key}>
            <button
              type="button"
              aria-pressed={chosen}
              class={['drive-card', ...classes].filter(Boolean).join(' ')}
              onClick={() => {
                onSelect(chosen ? null : element)
              }}
            >
              <Card
                element={element}
                shade={shadeOf(element)}
                drive={bySerial.get(element.drive_serial ?? '')}
              />
            </button>
          </li>
        )
      })}
    </ul>
  )
}

interface CardProps {
  element: Element
  shade: Shade
  drive: Drive | undefined
}

function Card({ element, shade, drive }: CardProps) {
  const { number, full, volume_tag: tag, exception } = element
  const flags = drive?.tape_alerts ?? []
  return (
    <>
      <span class="drive-head">
        <strong>{words.tape.elements['data-transfer'](number)}</strong>
        {drive === undefined ? <Value of={null} /> : <Activity drive={drive} />}
      </span>
      <span class={`drive-tape shade-${shade}`}>
        {signs[shade] !== undefined && <b>{signs[shade]} </b>}
        {tag ?? (full ? words.tape.noBarcode : words.tape.empty)}
      </span>
      <small>{drive === undefined ? element.drive_serial : `${drive.product} ${drive.id}`}</small>
      {drive !== undefined && <Disagreement element={element} drive={drive} />}
      {exception !== null && <small>{element.exception_text}</small>}
      {drive !== undefined && <Remarks drive={drive} />}
      {flags.length > 0 && (
        <small class="drive-flags">
          <Icon name="warning" /> {words.tape.flags.title}{' '}
          {flags.map(({ flag }) => flag).join(', ')}
        </small>
      )}
    </>
  )
}

/** A drive and its library can disagree about whether there is a cartridge in it. */
function Disagreement({ element, drive }: { element: Element; drive: Drive }) {
  const { loaded } = drive
  if (loaded === null || loaded === element.full) return null
  const { saysLoaded, saysEmpty } = words.libraries.drawing
  return (
    <small class="disagrees">
      <Icon name="warning" /> {loaded ? saysLoaded : saysEmpty}
    </small>
  )
}
