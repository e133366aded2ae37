import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { makeBackup, type BackupSource } from '../../src/backups/backup.ts'
import { canStandIn } from '../../src/backups/scratch.ts'
import { verifyBackup } from '../../src/backups/verify.ts'
import { migrate } from '../../src/db/migrate.ts'
import { openPool } from '../../src/db/pool.ts'
import { backupSource, populate } from '../support/backups.ts'
import { runCli } from '../support/cli.ts'
import { makeStateDirectory, migrationsFolder, openTestDatabase } from '../support/database.ts'

const NOW = new Date('2026-11-28T02:37:00Z')
const database = await openTestDatabase(t)
const { host } = database.server.connection

// As an administrator gives it away: a database of its own, and no right to make another.
await database.query('create role "half-trusted" login')
await database.query('create database given owner "half-trusted"')
const url = `postgresql://half-trusted@localhost/given?host=${host}`
const given = openPool({ connection: { url } })
t.teardown(() => given.close())
await migrate(given, migrationsFolder)
await populate(given, NOW)

async function begun(t: Test, changes: Partial<BackupSource> = {}) {
  const source = await backupSource(t, { url }, changes)
  const said: string[] = []
  const observer = { progress: () => undefined, say: (message: string) => said.push(message) }
  const { directory } = source
  const order = { directory, verify: false, keep: null, createdBy: 'ada' }
  const back = (verify: boolean) => makeBackup(source, { ...order, verify }, observer)
  return { source, back, said }
}

t.test(
  'of a server that is named it is verified in one of its own, which takes no right',
  async (t) => {
    const { source, back, said } = await begun(t)
    const { verifiedAt, verifyError } = await back(true)
    t.strictSame({ verifiedAt, verifyError }, { verifiedAt: NOW, verifyError: null })
    t.equal(said.length, 1)
    t.match(said[0], /^it is restored into a server of its own, PostgreSQL \d+/)
    t.notOk(readdirSync(source.stateDir).includes('verify'), 'nothing is left of it')
  },
)

t.test('where there is none, and no right either, it says what grants it', async (t) => {
  const { source, back } = await begun(t)
  const { path } = await back(false)
  const said: string[] = []
  const nowhere = {
    ...source,
    binariesDir: '/nonexistent',
    say: (message: string) => said.push(message),
  }
  await t.rejects(verifyBackup(path ?? '', nowhere), {
    code: 'ERR_NO_SCRATCH_DATABASE',
    message:
      /^role half-trusted may not create the database to restore it into: alter role "half-trusted" createdb, as a superuser; nor was there a server of its own to restore it into: .*\/nonexistent/,
  })
  t.match(said, [
    /^it is restored into a database on the server, as one of its own is not possible: /,
  ])
  t.notOk(readdirSync(source.stateDir).includes('verify'))

  await database.query('alter role "half-trusted" createdb')
  t.teardown(() => database.query('alter role "half-trusted" nocreatedb').then(() => undefined))
  t.match(await verifyBackup(path ?? '', nowhere), { application: 'storwarden' })
})

t.test("what one that was killed has left is in nobody's way", async (t) => {
  const { source, back } = await begun(t)
  mkdirSync(join(source.stateDir, 'verify', 'postgresql', 'data'), { recursive: true })
  writeFileSync(join(source.stateDir, 'verify', 'postgresql', 'data', 'PG_VERSION'), '9\n')
  t.match(await back(true), { verifyError: null })
  t.notOk(readdirSync(source.stateDir).includes('verify'))
})

t.test('a server stands in for one that is not newer', (t) => {
  const cases: [own: string, server: number, can: boolean][] = [
    ['15.18', 150_003, true],
    ['15.18', 160_001, false],
    ['18.4', 150_018, true],
    ['18beta1', 180_000, true],
    ['9', 150_000, false],
  ]
  for (const [own, server, can] of cases) t.equal(canStandIn(own, server), can, `${own} ${server}`)
  t.end()
})

/** A directory on a file system of its own, of this size; null where it cannot be. */
async function small(t: Test, size: string): Promise<string | null> {
  const directory = await makeStateDirectory(t)
  const mount = ['-t', 'tmpfs', '-o', `size=${size},mode=755`, 'tmpfs', directory]
  if (spawnSync('mount', mount).status !== 0) return null
  t.teardown(() => {
    spawnSync('umount', [directory])
  })
  return directory
}

t.test('without the room nothing is begun: a restore, a look at a backup', async (t) => {
  const stateDir = await small(t, '16m')
  if (stateDir === null) {
    t.comment('tmpfs cannot be mounted here')
    return
  }
  const { source, back } = await begun(t)
  const { path } = await back(false)
  const inState = join(stateDir, 'not-yet', 'there')
  const said = await runCli(
    ['restore', path ?? '', '--config', '/dev/null', '--no-config', '--state-dir', inState],
    { now: NOW },
  )
  t.match(said, {
    ...{ status: 1, out: '' },
    error:
      /^storwarden restore: \S+: 16 MiB free, about \d+ MiB are needed: make room, or name another directory by --state-dir; nothing was changed\n$/,
  })
  t.strictSame(readdirSync(stateDir), [], 'nothing was made')

  const tight = verifyBackup(path ?? '', { ...source, stateDir })
  await t.rejects(tight, { message: /nor was there a server of its own .*: \S+: 1\d MiB free/ })
  t.strictSame(readdirSync(stateDir), [])
  const beside = { ...source, connection: database.server.connection, stateDir }
  await t.rejects(verifyBackup(path ?? '', beside), { code: 'ERR_BACKUP_NO_SPACE' })
})

t.test('of a server that is named nobody knows how much room it has', async (t) => {
  const { back } = await begun(t)
  const { path } = await back(false)
  const said = await runCli(
    ['restore', path ?? '', '--dry-run', '--no-config', '--config', '/dev/null'],
    { now: NOW, env: { DATABASE_URL: url } },
  )
  t.match(said.error, /whether the server has the room is not known: about \d+ MiB are needed/)
})
