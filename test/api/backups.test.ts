import t from 'tap'
import { randomUUID } from 'node:crypto'
import { storeDrill } from '../../src/backups/drill-store.ts'
import { storeBackup } from '../../src/backups/store.ts'
import { TaskEngine } from '../../src/tasks/engine.ts'
import { backup } from '../../src/tasks/kinds/backup.ts'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'

const database = await openTestDatabase(t)
const asked: unknown[] = []
const made = {
  path: '/b/x.tar',
  sizeBytes: 5000,
  rowCount: 12,
  verifiedAt: null,
  verifyError: null,
}
let verifyError: string | null = null
const tasks = new TaskEngine({
  ...{ database, owner: 'test', now: () => new Date('2026-11-20T21:00:00Z'), newId: randomUUID },
  kinds: [
    backup(async (wanted) => {
      asked.push(wanted)
      return await Promise.resolve({ ...made, verifyError })
    }),
  ],
  onEvents: () => undefined,
  onError: (error) => {
    throw error
  },
})
const api = await startTestApi(database, await makeStateDirectory(t), { tasks })
t.teardown(() => api.stop())
const token = await api.session('operator')

async function ended(id: string): Promise<Record<string, unknown>> {
  for (;;) {
    const { body } = await api.ask('GET', `/api/v1/tasks/${id}`, { token })
    const task = body as Record<string, unknown>
    if (task.finished_at !== null) return task
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

t.test('backups are listed, the newest first', async (t) => {
  const at = new Date('2026-11-20T20:00:00Z')
  const unknown = { path: null, sizeBytes: null, sha256: null, schema: null, version: null }
  await storeBackup(database, {
    ...{ id: randomUUID(), state: 'failed', createdBy: 'ada', startedAt: at, finishedAt: at },
    ...{ ...unknown, tableCount: null, rowCount: null, error: '/b: no space left' },
    ...{ verifiedAt: null, verifySeconds: null, verifyError: null, deletedAt: null },
  })
  const { status, body } = await api.ask('GET', '/api/v1/backups?limit=1', { token })
  t.match(
    { status, body },
    {
      status: 200,
      body: { total: 1, backups: [{ state: 'failed', error: '/b: no space left', path: null }] },
    },
  )
})

t.test('what was restored for a look is listed, the newest first', async (t) => {
  const at = new Date('2026-11-20T20:30:00Z')
  const unknown = { backupCreatedAt: null, host: null, schema: null, version: null }
  const drill = {
    id: randomUUID(),
    path: '/b/x.tar',
    createdBy: 'ada',
    startedAt: at,
    seconds: 1.5,
  }
  await storeDrill(database, {
    ...{ ...drill, ...unknown, tableCount: null, rowCount: null, error: 'it is cut off' },
  })
  const viewer = await api.session('viewer')
  const { status, body } = await api.ask('GET', '/api/v1/backups/drills', { token: viewer })
  t.strictSame(
    { status, body },
    {
      status: 200,
      body: {
        total: 1,
        drills: [
          {
            ...{ id: drill.id, path: '/b/x.tar', created_by: 'ada', seconds: 1.5 },
            ...{ started_at: at.toISOString(), backup_created_at: null, host: null },
            ...{ schema: null, version: null, table_count: null, row_count: null },
            error: 'it is cut off',
          },
        ],
      },
    },
  )
})

t.test('one is made as a task, and is in the audit trail', async (t) => {
  tasks.start()
  t.teardown(() => tasks.stop())
  const { status, body } = await api.ask('POST', '/api/v1/backups', {
    token,
    body: { verify: false },
  })
  t.match({ status, body }, { status: 201, body: { kind: 'backup', params: { verify: false } } })
  const task = await ended((body as { id: string }).id)
  t.match(task, {
    state: 'completed',
    log: [{}, {}, { message: '/b/x.tar: 12 rows, 5000 bytes' }, {}],
  })
  t.strictSame(asked, [{ verify: false }])
  t.match(await database.query(`select action, actor from audit where action = 'task.create'`), [
    { actor: /^operator-/ },
  ])
  verifyError = 'users: what was restored differs'
  const other = await api.ask('POST', '/api/v1/backups', { token, body: {} })
  t.match(await ended((other.body as { id: string }).id), {
    ...{
      state: 'failed',
      error: 'it was made, and not verified: users: what was restored differs',
    },
  })
})
