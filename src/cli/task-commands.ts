import type { Listed } from './listed.ts'

/** What has the daemon do something to the machine. */
export const taskCommands: readonly Listed[] = [
  {
    name: 'tasks show',
    summary: 'one task, with its log',
    load: async () => (await import('./task-actions.ts')).tasksShow,
  },
  {
    name: 'tasks follow',
    summary: 'what a task does, line by line, until it has ended',
    load: async () => (await import('./task-follow.ts')).tasksFollow,
  },
  {
    name: 'tasks kinds',
    summary: 'what the daemon can be asked for, and with which parameters',
    load: async () => (await import('./task-kinds.ts')).tasksKinds,
  },
  {
    name: 'tasks run',
    summary: 'have the daemon do something',
    load: async () => (await import('./task-run.ts')).tasksRun,
  },
  {
    name: 'tasks cancel',
    summary: 'end a task before it is done',
    load: async () => (await import('./task-actions.ts')).tasksCancel,
  },
  {
    name: 'tasks schedules',
    summary: 'what the daemon is asked for again and again',
    load: async () => (await import('./task-schedules.ts')).tasksSchedules,
  },
  {
    name: 'tasks schedule',
    summary: 'have the daemon do something again and again',
    load: async () => (await import('./task-schedules.ts')).tasksSchedule,
  },
  {
    name: 'tasks reschedule',
    summary: 'change a schedule, or switch it off and on',
    load: async () => (await import('./task-schedules.ts')).tasksReschedule,
  },
  {
    name: 'tasks unschedule',
    summary: 'delete a schedule',
    load: async () => (await import('./task-schedules.ts')).tasksUnschedule,
  },
  {
    name: 'tasks',
    summary: 'what the daemon was asked to do to the machine, the newest first',
    load: async () => (await import('./tasks.ts')).tasks,
  },
]
