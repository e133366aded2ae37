import t from 'tap'
import { Instruments } from '../../src/exporter/instruments.ts'
import { countTasks } from '../../src/exporter/tasks.ts'
import type { Task } from '../../src/tasks/task.ts'

const began = new Date('2026-11-20T21:00:00Z')
const after = (seconds: number) => new Date(began.getTime() + seconds * 1000)
const task = (changes: Pick<Task, 'state'> & Partial<Task>) => ({
  ...{ kind: 'backup', startedAt: began, finishedAt: null },
  ...changes,
})

t.test('tasks are timed by kind and by how they end, and their tries counted', async (t) => {
  const instruments = new Instruments()
  const { changed, timedOut } = countTasks(instruments)
  changed('created', task({ state: 'pending', startedAt: null }))
  changed('started', task({ state: 'running' }))
  changed('retrying', task({ state: 'pending' }))
  changed('completed', task({ state: 'completed', finishedAt: after(70) }))
  changed('failed', task({ state: 'failed', finishedAt: after(2) }))
  timedOut('backup')
  // Never begun, and ended before it began: how long they took is not known.
  changed('failed', task({ state: 'failed', startedAt: null, finishedAt: after(1) }))
  changed('cancelled', task({ state: 'cancelled', finishedAt: after(-3600) }))
  const text = await instruments.registry.metrics()
  const samples = text
    .split('\n')
    .filter((line) => /^storwarden.*(?:_sum|_count|_total)/.test(line))
  t.strictSame(samples, [
    'storwarden_tasks_timeouts_total{kind="backup"} 1',
    'storwarden_tasks_retried_total{kind="backup"} 1',
    'storwarden_tasks_duration_seconds_sum{kind="backup",state="completed"} 70',
    'storwarden_tasks_duration_seconds_count{kind="backup",state="completed"} 1',
    'storwarden_tasks_duration_seconds_sum{kind="backup",state="failed"} 2',
    'storwarden_tasks_duration_seconds_count{kind="backup",state="failed"} 1',
  ])
  t.match(text, 'le="60",kind="backup",state="completed"} 0')
  t.match(text, 'le="300",kind="backup",state="completed"} 1')
})
