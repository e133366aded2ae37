import type { PageProps } from '../../shell/pages.ts'
import { TaskList } from './list.tsx'
import { TaskPage } from './task.tsx'
import './tasks.css'

/** What the daemon was asked to do, or the one task that the address names. */
export default function TasksPage({ rest: [id] }: PageProps) {
  return id === undefined ? <TaskList /> : <TaskPage key={id} id={id} />
}
