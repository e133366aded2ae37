import { randomUUID } from 'node:crypto'
import { Type } from 'typebox'
import type { Database } from '../../src/db/database.ts'
import type { StoredEvent } from '../../src/events/event.ts'
import { TaskEngine, type TaskEngineOptions } from '../../src/tasks/engine.ts'
import type { Progress, TaskKind } from '../../src/tasks/kind.ts'
import { getTask, taskLog } from '../../src/tasks/list.ts'
import type { Step } from '../../src/tasks/task.ts'
import { Clock } from './clock.ts'

/** A promise that the test settles. */
export interface Gate {
  passed: Promise<void>
  open: () => void
}

/** One that is closed. */
export function gate(): Gate {
  let open: () => void = () => undefined
  const passed = new Promise<void>((resolve) => {
    open = resolve
  })
  return {
    passed,
    open: () => {
      open()
    },
  }
}

/** A kind of task whose steps the test carries out. */
export function kindOf(
  changes: Partial<TaskKind> & { work?: (step: Step, progress: Progress) => Promise<void> } = {},
): TaskKind {
  const { work, ...of } = changes
  return {
    name: 'move',
    summary: 'Moves.',
    schema: Type.Object({}),
    destructive: false,
    repeatable: true,
    timeoutSeconds: 60,
    resource: ({ library }) => (typeof library === 'string' ? library : null),
    plan: ({ steps }) =>
      Promise.resolve(
        Array.from({ length: typeof steps === 'number' ? steps : 2 }, (_, index) => ({
          name: `s${index + 1}`,
          description: `does ${index + 1}`,
        })),
      ),
    run: work ?? (() => Promise.resolve()),
    ...of,
  }
}

/** An engine that was not started, what it told, and how to look at its tasks. */
export function engineOn(
  database: Database,
  kinds: readonly TaskKind[],
  changes: Partial<TaskEngineOptions> & { clock?: Clock } = {},
) {
  const { clock = new Clock(), ...options } = changes
  const events: StoredEvent[] = []
  const errors: string[] = []
  const timeouts: string[] = []
  const engine = new TaskEngine({
    ...{ database, kinds, owner: 'one', newId: randomUUID, now: () => clock.now },
    // Two transactions that are committed one after the other may be heard of the other way round.
    onEvents: (told) => {
      events.push(...told)
      events.sort((one, other) => one.seq - other.seq)
    },
    onError: ({ message, cause }) => errors.push(`${message}: ${String(cause)}`),
    onTimeout: (kind) => timeouts.push(kind),
    ...options,
  })
  return {
    ...{ engine, clock, events, errors, timeouts },
    /** Asks for a task, as ada; resolves with its id. */
    ask: async (params: Record<string, unknown> = {}, draft: object = {}) => {
      const asked = { kind: 'move', params, ...draft }
      const { task } = await engine.submit(asked, { user: 'ada' })
      return task.id
    },
    task: async (id: string) => {
      const found = await getTask(database, id)
      if (found === null) throw new Error(`no task ${id}`)
      return found
    },
    log: async (id: string) => (await taskLog(database, id)).map(({ message }) => message),
    /** What was told of a task, in order, without the lines of its log. */
    told: (id: string) =>
      events
        .filter(({ data }) => data.id === id && data.event !== 'task_log')
        .map(({ data }) => data.event),
    /** The lines of its log that were told, in order, whatever came with them. */
    toldLines: (id: string) =>
      events.flatMap(({ data }) => {
        const line = data.line as { message: string } | null
        return data.id === id && line !== null ? [line.message] : []
      }),
  }
}
