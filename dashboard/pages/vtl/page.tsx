import { useResource } from '../../live/resource.ts'
import { firingAlerts } from '../../live/alerts.ts'
import { linkTo } from '../../shell/router.ts'
import { libraryName } from '../../tape/names.tsx'
import { AlertLines } from '../../ui/object-alerts.tsx'
import '../../tape/tape.css'
import { PageHead, Panel } from '../../ui/panel.tsx'
import { Blank, ListingNotice, Notice, Shown } from '../../ui/states.tsx'
import { Icon } from '../../ui/icon.tsx'
import type { Answer } from '../../wire/request.ts'
import type { Library } from '../../wire/types.ts'
import { words } from '../../words/index.ts'
import { Compared } from './compared.tsx'
import { QuadstorView } from './quadstor.tsx'
import { VirtualLibraryView } from './virtual-library.tsx'
import './vtl.css'

const texts = words.vtl
/** More are on the page of alerts. */
const MOST = 5

/** Virtual tape: what is configured, what runs, and what is on disk. */
export default function VtlPage() {
  const configured = useResource('GET /hardware/virtual-libraries', {}, ['vtl', 'metrics'])
  const libraries = useResource('GET /hardware/libraries', {}, ['vtl', 'metrics'])
  return (
    <>
      <PageHead title={words.navigation.vtl} />
      <Shown of={configured}>
        {(listing) => (
          <Shown of={libraries}>
            {({ items, state }) => (
              <Vtl
                listing={listing}
                libraries={items.filter((one) => one.virtual)}
                // What could not be looked for is not missing.
                looked={state !== 'failed' && state !== 'pending'}
              />
            )}
          </Shown>
        )}
      </Shown>
    </>
  )
}

interface VtlProps {
  listing: Answer<'GET /hardware/virtual-libraries'>
  libraries: readonly Library[]
  looked: boolean
}

function Vtl({ listing, libraries, looked }: VtlProps) {
  const { items, state } = listing
  const others = libraries.filter(
    ({ id }) => !items.some((one) => one.serial === id || one.id === id),
  )
  if (items.length + others.length === 0 && state === 'absent') {
    return <Blank icon="empty" title={texts.none} text={texts.noneText} />
  }
  const configured = items.filter(({ kind }) => kind === 'mhvtl')
  const [first] = configured
  return (
    <>
      <ListingNotice listing={{ ...listing, state: state === 'pending' ? null : state }} />
      {first?.module_loaded === false && <Notice>{texts.module.notLoaded}</Notice>}
      {first?.module_loaded === true && (
        <p class="quiet module">
          <Icon name="good" /> {texts.module.loaded(first.module_version ?? words.common.unknown)}
        </p>
      )}
      <div class="two-columns">
        <Wrong />
        <Compared />
      </div>
      {configured.map((virtual) => (
        <VirtualLibraryView
          key={virtual.id}
          virtual={virtual}
          running={libraries.find(({ id }) => id === virtual.id)}
          looked={looked}
        />
      ))}
      {items
        .filter(({ kind }) => kind === 'quadstor')
        .map((virtual) => (
          <QuadstorView key={virtual.id} virtual={virtual} />
        ))}
      {others.length > 0 && <Others libraries={others} />}
    </>
  )
}

function Wrong() {
  const alerts = (firingAlerts.value ?? []).filter(({ source }) => source === 'vtl')
  // What follows from another alert is no further thing to do.
  const roots = alerts.filter(({ inhibited_by: by }) => by === null)
  return (
    <Panel
      title={texts.wrong}
      aside={
        alerts.length > Math.min(MOST, roots.length) && (
          <a href={linkTo('alerts', [], { source: 'vtl' })}>
            {words.overview.allAlerts(alerts.length)}
          </a>
        )
      }
    >
      {roots.length === 0 ? (
        <p class="quiet">{texts.nothingWrong}</p>
      ) : (
        <AlertLines alerts={roots.slice(0, MOST)} />
      )}
    </Panel>
  )
}

function Others({ libraries }: { libraries: readonly Library[] }) {
  return (
    <Panel title={texts.other}>
      <p class="quiet">{texts.otherText}</p>
      <ul>
        {libraries.map((library) => (
          <li key={library.id}>
            <a href={linkTo('libraries', [library.id])}>{libraryName(library)}</a>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
