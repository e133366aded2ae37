import { useState } from 'preact/hooks'
import { useResource } from '../../live/resource.ts'
import { may, whoIsIn } from '../../session/session.ts'
import { linkTo } from '../../shell/router.ts'
import { FormDialog } from '../../ui/dialog.tsx'
import { Blank, Shown } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { complain, say } from '../../ui/toast.tsx'
import { Badge, Time } from '../../ui/value.tsx'
import { ask, type Answer } from '../../wire/request.ts'
import { cronInWords } from '../../words/cron.ts'
import { words } from '../../words/index.ts'
import { kindText } from './state.tsx'

type Schedule = Answer<'GET /tasks/schedules'>['schedules'][number]

const texts = words.tasks.schedules
const MOST = 500

const columns: readonly Column<Schedule>[] = [
  { id: 'name', title: texts.columns.name, cell: Name, sortBy: ({ name }) => name },
  {
    id: 'state',
    title: texts.columns.state,
    cell: State,
    sortBy: ({ enabled }) => String(enabled),
  },
  {
    id: 'when',
    title: texts.columns.when,
    cell: ({ cron, time_zone: zone }) => (
      <span>
        {cronInWords(cron) ?? <code>{cron}</code>} <small class="quiet">{zone}</small>
      </span>
    ),
  },
  {
    id: 'next',
    title: texts.columns.next,
    cell: ({ next_at: at }) => (at === null ? '–' : <Time at={at} exact />),
    sortBy: ({ next_at: at }) => at,
  },
  {
    id: 'last',
    title: texts.columns.last,
    named: true,
    cell: Last,
    sortBy: ({ last_at: at }) => at,
  },
  {
    id: 'owner',
    title: texts.columns.owner,
    wide: true,
    cell: ({ owner }) => owner,
    sortBy: ({ owner }) => owner,
  },
]

function Name({ name, kind }: Schedule) {
  return (
    <span class="task-kind">
      <strong>{name}</strong>
      <span class="quiet">{kindText(kind)}</span>
    </span>
  )
}

function State({ enabled, missed, last_missed_because: why, blocked_because: blocked }: Schedule) {
  return (
    <span class="badges">
      <Badge tone={enabled ? 'good' : 'quiet'}>{enabled ? texts.on : texts.off}</Badge>
      {blocked !== null && (
        <span title={blocked}>
          <Badge tone="critical">{texts.blocked}</Badge>
        </span>
      )}
      {missed > 0 && (
        <span title={why ?? undefined}>
          <Badge tone="warning">{texts.missed(missed)}</Badge>
        </span>
      )}
    </span>
  )
}

function Last({ last_at: at, last_task_id: id }: Schedule) {
  if (at === null) return <span class="quiet">{texts.never}</span>
  return id === null ? (
    <Time at={at} />
  ) : (
    <a href={linkTo('tasks', [id])}>
      <Time at={at} />
    </a>
  )
}

/** What the daemon is asked for again and again, and by whom. */
export function Schedules() {
  const listed = useResource('GET /tasks/schedules', { query: { limit: MOST } }, ['task'])
  const [deleting, setDeleting] = useState<Schedule | null>(null)
  const change: Column<Schedule> = {
    id: 'change',
    title: '',
    cell: (schedule) =>
      mayChange(schedule) && (
        <span class="actions">
          <Switch schedule={schedule} onDone={listed.refresh} />
          <button
            type="button"
            onClick={() => {
              setDeleting(schedule)
            }}
          >
            {words.common.actions.delete}
          </button>
        </span>
      ),
  }
  return (
    <>
      <Shown of={listed}>
        {({ schedules }) => (
          <div class="stacked">
            <Table
              label={texts.title}
              columns={[...columns, change]}
              rows={schedules}
              idOf={({ id }) => id}
              empty={<Blank icon="empty" title={texts.none} text={texts.noneText} />}
            />
          </div>
        )}
      </Shown>
      {deleting !== null && (
        <FormDialog
          title={texts.deleteTitle(deleting.name)}
          verb={words.common.actions.delete}
          grave
          onSubmit={async () => {
            await ask('DELETE /tasks/schedules/:id', { params: { id: deleting.id } })
            say(texts.deleted)
            listed.refresh()
          }}
          onClose={() => {
            setDeleting(null)
          }}
        >
          <p>{texts.deleteText}</p>
        </FormDialog>
      )}
    </>
  )
}

/** One's own, and with the right to change the configuration those of others. */
function mayChange({ owner_id: owner }: Schedule): boolean {
  if (!may('tasks:run')) return false
  return may('config:write') || owner === whoIsIn()?.id
}

function Switch({ schedule: { id, enabled }, onDone }: { schedule: Schedule; onDone: () => void }) {
  const turn = () => {
    ask('PATCH /tasks/schedules/:id', { params: { id }, body: { enabled: !enabled } })
      .then(onDone)
      .catch(complain)
  }
  return (
    <button type="button" onClick={turn}>
      {enabled ? texts.switchOff : texts.switchOn}
    </button>
  )
}
