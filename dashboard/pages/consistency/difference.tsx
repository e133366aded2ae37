import { useState } from 'preact/hooks'
import { useResource } from '../../live/resource.ts'
import { may } from '../../session/session.ts'
import { linkTo } from '../../shell/router.ts'
import { PageHead, Panel } from '../../ui/panel.tsx'
import { Shown } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Badge, Facts, Time, Value } from '../../ui/value.tsx'
import { complain, say } from '../../ui/toast.tsx'
import { ask } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import { AdoptDialog } from './adopt.tsx'
import { IgnoreDialog } from './ignore.tsx'
import { kindTones, type Difference } from './parts.ts'
import { Prose } from '../../ui/prose.tsx'
import { PlanForDifference } from './plan.tsx'

const texts = words.consistency
const { detail } = texts

/** One difference: what each side says, what to do, and what restoring would take. */
export function DifferencePage({ id }: { id: string }) {
  const found = useResource('GET /monitoring/consistency/differences/:id', { params: { id } }, [
    'metrics',
  ])
  return (
    <>
      <Shown of={found}>
        {(value) => <DifferenceView difference={value} onDone={found.refresh} />}
      </Shown>
    </>
  )
}

interface ViewProps {
  difference: Difference
  onDone: () => void
}

function DifferenceView({ difference, onDone }: ViewProps) {
  const { id, check, kind, name, sentence, action, ignored, remedies } = difference
  return (
    <>
      <PageHead
        title={name}
        up={{ text: words.navigation.consistency, link: linkTo('consistency') }}
      >
        {may('monitoring:write') && <Actions difference={difference} onDone={onDone} />}
      </PageHead>
      <section class={`verdict difference ${ignored === null ? kindTones[kind] : ''}`}>
        <div class="badges">
          <Badge tone={kindTones[kind]}>{texts.kinds[kind]}</Badge>
          <Badge tone="quiet">{texts.checks[check]}</Badge>
          {ignored !== null && <Badge tone="quiet">{texts.columns.ignored}</Badge>}
        </div>
        <p class="message">{sentence}</p>
        <p class="quiet">{texts.kindHints[kind]}</p>
        {ignored !== null && (
          <blockquote>
            {detail.ignoredBy(ignored.by, ignored.reason)} <Time at={ignored.at} exact />.{' '}
            {detail.ignoredUntil}{' '}
            {ignored.until === null ? detail.forEver : <Time at={ignored.until} exact />}
          </blockquote>
        )}
      </section>
      <div class="two-columns">
        <Panel title={detail.do}>
          <p class="do">
            <Prose text={action} />
          </p>
          {remedies.length === 0 && <p class="quiet">{detail.remediesNone}</p>}
        </Panel>
        <Panel title={detail.where}>
          <Facts facts={factsOf(difference)} />
        </Panel>
      </div>
      <Panel title={detail.sides}>
        <Table
          label={detail.sides}
          columns={sides}
          rows={difference.values}
          idOf={({ role, source }) => `${role} ${source}`}
        />
      </Panel>
      {remedies.includes('restore_config') && may('monitoring:write') && (
        <PlanForDifference check={check} id={id} />
      )}
    </>
  )
}

type Side = Difference['values'][number]

const sides: readonly Column<Side>[] = [
  { id: 'side', title: detail.side, cell: ({ role }) => texts.roles[role] },
  { id: 'says', title: detail.says, cell: Says },
  { id: 'source', title: detail.source, cell: ({ source }) => <code>{source}</code> },
  { id: 'read', title: detail.read, cell: Read, wide: true },
]

function Says({ state, value }: Side) {
  if (state === 'unknown') return <Value of={null} />
  if (state === 'absent') return <span class="quiet">{detail.absent}</span>
  return <strong>{value ?? detail.present}</strong>
}

/** What is known is remembered, and not read. */
function Read({ role, taken_at: at }: Side) {
  return role === 'known' && at === null ? <>–</> : <Time at={at} />
}

function factsOf({ what, place, attribute, told_by: rule }: Difference) {
  return [
    [detail.what, texts.whats[what] ?? what] as const,
    ...Object.entries(place),
    ...(attribute === null ? [] : [[detail.attribute, <code key="a">{attribute}</code>] as const]),
    ...(rule === null
      ? []
      : [
          [
            detail.toldBy,
            <a key="rule" href={linkTo('alerts', [], { rule })}>
              {rule}
            </a>,
          ] as const,
        ]),
  ]
}

function Actions({ difference, onDone }: ViewProps) {
  const [open, setOpen] = useState<'ignore' | 'adopt' | null>(null)
  const { id, check, ignored, remedies } = difference
  const close = () => {
    setOpen(null)
  }
  const heed = async () => {
    await ask('DELETE /monitoring/consistency/differences/:id/ignore', { params: { id } })
    say(texts.ignore.heeded)
    onDone()
  }
  return (
    <div class="actions">
      {remedies.includes('adopt_live') && (
        <button
          type="button"
          onClick={() => {
            setOpen('adopt')
          }}
        >
          {texts.verbs.adopt}
        </button>
      )}
      {ignored === null && remedies.includes('ignore') && (
        <button
          type="button"
          onClick={() => {
            setOpen('ignore')
          }}
        >
          {texts.verbs.ignore}
        </button>
      )}
      {ignored !== null && (
        <button type="button" onClick={() => void heed().catch(complain)}>
          {texts.verbs.heed}
        </button>
      )}
      {open === 'ignore' && (
        <IgnoreDialog difference={difference} onDone={onDone} onClose={close} />
      )}
      {open === 'adopt' && <AdoptDialog check={check} onDone={onDone} onClose={close} />}
    </div>
  )
}
