import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import type { DatabaseActivity } from '../../src/db/activity.ts'
import { databaseComponent, filesystemComponent } from '../../src/health/checks.ts'
import type { Reading } from '../../src/snapshot.ts'
import { makeStateDirectory } from '../support/database.ts'
import { goodDatabase } from '../support/idle.ts'
import { read, snapshotOf } from '../support/readings.ts'

t.test('the database is asked, and the state directory written to', async (t) => {
  const readings: { database?: Reading<DatabaseActivity> } = {}
  const snapshot = () => snapshotOf(readings)
  const rows = databaseComponent({ query: async () => [{ one: 1 }] as never }, snapshot)
  t.strictSame(await rows.check(), { status: 'up', message: 'connected', details: {} })
  readings.database = read(goodDatabase)
  t.strictSame(await rows.check(), {
    status: 'up',
    message: 'connected',
    details: {
      read_at: '2026-11-20T21:00:00.000Z',
      size_bytes: 500_000_000,
      connections: 5,
      active_connections: 1,
      max_connections: 40,
      slow_queries: 0,
      sessions_waiting_for_locks: 0,
      cache_hit_ratio: 0.99,
    },
  })
  await t.rejects(async () => databaseComponent({ query: async () => [] }, snapshot).check(), {
    message: 'database: 0 rows for select 1',
  })
  const stateDir = await makeStateDirectory(t)
  t.strictSame(await filesystemComponent(stateDir).check(), {
    status: 'up',
    message: 'accessible',
  })
  t.strictSame(await readdir(stateDir), [])
  await t.rejects(async () => filesystemComponent(join(stateDir, 'gone')).check(), {
    code: 'ENOENT',
  })
})
