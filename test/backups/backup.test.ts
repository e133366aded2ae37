import { execFile } from 'node:child_process'
import { readdir, readFile, stat, truncate, open } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { makeBackup, type BackupSource } from '../../src/backups/backup.ts'
import { openBackup, restoreDatabase } from '../../src/backups/restore.ts'
import { listBackups } from '../../src/backups/store.ts'
import { verifyBackup } from '../../src/backups/verify.ts'
import { newestMigration } from '../../src/db/migrations.ts'
import { openSession, onOtherDatabase } from '../../src/db/session.ts'
import { backupSource, populate, silent } from '../support/backups.ts'
import {
  migrationsFolder,
  openEmptyDatabase,
  openTestDatabase,
  type Teardown,
} from '../support/database.ts'

const NOW = new Date('2026-11-28T02:37:00Z')
const database = await openTestDatabase(t)
await populate(database, NOW)
const { connection } = database.server
const schema = await newestMigration(migrationsFolder)

const order = { verify: true, keep: null, createdBy: 'ada' }

async function begun(t: Teardown, changes: Partial<BackupSource> = {}) {
  const source = await backupSource(t, connection, changes)
  const { directory } = source
  const back = (more: object = {}) => makeBackup(source, { ...order, directory, ...more }, silent)
  return { source, directory, back }
}

async function emptyOne(t: Teardown) {
  const empty = await openEmptyDatabase(t, database.server)
  const [row] = await empty.query<{ name: string }>('select current_database() as name')
  const session = await openSession({
    connection: onOtherDatabase(connection, row?.name ?? ''),
    name: 'test',
  })
  t.teardown(() => session.close())
  return session
}

async function restored(t: Teardown, path: string) {
  const session = await emptyOne(t)
  const backup = await openBackup(path, migrationsFolder)
  t.teardown(() => backup.archive.close())
  const options = { migrations: migrationsFolder, now: NOW, force: false }
  return { session, result: await restoreDatabase(session, backup, options) }
}

t.test('a backup is verified by restoring it, and written down', async (t) => {
  const { directory, back } = await begun(t)
  const { id, path, sha256, sizeBytes, verifySeconds, ...record } = await back()
  t.equal(path, join(directory, 'storwarden-appliance-1-20261128T023700Z.tar'))
  t.match(record, {
    ...{ state: 'completed', createdBy: 'ada', startedAt: NOW, finishedAt: NOW, schema },
    ...{ version: '0.1.0', error: null, verifiedAt: NOW, verifyError: null, deletedAt: null },
  })
  t.ok((record.rowCount ?? 0) > 500)
  const { mode, size } = await stat(path ?? '')
  t.equal(mode & 0o777, 0o600, 'nobody else may read it')
  t.equal((await stat(directory)).mode & 0o777, 0o700)
  t.equal(size, sizeBytes)
  const { backups, total } = await listBackups(database, { limit: 1, offset: 0 })
  t.equal(total, 1)
  t.strictSame(backups, [{ ...record, id, path, sha256, sizeBytes, verifySeconds }])
  const databases = await database.query(
    `select datname from pg_database where datname like 'storwarden_verify%'`,
  )
  t.strictSame(databases, [], 'the scratch database is gone')
})

t.test('what is in it can be read by tar, and has no first password', async (t) => {
  const { back } = await begun(t)
  const { path } = await back({ verify: false })
  const run = promisify(execFile)
  const { stdout } = await run('tar', ['tf', path ?? ''])
  const names = stdout.trim().split('\n')
  t.strictSame(
    names.filter((name) => !name.startsWith('tables/')),
    ['config/config.yaml', 'state/daemon-id', 'manifest.json'],
  )
  const { stdout: config } = await run('tar', ['xOf', path ?? '', 'config/config.yaml'])
  t.equal(config, 'listen:\n  port: 8081\n')
  t.notMatch(await readFile(path ?? '', 'latin1'), /canary-password/)
  const { stdout: manifest } = await run('tar', ['xOf', path ?? '', 'manifest.json'])
  t.match(JSON.parse(manifest), {
    ...{ format: 1, application: 'storwarden', version: '0.1.0', host: 'Appliance 1' },
    ...{ created_at: NOW.toISOString(), schema },
    not_included: ['/etc/storwarden/smtp-password'],
  })
})

t.test(
  'an empty database becomes what was backed up; what was asked for is not done',
  async (t) => {
    const { back } = await begun(t)
    const { path } = await back({ verify: false })
    const { session, result } = await restored(t, path ?? '')
    t.strictSame(result, { migrated: [], cancelledTasks: 1 })
    const asked = [
      'select username, role from users order by username',
      'select message, tags, words, "timestamp" from events order by id',
      'select at, actor, action, after from audit order by id',
      'select number, sha256, applied_at from schema_migrations order by number',
    ]
    for (const text of asked) {
      t.strictSame(await session.query(text), await database.query(text), text)
    }
    t.match(await session.query('select state, error from tasks'), [
      { state: 'cancelled', error: /^was not over when the backup of 2026-11-28T02:37:00.000Z/ },
    ])
    const [next] = await session.query<{ id: number }>(
      `insert into audit (at, actor, action) values (now(), 'ada', 'x') returning id`,
    )
    t.equal(next?.id, 2, 'numbers go on where they were')
  },
)

t.test('what is there already is kept, unless it is to be dropped', async (t) => {
  const { back } = await begun(t)
  const { path } = await back({ verify: false })
  const { session } = await restored(t, path ?? '')
  await session.query(`insert into audit (at, actor, action) values (now(), 'eve', 'x')`)
  const backup = await openBackup(path ?? '', migrationsFolder)
  t.teardown(() => backup.archive.close())
  const options = { migrations: migrationsFolder, now: NOW }
  await t.rejects(restoreDatabase(session, backup, { ...options, force: false }), {
    code: 'ERR_DATABASE_NOT_EMPTY',
  })
  t.match(await session.query('select count(*) as n from audit'), [{ n: 2 }])
  await restoreDatabase(session, backup, { ...options, force: true })
  t.match(await session.query('select actor from audit'), [{ actor: 'ada' }])
})

t.test('a damaged backup is refused, and changes nothing', async (t) => {
  const { directory, back, source } = await begun(t)
  const { path, sizeBytes } = await back({ verify: false })
  const file = await open(path ?? '', 'r+')
  const bytes = Buffer.alloc(sizeBytes ?? 0)
  await file.read(bytes, 0, bytes.length, 0)
  const at = bytes.indexOf('tables/users.copy.gz') + 512 + 15
  await file.write(Buffer.from([(bytes[at] ?? 0) ^ 0xff]), 0, 1, at)
  await file.close()
  await t.rejects(verifyBackup(path ?? '', source), {
    code: 'ERR_BACKUP_DAMAGED',
    message: /^tables\/users\.copy\.gz: /,
  })
  const session = await emptyOne(t)
  const backup = await openBackup(directory, migrationsFolder)
  const options = { migrations: migrationsFolder, now: NOW, force: false }
  await t.rejects(restoreDatabase(session, backup, options), { code: 'ERR_BACKUP_DAMAGED' })
  await backup.archive.close()
  t.match(await session.query(`select to_regclass('users') as users`), [{ users: null }])

  await truncate(path ?? '', (sizeBytes ?? 0) - 5000)
  await t.rejects(openBackup(path ?? '', migrationsFolder), { code: 'ERR_ARCHIVE' })
})

t.test('one at a time, and what fails leaves no file', async (t) => {
  const { directory, back } = await begun(t)
  const results = await Promise.allSettled([back({ verify: false }), back({ verify: false })])
  t.strictSame(
    results
      .map((one) => (one.status === 'rejected' ? (one.reason as { code: string }).code : 'ok'))
      .sort(),
    ['ERR_BACKUP_RUNNING', 'ok'],
  )
  t.equal((await readdir(directory)).length, 1)
  await t.rejects(back({ directory: '/proc/backups' }), { code: 'ERR_BACKUP_DIRECTORY' })
  const { backups } = await listBackups(database, { limit: 100, offset: 0 })
  t.match(
    backups.filter(({ state }) => state === 'failed'),
    [{ state: 'failed', path: null, error: /^\/proc\/backups: / }],
  )
})

t.test('the oldest go, but never the newest that is known to be good', async (t) => {
  let minute = 0
  const { directory, back } = await begun(t, {
    now: () => new Date(NOW.getTime() + minute * 60_000),
  })
  await back()
  for (minute = 1; minute < 4; minute++) await back({ verify: false, keep: 2 })
  t.strictSame((await readdir(directory)).sort(), [
    'storwarden-appliance-1-20261128T023700Z.tar',
    'storwarden-appliance-1-20261128T023900Z.tar',
    'storwarden-appliance-1-20261128T024000Z.tar',
  ])
  const { backups } = await listBackups(database, { limit: 4, offset: 0 })
  t.strictSame(
    backups.map(({ deletedAt }) => deletedAt !== null),
    [false, false, true, false],
  )
})
