import { useState } from 'preact/hooks'
import { useResource } from '../../live/resource.ts'
import { may } from '../../session/session.ts'
import { FormDialog } from '../../ui/dialog.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Blank, Shown } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { say } from '../../ui/toast.tsx'
import { Badge, Time, Value } from '../../ui/value.tsx'
import { ask, type Answer } from '../../wire/request.ts'
import { bytes, duration } from '../../words/format.ts'
import { words } from '../../words/index.ts'

type Backup = Answer<'GET /backups'>['backups'][number]

type Drill = Answer<'GET /backups/drills'>['drills'][number]

const texts = words.health.backups
const LAST = 5

const columns: readonly Column<Backup>[] = [
  { id: 'started', title: texts.started, cell: ({ started_at: at }) => <Time at={at} exact /> },
  { id: 'state', title: texts.state, cell: State },
  { id: 'verified', title: texts.verified, cell: Verified },
  {
    id: 'size',
    title: texts.size,
    numeric: true,
    cell: ({ size_bytes: size, state }) =>
      state === 'failed' && size === null ? null : <Value of={bytes(size)} />,
  },
  { id: 'took', title: texts.took, numeric: true, wide: true, cell: Took },
  { id: 'by', title: texts.by, wide: true, cell: ({ created_by: who }) => who },
]

const drillColumns: readonly Column<Drill>[] = [
  { id: 'started', title: texts.restored, cell: ({ started_at: at }) => <Time at={at} exact /> },
  { id: 'state', title: texts.state, cell: Restored },
  {
    id: 'rows',
    title: texts.rows,
    numeric: true,
    cell: ({ row_count: rows }) => rows ?? null,
  },
  { id: 'took', title: texts.took, numeric: true, cell: ({ seconds }) => duration(seconds) },
  { id: 'by', title: texts.by, wide: true, cell: ({ created_by: who }) => who },
]

function Restored({ error, path }: Drill) {
  return (
    <span class="badges" title={path}>
      <Badge tone={error === null ? 'good' : 'critical'}>
        {error === null ? texts.same : texts.verifyFailed}
      </Badge>
      {error !== null && <span>{error}</span>}
    </span>
  )
}

function State({ state, error, deleted_at: gone }: Backup) {
  return (
    <span class="badges">
      <Badge tone={state === 'completed' ? 'good' : 'critical'}>{texts.states[state]}</Badge>
      {gone !== null && <Badge tone="quiet">{texts.gone}</Badge>}
      {error !== null && <span>{error}</span>}
    </span>
  )
}

function Verified({ state, verified_at: at, verify_error: error }: Backup) {
  if (error !== null) {
    return (
      <span title={error}>
        <Badge tone="critical">{texts.verifyFailed}</Badge>
      </span>
    )
  }
  if (at !== null) return <Time at={at} />
  return state === 'failed' ? null : <span class="quiet">{texts.notVerified}</span>
}

function Took({ started_at: from, finished_at: to }: Backup) {
  return <>{duration((new Date(to).getTime() - new Date(from).getTime()) / 1000)}</>
}

/** The last backups of the database, and one more. */
export function Backups() {
  const backups = useResource('GET /backups', { query: { limit: LAST } }, ['task'])
  const drills = useResource('GET /backups/drills', { query: { limit: LAST } }, ['task'])
  const [open, setOpen] = useState(false)
  const make = async () => {
    await ask('POST /backups', { body: { verify: true } })
    say(texts.made)
  }
  return (
    <Panel
      title={texts.title}
      aside={
        may('tasks:run') && (
          <button
            type="button"
            onClick={() => {
              setOpen(true)
            }}
          >
            {texts.make}
          </button>
        )
      }
    >
      <Shown of={backups}>
        {({ backups: all }) => (
          <Table
            label={texts.title}
            columns={columns}
            rows={all}
            idOf={({ id }) => id}
            empty={<Blank icon="empty" title={texts.none} />}
          />
        )}
      </Shown>
      <h3>{texts.drills}</h3>
      <Shown of={drills}>
        {({ drills: all }) => (
          <Table
            label={texts.drills}
            columns={drillColumns}
            rows={all}
            idOf={({ id }) => id}
            empty={<Blank icon="empty" title={texts.drillsNone} />}
          />
        )}
      </Shown>
      {open && (
        <FormDialog
          title={texts.make}
          verb={texts.make}
          onSubmit={make}
          onClose={() => {
            setOpen(false)
          }}
        >
          <p>{texts.makeText}</p>
        </FormDialog>
      )}
    </Panel>
  )
}
