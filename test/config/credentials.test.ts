import { join } from 'node:path'
import t from 'tap'
import { faultsOf, load } from '../support/config.ts'

const url = 'postgresql://storwarden:hunter2@db/storwarden'

t.test('systemd hands over secrets that are named as the settings are', async (t) => {
  const directory = t.testdir({
    'config.yaml': [
      'database: {url_file: /nonexistent}',
      'notifications: {email: {password: of the file}, slack: {url: https://file}}',
    ].join('\n'),
    credentials: {
      'storwarden_database.url': `${url}\n`,
      'notifications.email.password': 'hunter3',
      'another-unit': 'of no concern',
    },
    other: 'postgres://other/db',
  })
  const file = join(directory, 'config.yaml')
  const env = { CREDENTIALS_DIRECTORY: join(directory, 'credentials') }
  const { database, notifications } = await load(env, { file })
  t.equal(database.url, url, 'in place of the file that the configuration names')
  t.equal(database.url_file, null)
  t.equal(notifications.email.password, 'hunter3', 'and of what stands in it')
  t.equal(notifications.slack.url, 'https://file', 'what is not handed over stays')

  const DATABASE_URL = 'postgres://variable/db'
  t.equal((await load({ ...env, DATABASE_URL }, { file })).database.url, DATABASE_URL)
  const named = { ...env, STORWARDEN_DATABASE_URL_FILE: join(directory, 'other') }
  t.equal((await load(named, { file })).database.url, 'postgres://other/db')
})

t.test('a credential of ours that is no secret of ours is a fault, and none is told', async (t) => {
  const directory = t.testdir({
    credentials: {
      'storwarden_database.url': 'mysql://hunter2@db',
      'storwarden_database.url~': 'hunter2',
      'storwarden_listen.port': 'hunter2',
    },
  })
  const faults = await faultsOf(load({ CREDENTIALS_DIRECTORY: join(directory, 'credentials') }))
  t.strictSame(faults, [
    'credential database.url~: no such secret',
    'credential listen.port: no such secret',
    'credential storwarden_database.url: must be a URL such as postgresql://user@host/database',
  ])
  const gone = join(directory, 'gone')
  t.strictSame(await faultsOf(load({ CREDENTIALS_DIRECTORY: gone })), [
    `CREDENTIALS_DIRECTORY: ${gone}: cannot be read: ENOENT`,
  ])
})
