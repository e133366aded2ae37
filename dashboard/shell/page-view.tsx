import { signal } from '@preact/signals'
import type { FunctionComponent } from 'preact'
import { useEffect } from 'preact/hooks'
import { daemonVersion, isFleet, onMissed } from '../live/stream.ts'
import { may } from '../session/session.ts'
import { Blank, Loading } from '../ui/states.tsx'
import { words } from '../words/index.ts'
import { pages, type Page, type PageProps } from './pages.ts'
import { linkTo, place } from './router.ts'

type View = FunctionComponent<PageProps>

/** Pages that were loaded; a fault is kept to be shown. */
const loaded = signal<ReadonlyMap<string, View | Error>>(new Map())

/** The page of the place where one is; it is loaded when it is first gone to. */
export function PageView() {
  const { page: id, rest } = place.value
  const page = pages.find((one) => one.id === id && (one.whose !== 'fleet' || isFleet.value))
  useEffect(() => {
    document.title = page
      ? `${words.navigation[page.id]} · ${words.shell.product}`
      : words.shell.product
    window.scrollTo(0, 0)
    if (page === undefined) return
    load(page)
    // Without a connection it could not be had.
    return onMissed(() => {
      load(page)
    })
  }, [id, page])
  // Before it has greeted it is not known what the daemon is.
  if (id === 'fleet' && daemonVersion.value === null) return <Loading />
  if (page === undefined) {
    return (
      <Blank icon="empty" title={words.shell.notFound}>
        <a href={linkTo('overview')}>{words.shell.toOverview}</a>
      </Blank>
    )
  }
  if (!may(page.needs)) {
    return <Blank icon="lock" title={words.common.states.forbidden} text={page.needs} />
  }
  const View = loaded.value.get(id)
  if (View === undefined) return <Loading />
  if (View instanceof Error) {
    // The daemon was updated meanwhile, and the parts of the page have other names.
    return (
      <Blank icon="broken" title={words.common.states.failed} text={View.message}>
        <button
          type="button"
          onClick={() => {
            window.location.reload()
          }}
        >
          {words.common.states.again}
        </button>
      </Blank>
    )
  }
  return <View rest={rest} />
}

function load({ id, load }: Page): void {
  if (loaded.peek().get(id) instanceof Function) return
  load().then(
    ({ default: view }) => {
      note(id, view)
    },
    (error: unknown) => {
      note(id, error as Error)
    },
  )
}

function note(id: string, view: View | Error): void {
  loaded.value = new Map(loaded.peek()).set(id, view)
}
