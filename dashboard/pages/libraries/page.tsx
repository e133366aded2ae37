import { useResource } from '../../live/resource.ts'
import type { PageProps } from '../../shell/pages.ts'
import { Blank, Shown } from '../../ui/states.tsx'
import { words } from '../../words/index.ts'
import '../../tape/tape.css'
import './libraries.css'
import './shades.css'
import { LibraryView } from './library.tsx'
import { LibraryList } from './list.tsx'

/** The libraries, or the drawing of the one that the address names. */
export default function LibrariesPage({ rest: [id] }: PageProps) {
  // All of them for one, too: what is searched for may be in another.
  const libraries = useResource('GET /hardware/libraries', {}, ['tape', 'vtl', 'metrics'])
  return (
    <Shown of={libraries}>
      {(listing) => {
        if (id === undefined) return <LibraryList listing={listing} onChanged={libraries.refresh} />
        const library = listing.items.find((one) => one.id === id)
        const { missing, missingWhy } = words.common.states
        if (library === undefined) return <Blank icon="empty" title={missing} text={missingWhy} />
        return <LibraryView key={id} library={library} all={listing.items} />
      }}
    </Shown>
  )
}
