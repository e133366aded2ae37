import { chown, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { launcherFor } from '../../src/db/embedded/launch.ts'
import { openPool } from '../../src/db/pool.ts'
import { makeStateDirectory } from '../support/database.ts'
import { runs, start, startDaemon, until } from '../support/embedded.ts'

const root = process.getuid?.() === 0

t.test('a server that is killed comes back, with all it acknowledged', async (t) => {
  const { server, database, told } = await start(t, await makeStateDirectory(t), { settings: {} })
  await database.query('create table written (n integer primary key)')
  const acknowledged: number[] = []
  let n = 0
  let kills = 0
  const write = async (): Promise<void> => {
    while (kills < 3 || server.restarts < 3) {
      n += 1
      const mine = n
      try {
        await database.query('insert into written values ($1)', [mine])
        acknowledged.push(mine)
      } catch (error) {
        // Nothing else may come of a dead server.
        if ((error as { code?: string }).code !== 'ERR_DATABASE_UNAVAILABLE') throw error
        await delay(5)
      }
    }
  }
  const kill = async (): Promise<void> => {
    for (; kills < 3; kills += 1) {
      const before = acknowledged.length
      const isBack = (): boolean => server.restarts === kills && server.processId !== null
      await until(() => isBack() && acknowledged.length >= before + 20)
      process.kill(server.processId ?? 0, 'SIGKILL')
    }
  }
  await Promise.all([write(), write(), kill()])

  const rows = await database.query<{ n: number }>('select n from written')
  const stored = new Set(rows.map((row) => row.n))
  t.strictSame(
    acknowledged.filter((number) => !stored.has(number)),
    [],
  )
  t.equal(server.restarts, 3)
  t.equal(told.filter((line) => line.endsWith('ended (SIGKILL): starting it again')).length, 3)
})

t.test('it can be stopped while it is being started again', async (t) => {
  const { server, told } = await start(t, await makeStateDirectory(t))
  process.kill(server.processId ?? 0, 'SIGKILL')
  await until(() => told.length > 0)
  await server.stop()
  t.equal(server.processId, null)
  t.equal(server.restarts, 0)
})

t.test('the server of a daemon that is killed ends, and the next finds all', async (t) => {
  const stateDir = await makeStateDirectory(t)
  const killed = await startDaemon(t, stateDir)
  const pool = openPool({ connection: killed.said.connection })
  t.teardown(() => pool.close())
  await pool.query('create table kept as select 1 as n')

  const second = await startDaemon(t, stateDir)
  t.match(second.said, { code: 'ERR_STATE_DIRECTORY_IN_USE', message: /in use by process \d+$/ })
  t.strictSame(await pool.query('select n from kept'), [{ n: 1 }], 'the first is not disturbed')

  await killed.kill('SIGKILL')
  await until(() => !runs(killed.said.processId))

  const { database } = await start(t, stateDir)
  t.strictSame(await database.query('select n from kept'), [{ n: 1 }])
})

t.test('an orphan is stopped, and a stale postmaster.pid is no obstacle', async (t) => {
  const stateDir = await makeStateDirectory(t)
  const first = await start(t, stateDir)
  const { dataDir } = first.server
  const { uid, gid } = await stat(dataDir)
  const account = { uid, gid, name: 'owner', drop: root }
  const [postgres = ''] = (await readFile(`/proc/${first.server.processId}/cmdline`, 'utf8')).split(
    '\0',
  )
  await first.stop()

  const sockets = await makeStateDirectory(t)
  await chown(sockets, uid, gid)
  const orphan = launcherFor(account, null).spawn([
    ...[postgres, '-D', dataDir, '-c', 'listen_addresses='],
    ...['-c', `unix_socket_directories=${sockets}`],
  ])
  const pidFile = join(dataDir, 'postmaster.pid')
  await until(async () => (await readFile(pidFile, 'utf8').catch(() => '')).includes('ready'))

  const second = await start(t, stateDir)
  t.match(second.told, [`embedded database: stopped process ${orphan.pid}`])
  t.equal(runs(orphan.pid ?? 0), false)
  await second.stop()

  // As after a reboot: the process id in the file is somebody else's now.
  await writeFile(pidFile, `${process.ppid}\n${dataDir}\n1\n5432\n\n\n\nready   \n`)
  await chown(pidFile, uid, gid)
  const third = await start(t, stateDir)
  t.strictSame(third.told, [])
})
