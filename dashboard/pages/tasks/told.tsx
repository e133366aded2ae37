import { useLoaded } from '../../live/resource.ts'
import { linkTo as placeLink } from '../../shell/place.ts'
import { ApplianceNotice, useAppliance } from '../../ui/at-appliance.tsx'
import { PageHead } from '../../ui/panel.tsx'
import { Blank, Shown } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { ExternalLink } from '../../ui/external-link.tsx'
import { Time, Value } from '../../ui/value.tsx'
import { consoleOf } from '../../wire/address.ts'
import { ask } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import { kindText, Progress, TaskState } from './state.tsx'
import { tasksOf, type ToldTask } from './told-tasks.ts'

const texts = words.tasks
/** Events of each level. */
const MOST = 300

/** The tasks of an appliance as far as its events tell of them; what else there is to know is there. */
export function ToldTasks({ appliance }: { appliance: string }) {
  const told = useLoaded(
    async (signal) => {
      // Of each the newest: steps and lines of logs are many, and would leave no room for the others.
      const levels = (['debug', 'info', 'warning', 'error'] as const).map((level) =>
        ask('GET /monitoring/events', { query: { source: 'tasks', level, limit: MOST } }, signal),
      )
      return tasksOf((await Promise.all(levels)).flatMap(({ events }) => events))
    },
    [],
    ['task'],
  )
  const url = useAppliance(appliance)?.url ?? null
  return (
    <>
      <PageHead title={words.navigation.tasks} />
      <ApplianceNotice appliance={appliance} to={placeLink('tasks')}>
        {words.fleet.tasksThere(appliance)}
      </ApplianceNotice>
      <Shown of={told}>
        {(tasks) => (
          <div class="stacked">
            <Table
              label={words.navigation.tasks}
              columns={columnsOf(url)}
              rows={tasks}
              idOf={({ id }) => id}
              classOf={(task) => `task-row-${task.state}`}
              empty={<Blank icon="empty" title={words.fleet.tasksNone(appliance)} />}
            />
          </div>
        )}
      </Shown>
    </>
  )
}

function columnsOf(url: string | null): readonly Column<ToldTask>[] {
  return [
    {
      ...{ id: 'kind', title: texts.columns.kind, sortBy: ({ kind }) => kindText(kind) },
      cell: ({ kind, error }) => (
        <span class="task-kind">
          <strong>{kindText(kind)}</strong>
          {error !== null && <span class="task-error">{error}</span>}
        </span>
      ),
    },
    {
      ...{ id: 'state', title: texts.columns.state, cell: (task) => <TaskState task={task} /> },
      sortBy: ({ state }) => Object.keys(texts.states).indexOf(state),
    },
    {
      ...{ id: 'progress', title: texts.columns.progress, sortBy: ({ progress }) => progress },
      cell: ({ state, progress }) =>
        progress === null ? <Value of={null} /> : <Progress task={{ state, progress }} />,
    },
    {
      ...{ id: 'told', title: texts.columns.told, cell: ({ at }) => <Time at={at} /> },
      sortBy: ({ at }) => at,
    },
    {
      ...{ id: 'by', title: texts.columns.by, sortBy: ({ created_by: who }) => who, wide: true },
      cell: ({ created_by: who }) => who ?? <span class="quiet">{texts.daemon}</span>,
    },
    {
      ...{ id: 'resource', title: texts.columns.resource, wide: true },
      cell: ({ resource }) => resource ?? '–',
      sortBy: ({ resource }) => resource,
    },
    {
      ...{ id: 'there', title: words.fleet.columns.console },
      cell: ({ id }) => <There link={consoleOf(url, placeLink('tasks', [id]))} />,
    },
  ]
}

function There({ link }: { link: string | null }) {
  if (link === null) return <Value of={null} why={words.fleet.noUrl} />
  return <ExternalLink href={link}>{words.fleet.open}</ExternalLink>
}
