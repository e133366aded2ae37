import { linkTo } from '../../shell/router.ts'
import { foundIn, keyOf } from '../../tape/elements.ts'
import { libraryName } from '../../tape/names.tsx'
import type { Library } from '../../wire/types.ts'
import { words } from '../../words/index.ts'

const MOST = 8
const texts = words.libraries.found

interface ElsewhereProps {
  library: Library
  all: readonly Library[]
  q: string
}

/** What is searched for in this library and is in another. */
export function Elsewhere({ library, all, q }: ElsewhereProps) {
  const found = foundIn(
    all.filter((one) => one.id !== library.id),
    q,
  )
  if (found.length === 0) return null
  return (
    <p class="elsewhere">
      {texts.elsewhere}:{' '}
      {found.slice(0, MOST).map(({ library: other, element }) => (
        <a
          key={`${other.id} ${keyOf(element)}`}
          href={linkTo('libraries', [other.id], { q, at: keyOf(element) })}
        >
          {element.volume_tag} <small>{libraryName(other)}</small>
        </a>
      ))}
      {found.length > MOST && (
        <a href={linkTo('libraries', [], { q })}>{texts.more(found.length - MOST)}</a>
      )}
    </p>
  )
}
