import { useState } from 'preact/hooks'
import { now } from '../../live/clock.ts'
import { useResource } from '../../live/resource.ts'
import { may } from '../../session/session.ts'
import { ask, linkTo, place } from '../../shell/router.ts'
import { FilterChoice } from '../../ui/filters.tsx'
import { PageHead } from '../../ui/panel.tsx'
import { Blank, Shown } from '../../ui/states.tsx'
import { SubPages } from '../../ui/sub-pages.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Time } from '../../ui/value.tsx'
import type { Query } from '../../wire/request.ts'
import { count, duration } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { askedOf, withoutForm } from './asked.ts'
import { Schedules } from './schedules.tsx'
import { StartDialog } from './start.tsx'
import { kindText, Progress, TaskState, tookSeconds, type Task } from './state.tsx'

const texts = words.tasks
/** Nobody reads more; who looks for one among more narrows the search. */
const MOST = 500

const columns: readonly Column<Task>[] = [
  { id: 'kind', title: texts.columns.kind, cell: Kind, sortBy: ({ kind }) => kindText(kind) },
  {
    id: 'state',
    title: texts.columns.state,
    cell: (task) => <TaskState task={task} />,
    sortBy: ({ state }) => Object.keys(texts.states).indexOf(state),
  },
  {
    id: 'progress',
    title: texts.columns.progress,
    cell: (task) => <Progress task={task} />,
    sortBy: ({ progress }) => progress,
  },
  {
    id: 'when',
    title: texts.columns.when,
    cell: ({ created_at: at }) => <Time at={at} />,
    sortBy: ({ created_at: at }) => at,
  },
  {
    id: 'took',
    title: texts.columns.took,
    cell: (task) => duration(tookSeconds(task, now.value)) ?? '–',
    sortBy: (task) => tookSeconds(task, now.value),
    numeric: true,
    wide: true,
  },
  {
    id: 'by',
    title: texts.columns.by,
    cell: ({ created_by: who }) => who ?? <span class="quiet">{texts.daemon}</span>,
    sortBy: ({ created_by: who }) => who,
    wide: true,
  },
  {
    id: 'resource',
    title: texts.columns.resource,
    cell: ({ resource }) => resource ?? '–',
    sortBy: ({ resource }) => resource,
    wide: true,
  },
]

function Kind({ kind, error }: Task) {
  return (
    <span class="task-kind">
      <strong>{kindText(kind)}</strong>
      {error !== null && <span class="task-error">{error}</span>}
    </span>
  )
}

/** The tasks, or what is asked for again and again. */
export function TasksView({ view }: { view: 'tasks' | 'schedules' }) {
  const [clicked, setStarting] = useState(false)
  const { query } = place.value
  const starting = clicked || query.start !== undefined
  return (
    <>
      <PageHead title={words.navigation.tasks}>
        {may('tasks:run') && (
          <button
            type="button"
            class="primary"
            onClick={() => {
              setStarting(true)
            }}
          >
            {texts.start}
          </button>
        )}
      </PageHead>
      <SubPages
        label={texts.views.label}
        current={view}
        pages={(['tasks', 'schedules'] as const).map((id) => ({
          ...{ id, text: texts.views[id] },
          link: linkTo('tasks', id === 'tasks' ? [] : [id]),
        }))}
      />
      {view === 'tasks' ? <TaskList /> : <Schedules />}
      {starting && (
        <StartDialog
          key={query.start ?? ''}
          asked={askedOf(query)}
          onClose={() => {
            setStarting(false)
            ask(withoutForm(query))
          }}
        />
      )}
    </>
  )
}

/** What the daemon was asked to do, the newest first, live. */
function TaskList() {
  const { state, kind } = place.value.query
  const query = { state, kind, limit: MOST } as Query<'GET /tasks'>
  const listed = useResource('GET /tasks', { query }, ['task'])
  const filtered = state !== undefined || kind !== undefined
  return (
    <>
      <div class="filters">
        <FilterChoice
          query="state"
          label={texts.filters.state}
          choices={Object.entries(texts.states)}
        />
        <FilterChoice
          query="kind"
          label={texts.filters.kind}
          choices={Object.entries(texts.kinds)}
        />
      </div>
      <Shown of={listed}>
        {({ tasks, total }) => (
          <>
            <div class="list-bar">
              <span class="quiet">
                {total > tasks.length
                  ? texts.rest(count(tasks.length) ?? '', count(total) ?? '')
                  : words.common.table.rows(total, null)}
              </span>
            </div>
            <div class="stacked">
              <Table
                label={words.navigation.tasks}
                columns={columns}
                rows={tasks}
                idOf={({ id }) => id}
                linkOf={({ id }) => linkTo('tasks', [id])}
                classOf={(task) => `task-row-${task.state}`}
                empty={
                  filtered ? (
                    <Blank icon="search" title={texts.noneMatches} />
                  ) : (
                    <Blank icon="empty" title={texts.none} text={texts.noneText} />
                  )
                }
              />
            </div>
          </>
        )}
      </Shown>
    </>
  )
}
