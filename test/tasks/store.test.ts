import t from 'tap'
import { summariseTasks } from '../../src/tasks/store.ts'
import { openTestDatabase } from '../support/database.ts'

const database = await openTestDatabase(t)
const now = new Date('2026-11-20T21:00:00Z')

t.test('no tasks are a summary of zeros without an average', async (t) => {
  t.strictSame(await summariseTasks(database, now), {
    total: 0,
    pending: 0,
    running: 0,
    completed: 0,
    failed: 0,
    cancelled: 0,
    averageDurationSeconds: null,
    forgotten: { completed: 0, failed: 0 },
    missed: 0,
    recentFailures: [],
  })
})

t.test('tasks are counted by state, and the failures of the last hour are named', async (t) => {
  await database.query(
    `insert into tasks (id, kind, state, error, created_at, started_at, finished_at) values
       ('00000000-0000-4000-8000-000000000001', 'inventory', 'pending', null, '2026-11-20T20:00Z', null, null),
       ('00000000-0000-4000-8000-000000000002', 'move-medium', 'running', null, '2026-11-20T20:00Z', '2026-11-20T20:59Z', null),
       ('00000000-0000-4000-8000-000000000003', 'inventory', 'completed', null, '2026-11-20T20:00Z', '2026-11-20T20:10:00Z', '2026-11-20T20:10:30Z'),
       ('00000000-0000-4000-8000-000000000004', 'inventory', 'completed', null, '2026-11-20T20:00Z', '2026-11-20T20:20:00Z', '2026-11-20T20:20:53Z'),
       ('00000000-0000-4000-8000-000000000005', 'clean', 'failed', 'no cleaning cartridge', '2026-11-20T20:00Z', '2026-11-20T20:00Z', '2026-11-20T20:00:01Z'),
       ('00000000-0000-4000-8000-000000000006', 'clean', 'failed', null, '2026-11-20T19:00Z', '2026-11-20T19:59Z', '2026-11-20T20:00:00Z'),
       ('00000000-0000-4000-8000-000000000007', 'load', 'failed', 'hardware error', '2026-11-20T20:00Z', '2026-11-20T20:30Z', '2026-11-20T20:30Z'),
       ('00000000-0000-4000-8000-000000000008', 'load', 'cancelled', null, '2026-11-20T20:00Z', null, '2026-11-20T20:30Z')`,
  )

  await database.query(
    `update tasks set steps = '[{"name": "take"}, {"name": "load"}]', steps_done = 1, step_begun = true, advice = 'Look.'
     where id = '00000000-0000-4000-8000-000000000007'`,
  )
  t.strictSame(await summariseTasks(database, now), {
    total: 8,
    pending: 1,
    running: 1,
    completed: 2,
    failed: 3,
    cancelled: 1,
    averageDurationSeconds: 41.5,
    forgotten: { completed: 0, failed: 0 },
    missed: 0,
    recentFailures: [
      {
        id: '00000000-0000-4000-8000-000000000007',
        kind: 'load',
        finishedAt: new Date('2026-11-20T20:30:00Z'),
        ...{ error: 'hardware error', step: 'step 2 of 2 (load)', advice: 'Look.' },
      },
      {
        id: '00000000-0000-4000-8000-000000000005',
        kind: 'clean',
        finishedAt: new Date('2026-11-20T20:00:01Z'),
        ...{ error: 'no cleaning cartridge', step: null, advice: null },
      },
    ],
  })
})

t.test('the table refuses states that there are not, and an end that is none', async (t) => {
  for (const values of [
    `('x', 'sleeping', null)`,
    `('x', 'running', now())`,
    `('x', 'failed', null)`,
  ]) {
    await t.rejects(
      database.query(`insert into tasks (kind, state, finished_at) values ${values}`),
      { code: '23514' },
    )
  }
})
