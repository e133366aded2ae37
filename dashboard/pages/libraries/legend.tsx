import { shades, type Colouring, type Element, type Shade } from '../../tape/elements.ts'
import { count } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { signs } from './shade-signs.ts'

interface LegendProps {
  colouring: Colouring
  elements: readonly Element[]
  shadeOf: (element: Element) => Shade
}

/** What the colours and signs mean, and how many there are of each. */
export function Legend({ colouring, elements, shadeOf }: LegendProps) {
  const counts = new Map<Shade, number>()
  for (const element of elements) {
    const shade = shadeOf(element)
    counts.set(shade, (counts.get(shade) ?? 0) + 1)
  }
  return (
    <ul class="legend" aria-label={words.libraries.drawing.colours[colouring]}>
      {shades[colouring].map((shade) => (
        <li key={shade} class={counts.has(shade) ? undefined : 'quiet'}>
          <i class={`swatch shade-${shade}`} aria-hidden="true">
            {signs[shade]}
          </i>
          {words.libraries.shades[shade]} <strong>{count(counts.get(shade) ?? 0)}</strong>
        </li>
      ))}
    </ul>
  )
}
