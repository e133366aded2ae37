import t from 'tap'
import { openDatabase } from '../../src/db/open.ts'
import { lockStateDirectory } from '../../src/db/state-lock.ts'
import {
  makeStateDirectory,
  migrationsFolder,
  openEmptyDatabase,
  startTestServer,
} from '../support/database.ts'

t.test(
  'a server that is there and does not let us work is told from one that is away',
  async (t) => {
    const server = await startTestServer(t)
    const admin = await openEmptyDatabase(t, server, { poolSize: 1 })
    await admin.query('create role nobody_much login')
    await admin.query('create database closed')
    await admin.query('revoke create on schema public from public')
    await admin.query("create database latin encoding 'LATIN1' template template0")

    const lock = await lockStateDirectory(await makeStateDirectory(t))
    const { host, user } = server.connection
    const open = (database: string, as = user, directory = host) => {
      const said: string[] = []
      const say = (message: string) => said.push(message)
      return openDatabase({
        url: `postgresql://${as}@localhost/${database}?host=${encodeURIComponent(directory)}&port=${server.connection.port}`,
        lock,
        migrations: migrationsFolder,
        log: { info: say, warn: say, error: say },
      })
    }
    await t.rejects(open('nowhere'), {
      code: 'ERR_DATABASE_REFUSED',
      message: 'database: database "nowhere" does not exist',
    })
    await t.rejects(open('postgres', 'stranger'), {
      code: 'ERR_DATABASE_REFUSED',
      message: 'database: role "stranger" does not exist',
    })
    await t.rejects(open('closed', 'nobody_much'), {
      code: 'ERR_DATABASE_REFUSED',
      message: 'database: permission denied for schema public',
    })
    await t.rejects(open('latin'), {
      code: 'ERR_DATABASE_REFUSED',
      message: "database: its encoding is LATIN1: make one with encoding 'UTF8'",
    })
    await t.rejects(open('postgres', user, '/nowhere'), { code: 'ERR_DATABASE_UNAVAILABLE' })

    const opened = await open('postgres')
    t.equal(opened.restarts(), 0)
    await opened.close()
    await opened.close()
    await lock.release()
  },
)
