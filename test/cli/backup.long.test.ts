import { copyFile, mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { forgetOldDrills, listDrills } from '../../src/backups/drill-store.ts'
import { openPool } from '../../src/db/pool.ts'
import { populate } from '../support/backups.ts'
import { runCli } from '../support/cli.ts'
import { makeStateDirectory, migrationsFolder } from '../support/database.ts'
import { start } from '../support/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'

const NOW = new Date('2026-11-28T02:37:00Z')
const stateDir = await makeStateDirectory(t)
const first = await start(t, stateDir)
await migrate(first.database, migrationsFolder)
await populate(first.database, NOW)
const config = join(stateDir, 'config.yaml')
await writeFile(config, 'monitoring:\n  task_retention_days: 33\n')
const where = ['--config', config, '--state-dir', stateDir]
const output = join(stateDir, 'out')

t.test(
  'a backup is made beside the daemon, and what it says is for people or programs',
  async (t) => {
    const said = await runCli(['backup', '--verify', '--output', output, ...where], { now: NOW })
    t.match(said, {
      status: 0,
      out: /^\S+\/out\/storwarden-\S+-20261128T023700Z\.tar: [\d.]+ KiB, \d+ rows, restored and compared\n$/,
      error: '',
    })
    const later = new Date(NOW.getTime() + 60_000)
    const json = await runCli(['backup', '--keep', '1', '--output', output, '--json', ...where], {
      now: later,
    })
    t.match(JSON.parse(json.out), { error: null, verified_at: null, row_count: Number })
    t.equal((await readdir(output)).length, 2, 'the one that is known to be good stays')
  },
)

t.test('a backup is restored for a look beside the daemon, and that is written down', async (t) => {
  const copy = join(stateDir, 'copy.tar')
  const [oldest = ''] = (await readdir(output)).sort()
  await copyFile(join(output, oldest), copy)
  const drill = (minutes: number, ...more: string[]) =>
    runCli(['restore', copy, '--drill', ...more, ...where], {
      now: new Date(NOW.getTime() + minutes * 60_000),
    })
  t.match(await drill(5), {
    ...{ status: 0, error: '' },
    out: /^\S+\/copy\.tar: restored and compared: \d+ tables, \d+ rows, in \S.*\n$/,
  })
  const file = await open(copy, 'r+')
  await file.truncate(20_000)
  await file.close()
  t.match(await drill(6), { status: 1, out: '', error: /^not verified: / })
  t.match(await drill(7, '--force'), { status: 2, error: /--drill: not with --force/ })
  const { drills, total } = await listDrills(first.database, { limit: 9, offset: 0 })
  t.equal(total, 3)
  const [newest, second, verification] = drills
  t.match(newest, { path: copy, tableCount: null, rowCount: null, error: String })
  t.match(second, {
    ...{ path: copy, createdBy: / \(command line\)$/, error: null, seconds: Number },
    ...{ backupCreatedAt: NOW, schema: Number, version: String, host: String },
  })
  t.match(verification, { startedAt: NOW, error: null }, 'of a backup that was verified, too')
  t.equal(second?.rowCount, verification?.rowCount)
  t.equal(await forgetOldDrills(first.database, new Date(NOW.getTime() + 3600_000)), 2)
  t.strictSame((await listDrills(first.database, { limit: 9, offset: 0 })).drills, [second])
})

t.test('backups are listed with what came of restoring them', async (t) => {
  const at = '2026-11-28T01:37:00Z'
  const made = { state: 'completed', deleted_at: null, verify_error: null, error: null }
  const { out, status } = await runCli(['backup', 'list'], {
    now: NOW,
    answers: {
      '/api/v1/backups': {
        backups: [
          { ...made, started_at: at, verified_at: at, size_bytes: 2048, row_count: 7, path: '/a' },
          { state: 'failed', started_at: at, verify_error: null, error: '/b: no space' },
        ],
      },
      '/api/v1/backups/drills': {
        drills: [
          {
            started_at: at,
            seconds: 3,
            table_count: 4,
            row_count: 7,
            created_by: 'ada',
            path: '/a',
          },
          { started_at: at, seconds: 1, created_by: 'ada', path: '/a', error: 'it is cut off' },
        ],
      },
    },
  })
  t.equal(status, 0)
  t.strictSame(
    out.split('\n').map((line) => line.trim().split(/ {2,}/)),
    [
      ['BEGUN', 'STATE', 'VERIFIED', 'SIZE', 'ROWS', 'FILE'],
      ['01:37 (1 h ago)', 'completed', '01:37 (1 h ago)', '2.00 KiB', '7', '/a'],
      ['01:37 (1 h ago)', 'failed', '/b: no space'],
      [''],
      ['RESTORED', 'TOOK', 'TABLES', 'ROWS', 'BY', 'FILE, OR WHY NOT'],
      ['01:37 (1 h ago)', '3 s', '4', '7', 'ada', '/a'],
      ['01:37 (1 h ago)', '1 s', 'ada', 'it is cut off'],
      [''],
    ],
  )
})

t.test('where the daemon runs nothing is restored', async (t) => {
  const said = await runCli(['restore', output, ...where])
  t.match(said, { status: 1, error: /in use by process \d+: stop storwardend first\n$/ })
})

t.test('an empty machine has everything back', async (t) => {
  const other = await makeStateDirectory(t)
  const otherConfig = join(other, 'etc', 'config.yaml')
  await mkdir(join(other, 'etc'))
  await writeFile(join(stateDir, 'daemon-id'), 'a3c1\n')
  await runCli(['backup', '--output', output, ...where], { now: new Date(NOW.getTime() + 120_000) })
  const argv = ['restore', output, '--config', otherConfig, '--state-dir', other]
  const now = new Date(NOW.getTime() + 3600_000)
  const dry = await runCli([...argv, '--dry-run'], { now })
  t.match(dry, {
    status: 0,
    out: /it has \d+ tables, \d+ rows, schema \d+[^]*would write \S+config.yaml/,
  })
  t.strictSame(await readdir(other), ['etc'], 'nothing was made')
  const said = await runCli(argv, { now })
  t.match(said, {
    status: 0,
    out: /\(1\.0 h ago\) by storwarden [^]*restored into the embedded database[^]*cancelled, as not over then: 1 task/,
  })
  t.match(await readFile(otherConfig, 'utf8'), 'task_retention_days: 33')
  t.equal(await readFile(join(other, 'daemon-id'), 'utf8'), 'a3c1\n')

  const again = await runCli(argv, { now })
  t.match(again, {
    status: 1,
    error: /the database is not empty: --force drops all that is in it\n$/,
  })

  await writeFile(
    otherConfig,
    'notifications: { email: { host: mail.example, to: [a@b.example] } }\n',
  )
  let waited = 0
  const interrupted = Object.defineProperty(new AbortController().signal, 'aborted', {
    get: () => {
      waited += 1
      return false
    },
  })
  const send = ['report', 'weekly', '--send', '--config', otherConfig, '--state-dir', other]
  const asked = await runCli(send, { now, interrupted, env: { STORWARDEN_TOKEN: '' } })
  t.equal(asked.error, '')
  t.match(asked, {
    ...{ status: 0, out: 'storwardend sends it when it runs\n' },
  })
  t.equal(waited, 0, 'a daemon that is started meanwhile is not held up')

  const { server, database } = await start(t, other)
  t.match(await database.query('select action from audit order by id'), [
    { action: 'rule.create' },
    { action: 'database.restore' },
  ])
  const url = `postgresql://${server.connection.user}@localhost/${server.connection.database}?host=${encodeURIComponent(server.connection.host)}`
  const busy = openPool({ connection: { url }, poolSize: 1 })
  t.teardown(() => busy.close())
  await busy.query('select 1')
  const onServer = await runCli(['restore', output, '--force', '--no-config', '--config', config], {
    env: { DATABASE_URL: url },
  })
  t.match(onServer, { status: 1, error: /a storwardend works on the database: stop it first/ })
})

t.test('what is no backup is told in one line', async (t) => {
  t.match(await runCli(['restore', join(stateDir, 'nowhere')]), {
    ...{ status: 1, error: `storwarden restore: ${stateDir}/nowhere: is not there\n` },
  })
  t.match(await runCli(['restore', stateDir]), { status: 1, error: /: has no backup in it\n$/ })
  t.match(await runCli(['restore', config]), { status: 1, error: /: is cut off\n$/ })
  t.match(await runCli(['backup', '--keep', '0', ...where]), { status: 2 })
})
