import { useState } from 'preact/hooks'
import { useResource } from '../../live/resource.ts'
import { may } from '../../session/session.ts'
import type { PageProps } from '../../shell/pages.ts'
import { linkTo, place } from '../../shell/router.ts'
import { PageHead } from '../../ui/panel.tsx'
import { Blank, Notice, Shown } from '../../ui/states.tsx'
import { SubPages } from '../../ui/sub-pages.tsx'
import { words } from '../../words/index.ts'
import { NewSilence } from './form.tsx'
import { SilenceTable } from './list.tsx'
import { SilencePage } from './one.tsx'
import type { Silence } from './silence.ts'
import './silences.css'

const texts = words.silences
const views = ['active', 'pending', 'expired'] as const
/** As many as are answered at once. */
const MOST = 1000

/** What nobody is told of, now, later and before; or the silence that the address names. */
export default function SilencesPage({ rest: [id] }: PageProps) {
  return id === undefined ? <Silences /> : <SilencePage key={id} id={id} />
}

function Silences() {
  const query = { limit: MOST }
  const silences = useResource('GET /monitoring/silences', { query }, ['alert', 'metrics'])
  const [open, setOpen] = useState(false)
  return (
    <>
      <PageHead title={words.navigation.silences}>
        {may('monitoring:write') && (
          <button
            type="button"
            class="primary"
            onClick={() => {
              setOpen(true)
            }}
          >
            {texts.new}
          </button>
        )}
      </PageHead>
      <Shown of={silences}>
        {({ silences: all, total }) => (
          <Listing all={all} total={total} onChanged={silences.refresh} />
        )}
      </Shown>
      {open && (
        <NewSilence
          onDone={silences.refresh}
          onClose={() => {
            setOpen(false)
          }}
        />
      )}
    </>
  )
}

interface ListingProps {
  all: readonly Silence[]
  total: number
  onChanged: () => void
}

function Listing({ all, total, onChanged }: ListingProps) {
  const view = views.find((one) => one === place.value.query.state) ?? 'active'
  const shown = all.filter(({ state }) => state === view)
  return (
    <>
      <SubPages
        label={texts.views.label}
        current={view}
        pages={views.map((id) => ({
          ...{ id, text: texts.views[id], link: linkTo('silences', [], { state: id }) },
          count: String(all.filter(({ state }) => state === id).length),
        }))}
      />
      {total > all.length && <Notice>{words.common.table.rows(all.length, total)}</Notice>}
      {shown.length === 0 ? (
        <Blank icon="empty" title={texts.none[view]} text={texts.noneText} />
      ) : (
        <SilenceTable view={view} silences={shown} onChanged={onChanged} />
      )}
    </>
  )
}
