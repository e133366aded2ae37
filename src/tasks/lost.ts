import type { Database } from '../db/database.ts'
import { adviceFor, afterLoss } from './decide.ts'
import type { Journal } from './journal.ts'
import type { TaskKind } from './kind.ts'
import { endRun, lostTasks, takeOver, type Lease, type LostTask } from './runs.ts'
import type { Task } from './task.ts'

/** What taking up what was lost takes. */
export interface TakingUp {
  database: Database
  journal: Journal
  kinds: ReadonlyMap<string, TaskKind>
  /** Tells this daemon from others, also after it was started anew. */
  owner: string
  now: () => Date
  newLease: () => Lease
  /** Goes on with a task that was taken up. */
  begin: (task: Task, runId: string) => void
  onError: (error: Error) => void
}

/**
 * Takes up tasks that run and that nobody carries out, but for the runs of this daemon: they go on, or end and say what
 * is not known.
 */
export async function takeUpLost(around: TakingUp, running: readonly string[]): Promise<void> {
  const { database, owner, now } = around
  for (const lost of await lostTasks(database, { owner, running, at: now() })) {
    await takeUp(around, lost)
  }
}

async function takeUp(around: TakingUp, lost: LostTask): Promise<void> {
  const { journal, kinds, now, newLease, begin } = around
  const decision = afterLoss(lost, kinds.get(lost.kind))
  if (decision.becomes === 'resumed') {
    const lease = newLease()
    const task = await journal.change(async (transaction) => {
      const taken = await takeOver(transaction, lost, lease)
      const line = { message: 'taken up again: the daemon had ended', level: 'warning' } as const
      return { task: taken, event: 'resumed', line }
    })
    if (task !== null) begin(task, lease.runId)
    return
  }
  const state = decision.becomes
  const error = state === 'failed' ? decision.error : null
  const advice = state === 'failed' ? adviceFor(lost, kinds.get(lost.kind), null) : null
  const ended = await journal.change(async (transaction) => {
    const task = await endRun(transaction, lost, { state, error, advice, at: now() })
    const level = state === 'failed' ? 'error' : 'info'
    return { task, event: state, line: { message: error ?? state, level } }
  })
  if (ended?.state === 'failed' && ended.stepBegun) void lookAt(around, ended)
}

/** Tells in the log of a lost task what looking tells of its step. Nothing waits for it. Never rejects. */
async function lookAt({ journal, kinds, onError }: TakingUp, task: Task): Promise<void> {
  const { kind, steps, stepsDone, params } = task
  const known = kinds.get(kind)
  const step = steps?.[stepsDone]
  if (known?.lookAfterLoss === undefined || step === undefined) return
  const said = await known.lookAfterLoss(step, params).catch((error: unknown) => {
    return `what became of it is not known: ${journal.errorText(error)}`
  })
  await journal.log(task, said, 'warning').catch(onError)
}
