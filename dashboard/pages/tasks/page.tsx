import type { PageProps } from '../../shell/pages.ts'
import { isElsewhere, scope } from '../../wire/scope.ts'
import { TasksView } from './list.tsx'
import { TaskPage } from './task.tsx'
import { ToldTasks } from './told.tsx'
import './tasks.css'

/** Addressed like a task, whose ids are others. */
const SCHEDULES = 'schedules'

/** What the daemon was or is to be asked to do, or the one task that the address names. */
export default function TasksPage({ rest: [id] }: PageProps) {
  const appliance = isElsewhere() ? scope.value : null
  if (appliance !== null) return <ToldTasks appliance={appliance} />
  if (id === undefined || id === SCHEDULES) {
    return <TasksView view={id === SCHEDULES ? 'schedules' : 'tasks'} />
  }
  return <TaskPage key={id} id={id} />
}
