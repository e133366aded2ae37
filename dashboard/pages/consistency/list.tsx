import { useState } from 'preact/hooks'
import { useResource } from '../../live/resource.ts'
import { may } from '../../session/session.ts'
import { linkTo, place } from '../../shell/router.ts'
import { FilterChoice, FilterSearch } from '../../ui/filters.tsx'
import { PageHead } from '../../ui/panel.tsx'
import { Blank, Shown } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Badge } from '../../ui/value.tsx'
import { complain, say } from '../../ui/toast.tsx'
import { ask, type Answer, type Query } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import { CheckCard } from './check.tsx'
import { Catalogue } from './catalogue.tsx'
import { PastChecks } from './past.tsx'
import { checkNames, kinds, kindTones, type Difference } from './parts.ts'

const texts = words.consistency
const MOST = 1000

const columns: readonly Column<Difference>[] = [
  {
    id: 'what',
    title: texts.columns.what,
    cell: ({ sentence }) => <span class="sentence">{sentence}</span>,
    sortBy: ({ sentence }) => sentence,
  },
  {
    id: 'kind',
    title: texts.columns.kind,
    cell: ({ kind }) => (
      <span title={texts.kindHints[kind]}>
        <Badge tone={kindTones[kind]}>{texts.kinds[kind]}</Badge>
      </span>
    ),
    sortBy: ({ kind }) => kinds.indexOf(kind),
  },
  {
    id: 'check',
    title: texts.columns.check,
    cell: ({ check }) => texts.checks[check],
    sortBy: ({ check }) => checkNames.indexOf(check),
    wide: true,
  },
  {
    id: 'ignored',
    title: texts.columns.ignored,
    cell: ({ ignored }) =>
      ignored === null ? '–' : <span title={ignored.reason}>{ignored.by}</span>,
    sortBy: ({ ignored }) => ignored?.by ?? null,
    wide: true,
  },
]

/** The comparisons, and what they have found. */
export function ConsistencyList() {
  const query = { ...asked(place.value.query), limit: MOST }
  const found = useResource('GET /monitoring/consistency', { query }, ['metrics'])
  return (
    <>
      <PageHead title={words.navigation.consistency}>
        {may('monitoring:write') && <Run onDone={found.refresh} />}
      </PageHead>
      <p class="quiet intro">{texts.intro}</p>
      <Shown of={found}>{(value) => <Found value={value} onDone={found.refresh} />}</Shown>
      <div class="two-columns">
        <PastChecks />
        <Catalogue />
      </div>
    </>
  )
}

function Run({ onDone }: { onDone: () => void }) {
  const [busy, setBusy] = useState(false)
  const act = async (what: () => Promise<string>) => {
    setBusy(true)
    await what().then(say, complain)
    setBusy(false)
    onDone()
  }
  return (
    <>
      <button
        type="button"
        disabled={busy}
        onClick={() =>
          void act(async () => {
            const body = { strategy: 're_inventory' as const, dry_run: false }
            await ask('POST /monitoring/consistency/reconcile', { body })
            return texts.reReadDone
          })
        }
      >
        {texts.reRead}
      </button>
      <button
        type="button"
        class="primary"
        disabled={busy}
        onClick={() =>
          void act(async () => {
            const { total } = await ask('POST /monitoring/consistency/check', { body: {} })
            return texts.ran(total)
          })
        }
      >
        {texts.run}
      </button>
    </>
  )
}

interface FoundProps {
  value: Answer<'GET /monitoring/consistency'>
  onDone: () => void
}

function Found({ value: { checks, differences, total }, onDone }: FoundProps) {
  if (checks.length === 0) {
    return <Blank icon="unknown" title={texts.never} text={texts.neverText} />
  }
  const inOrder = checkNames.flatMap((name) => checks.filter(({ check }) => check === name))
  return (
    <>
      <div class="checks">
        {inOrder.map((check) => (
          <CheckCard key={check.check} check={check} onDone={onDone} />
        ))}
      </div>
      <h2>{texts.differences}</h2>
      <Filters />
      <div class="list-bar">
        <span class="quiet">{words.common.table.rows(differences.length, total)}</span>
      </div>
      <Table
        label={texts.differences}
        columns={columns}
        rows={differences}
        idOf={({ id }) => id}
        linkOf={({ id }) => linkTo('consistency', [id])}
        classOf={({ ignored }) => (ignored === null ? '' : 'over')}
        empty={<None unknown={checks.some(({ status }) => status === 'unknown')} />}
      />
    </>
  )
}

function None({ unknown }: { unknown: boolean }) {
  if (Object.keys(place.value.query).length > 0) {
    return <Blank icon="search" title={texts.noneMatches} />
  }
  if (unknown)
    return <Blank icon="unknown" title={texts.noneUnknown} text={texts.noneUnknownText} />
  return <Blank icon="good" title={texts.none} text={texts.noneText} />
}

function Filters() {
  return (
    <div class="filters">
      <FilterSearch label={texts.filters.search} />
      <FilterChoice
        query="check"
        label={texts.filters.check}
        choices={Object.entries(texts.checks)}
      />
      <FilterChoice query="kind" label={texts.filters.kind} choices={Object.entries(texts.kinds)} />
      <FilterChoice
        query="ignored"
        label={texts.filters.ignored}
        choices={[
          ['true', words.common.yes],
          ['false', words.common.no],
        ]}
      />
    </div>
  )
}

function asked({ check, kind, ignored, q }: Readonly<Record<string, string>>) {
  return {
    ...{ check, kind, q },
    ...(ignored !== undefined && { ignored: ignored === 'true' }),
  } as Query<'GET /monitoring/consistency'>
}
