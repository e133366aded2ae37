import { spawnSync } from 'node:child_process'
import { chown, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { chooseAccount } from '../../src/db/embedded/account.ts'
import { findBinaries } from '../../src/db/embedded/binaries.ts'
import { findSetpriv, launcherFor } from '../../src/db/embedded/launch.ts'
import { packageDirectory } from '../../src/db/embedded/package.ts'
import { startEmbeddedDatabase } from '../../src/db/embedded.ts'
import { openPool } from '../../src/db/pool.ts'
import { lockStateDirectory } from '../../src/db/state-lock.ts'
import { makeStateDirectory } from '../support/database.ts'
import { runs, start, startDaemon } from '../support/embedded.ts'

const root = process.getuid?.() === 0

t.test('a server starts, keeps what it is given, and stops', async (t) => {
  const stateDir = await makeStateDirectory(t)
  const first = await start(t, stateDir, { settings: {} })
  t.strictSame(first.told, [])

  const [settings] = await first.database.query(
    `select current_setting('listen_addresses') as tcp, current_setting('fsync') as fsync,
            current_setting('data_checksums') as checksums, current_setting('server_encoding') as encoding,
            current_setting('lc_collate', true) as collate, current_setting('timezone') as timezone,
            current_database() as database, current_user as user`,
  )
  t.match(settings, {
    tcp: '',
    fsync: 'on',
    checksums: 'on',
    encoding: 'UTF8',
    timezone: 'UTC',
    database: 'storwarden',
    user: 'storwarden',
  })

  const pid = first.server.processId ?? 0
  const owner = await stat(`/proc/${pid}`)
  t.equal(owner.uid === 0, false, 'never as root')
  t.equal((await stat(first.server.connection.host)).mode & 0o777, 0o700)
  t.equal((await stat(first.server.dataDir)).mode & 0o777, 0o700)
  t.equal((await stat(first.server.dataDir)).uid, owner.uid)

  await first.database.query('create table kept as select 1 as n')
  await first.stop()
  await first.server.stop()
  t.equal(runs(pid), false)
  t.equal(first.server.processId, null)
  const left = await readdir(join(stateDir, 'postgresql'))
  // Where the package's server had to be copied, the copy stays.
  t.strictSame(left.filter((name) => !name.startsWith('server-')).sort(), ['data', 'log'])

  const second = await start(t, stateDir)
  t.strictSame(await second.database.query('select n from kept'), [{ n: 1 }])
})

t.test('a path too long for a socket gets a short one, gone after the stop', async (t) => {
  const stateDir = join(await makeStateDirectory(t), 'deep'.repeat(20))
  const { server, database, told, stop } = await start(t, stateDir)
  const { host } = server.connection
  t.equal(host.length < 60, true)
  t.match(told, [
    /is too long a path for a socket: it is in \/(?:run|tmp)\/storwarden-\w{6}\/socket$/,
  ])
  t.strictSame(await database.query('select 1 as one'), [{ one: 1 }])
  await stop()
  await t.rejects(stat(join(host, '..')), { code: 'ENOENT' })
})

/** Where the server of the package can be run, which may be a copy in `copyTo`. */
async function packageBinaries(copyTo: string): Promise<string> {
  const self = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  const account = chooseAccount(self, [], await readFile('/etc/passwd', 'utf8'))
  const launcher = launcherFor(account, findSetpriv())
  const places = { machine: '/none', only: null, copyTo }
  return (await findBinaries({ launcher, major: null, ...places })).directory
}

t.test(
  'the npm package’s server',
  { skip: packageDirectory() === null && 'not installed' },
  async (t) => {
    const stateDir = await makeStateDirectory(t)
    const binariesDir = await packageBinaries(await makeStateDirectory(t))
    const { server, database, stop } = await start(t, stateDir, { binariesDir })
    t.match(server.version, /^18\./)
    t.match(await database.query('show server_version'), [{ server_version: /^18\./ }])
    await stop()

    const lock = await lockStateDirectory(stateDir)
    t.teardown(() => lock.release())
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
    await t.rejects(
      startEmbeddedDatabase({ lock, log, binariesDir: '/usr/lib/postgresql/15/bin' }),
      {
        code: 'ERR_EMBEDDED_DATABASE',
        message:
          /^embedded database: cannot find the server of PostgreSQL 18, which the database needs: /,
      },
      'another major version does not touch its data',
    )
  },
)

t.test('binaries that are none are refused by name', async (t) => {
  const directory = t.testdir({ initdb: '', postgres: '' })
  const started = start(t, await makeStateDirectory(t), { binariesDir: directory })
  await t.rejects(started, {
    code: 'ERR_EMBEDDED_DATABASE',
    message: new RegExp(
      `^embedded database: cannot find a PostgreSQL server, .*${directory}/initdb`,
    ),
  })
})

t.test('a server that cannot start says why, and leaves nothing running', async (t) => {
  const settings = { shared_buffers: 'plenty' }
  await t.rejects(start(t, await makeStateDirectory(t), { settings }), {
    code: 'ERR_EMBEDDED_DATABASE',
    message: /^embedded database: postgres: exit status 1: .*shared_buffers.*"plenty"/,
  })
})

t.test('what the server says is in its log', async (t) => {
  const stateDir = await makeStateDirectory(t)
  const { database, stop } = await start(t, stateDir)
  await t.rejects(database.query('select 1/0'))
  await stop()
  const log = await readFile(join(stateDir, 'postgresql', 'log', 'server.log'), 'utf8')
  t.match(log, /ERROR: {2}division by zero/)
})

t.test('a directory that is no database is left alone', async (t) => {
  const stateDir = await makeStateDirectory(t)
  const data = join(stateDir, 'postgresql', 'data')
  await mkdir(data, { recursive: true })
  await writeFile(join(data, 'precious.txt'), '')
  await t.rejects(start(t, stateDir), {
    code: 'ERR_EMBEDDED_DATABASE',
    message: `embedded database: ${data}: is not a database directory`,
  })
  t.strictSame(await readdir(data), ['precious.txt'])
})

const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups']

/** Why nobody cannot run a daemon from here; false when he can. */
function keptFromNobody(): string | false {
  if (!root) return 'not root'
  const [setpriv = '', ...args] = nobody
  const look = `require('fs').accessSync(${JSON.stringify(import.meta.dirname)})`
  const { status } = spawnSync(setpriv, [...args, process.execPath, '-e', look], { cwd: '/' })
  return status === 0 ? false : 'nobody cannot read this directory, or run node'
}

t.test('an ordinary user runs it as himself', { skip: keptFromNobody() }, async (t) => {
  const stateDir = await makeStateDirectory(t)
  await chown(stateDir, 65534, 65534)
  const { said, kill } = await startDaemon(t, stateDir, nobody)
  t.match(said, { dataDir: join(stateDir, 'postgresql', 'data') })
  t.equal((await stat(`/proc/${said.processId}`)).uid, 65534)
  const pool = openPool({ connection: said.connection })
  t.strictSame(await pool.query('select 1 as one'), [{ one: 1 }])
  await pool.close()
  await kill('SIGTERM')
  t.equal(runs(said.processId), false)

  const { server } = await start(t, stateDir)
  t.equal((await stat(`/proc/${server.processId}`)).uid, 65534, 'and a daemon of root as its owner')
})
