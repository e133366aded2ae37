import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { PasswordHasher } from '../../src/auth/passwords.ts'
import { migrate } from '../../src/db/migrate.ts'
import { newestMigration } from '../../src/db/migrations.ts'
import type { DatabasePool } from '../../src/db/pool.ts'
import { startTestDaemon } from '../support/daemon.ts'
import {
  makeStateDirectory,
  migrationsFolder,
  openEmptyDatabase,
  startTestServer,
} from '../support/database.ts'
import { columnsSince, everyRow, fillSchema } from '../support/filled-schema.ts'
import { ALERT_ENDED, ALERT_FIRING, OLD_TOKEN, USER, type Row } from '../support/schema-rows.ts'

const server = await startTestServer(t)
const newest = await newestMigration(migrationsFolder)
const recording = fileURLToPath(
  new URL('../../fixtures/recordings/07-raid-degraded-and-full', import.meta.url),
)

/** What the database makes of other columns, or numbers by itself. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  events: ['words'],
  notifications: ['position'],
}

/** A database of before, with something in every table. */
async function before(
  t: Parameters<typeof openEmptyDatabase>[0],
  version: number,
  changed: Parameters<typeof fillSchema>[2] = {},
): Promise<DatabasePool> {
  const database = await openEmptyDatabase(t, server)
  await migrate(database, migrationsFolder, version)
  await fillSchema(database, version, changed)
  return database
}

function without(row: Row, names: readonly string[]): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)))
}

/** What a row of a schema ought to be in the newest. */
function brought(table: string, row: Row, version: number): Row {
  const later = Object.entries(columnsSince).filter(([since]) => Number(since) > version)
  const added = Object.assign({}, ...later.map(([, tables]) => tables[table] ?? {})) as Row
  const is: Record<string, unknown> = without({ ...row, ...added }, OWN[table] ?? [])
  // Since partitions they are kept to the millisecond.
  if (table === 'tasks' && version < 27) is.resources = row.resource === null ? [] : [row.resource]
  if (table === 'events' && version < 17) is.timestamp = toMilliseconds(String(is.timestamp))
  return is
}

function toMilliseconds(time: string): string {
  const [, second = '', digits = '0'] = /^(.*?)(\.\d+)?\+00:00$/.exec(time) ?? []
  const rounded = new Date(Date.parse(`${second}Z`) + Math.round(Number(`0${digits}`) * 1000))
  return `${rounded.toISOString().replace(/\.?0*Z$/, '')}+00:00`
}

const ordered = (rows: readonly Row[]) => {
  const texts = rows.map((row) => JSON.stringify(Object.entries(row).sort()))
  return texts.sort()
}

for (let version = 1; version <= newest; version++) {
  t.test(`every row of schema ${version} is there in the newest, and right`, async (t) => {
    const database = await before(t, version)
    const then = await everyRow(database)
    for (const [table, rows] of Object.entries(then)) t.ok(rows.length > 0, `${table} has rows`)

    await migrate(database, migrationsFolder)

    const now = await everyRow(database)
    for (const [table, rows] of Object.entries(then)) {
      const found = (now[table] ?? []).map((row) => without(row, OWN[table] ?? []))
      const wanted = rows.map((row) => brought(table, row, version))
      t.strictSame(ordered(found), ordered(wanted), table)
    }
    const positions = new Set((now.notifications ?? []).map(({ position }) => position))
    t.equal(positions.size, now.notifications?.length, 'each notification has its place')
    t.strictSame(
      (now.event_days ?? []).map(({ day, events, last_seq }) => [day, events, last_seq]),
      [
        ['2019-01-01', 1, null],
        ['2026-10-20', 2, 1],
        ['2026-10-21', 1, 2],
      ],
      'events are counted by their days',
    )
  })
}

/** The daemon of now on a database of before, as an upgrade starts it. */
async function startOn(t: Parameters<typeof startTestDaemon>[0], database: DatabasePool) {
  const [row] = await database.query<{ name: string }>('select current_database() as name')
  const { host, user } = server.connection
  const url = `postgresql://${user}@localhost/${row?.name ?? ''}?host=${host}`
  const file = join(await makeStateDirectory(t), 'config.yaml')
  writeFileSync(file, JSON.stringify({ database: { url } }))
  return await startTestDaemon(t, { arguments: ['--config', file, '--replay', recording] })
}

t.test('the daemon starts on the first schema that had alerts, and shows them', async (t) => {
  const daemon = await startOn(t, await before(t, 2))

  t.match(await daemon.get(`/api/v1/monitoring/alerts/${ALERT_ENDED}`), {
    ...{ rule: 'Tried', severity: 'warning', labels: { changer: 'L"1\\', element: 'ö 2' } },
    ...{ state: 'resolved', resolution: 'manual', resolved_by: 'ada', acknowledged_by: 'jo' },
    ...{ resolve_comment: 'replaced\nthe "tape"', resolved_at: '2026-10-20T09:30:00.000Z' },
    ...{ description: 'one more failure loses data', action: '', inhibited_by: ALERT_FIRING },
    transitions: [{ from: 'acknowledged', to: 'resolved', by: 'ada' }],
  })
  const { alerts } = await daemon.get<{ alerts: Row[] }>(
    '/api/v1/monitoring/alerts?state=firing&rule=ArrayDegraded',
  )
  t.match(alerts, [
    {
      id: ALERT_FIRING,
      fired_at: '2026-10-20T09:00:30.000Z',
      started_at: '2026-10-20T09:00:00.123Z',
    },
  ])
  t.equal(alerts.length, 1, 'what still holds goes on, and does not fire anew')
  const { events } = await daemon.get<{ events: Row[] }>(
    '/api/v1/monitoring/events?q=cartridge&source=changers',
  )
  t.strictSame(
    events.map(({ message, timestamp }) => [message, timestamp]),
    [
      ['cartridge moved', '2026-10-21T00:00:00.000Z'],
      ['cartridge moved', '2026-10-20T11:00:00.000Z'],
      ['cartridge moved', '2026-10-20T10:00:00.123Z'],
    ],
  )
})

t.test(
  'the daemon lets in who had a password and a token, in the first schema with accounts',
  async (t) => {
    const password = 'of a year ago, and long'
    const password_hash = await new PasswordHasher().hash(password)
    const daemon = await startOn(t, await before(t, 5, { [USER]: { password_hash } }))

    const response = await fetch(`${daemon.url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'ada', password }),
    })
    t.match(await response.json(), { user: { id: USER, username: 'Ada', role: 'admin' } })
    const ended = await fetch(`${daemon.url}/api/v1/monitoring/alerts/${ALERT_ENDED}`, {
      headers: { authorization: `Bearer ${OLD_TOKEN}` },
    })
    t.match(await ended.json(), { id: ALERT_ENDED, state: 'resolved' })
  },
)
