import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { AlertEngine } from '../../src/alerts/engine.ts'
import { listAlerts } from '../../src/alerts/list.ts'
import { resolvedByHand } from '../../src/alerts/store.ts'
import type { Database } from '../../src/db/database.ts'
import type { StoredEvent } from '../../src/events/event.ts'
import { eventsSince } from '../../src/events/store.ts'
import {
  libraryTapeAlert,
  tapeDriveTapeAlert,
  tapeDriveTapeAlertPending,
} from '../../src/rules/tape-alerts.ts'
import type { Rule } from '../../src/rules/rule.ts'
import { Journal } from '../../src/tape-alerts/journal.ts'
import { DRIVE_ALERT, LIBRARY_ALERT, resolvedFlags } from '../../src/tape-alerts/resolved.ts'
import { DatabaseStore, type StoreOptions } from '../../src/tape-alerts/store.ts'
import { TapeAlerts } from '../../src/tape-alerts/tape-alerts.ts'
import { Clock } from '../support/clock.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'
import { read } from '../support/readings.ts'
import { FakeDrive, hostOf, snapshotAt } from '../support/tape-alert-drive.ts'
import { readsOf } from '../support/tape-alerts.ts'

const database = await openTestDatabase(t)
const directory = join(await makeStateDirectory(t), 'tape-alerts')
const rules = [tapeDriveTapeAlert, libraryTapeAlert, tapeDriveTapeAlertPending] as readonly Rule[]

t.beforeEach(async () => {
  await database.query(
    `truncate tape_alert_devices, tape_alert_flags, alerts, alert_transitions, events`,
  )
})

/** A daemon that watches one drive; what it knows is in the database and in the journal. */
function daemon(drive: FakeDrive, clock: Clock, given: Partial<StoreOptions> = {}) {
  const errors: string[] = []
  const published: StoredEvent[] = []
  const engine = new AlertEngine({
    database,
    rules,
    now: () => clock.now,
    onEvents: () => undefined,
  })
  const tapeAlerts = new TapeAlerts({
    host: hostOf(drive),
    store: new DatabaseStore({
      database,
      alongside: async () => undefined,
      onEvents: (events) => published.push(...events),
      ...given,
    }),
    journal: new Journal(directory),
    snapshot: () => snapshotAt(clock.now, [drive.drive()]),
    settings: () => ({ mode: 'on_change', pollSeconds: 3600 }),
    resolvedByHand: async () =>
      resolvedFlags(await resolvedByHand(database, [DRIVE_ALERT, LIBRARY_ALERT])),
    now: () => clock.now,
    newId: randomUUID,
    onStored: () => undefined,
    onError: (error) => errors.push(error.message),
  })
  tapeAlerts.start()
  return {
    ...{ engine, errors, published, tapeAlerts },
    /** Looks and evaluates, 30 s after the time before; resolves with the alerts that are not over. */
    async beat() {
      clock.advance(30)
      tapeAlerts.look()
      await tapeAlerts.settled()
      const snapshot = snapshotAt(clock.now, [drive.drive()])
      const state = await tapeAlerts.update(snapshot)
      const readings = { ...snapshot.readings, tape_alerts: read(state) }
      await engine.evaluate({ ...snapshot, readings })
      const { alerts } = await listAlerts(database, {
        ...{ limit: 100, offset: 0, state: ['pending', 'firing'] },
      })
      return alerts.sort((one, other) => (one.resource < other.resource ? -1 : 1))
    },
  }
}

const resources = (alerts: readonly { resource: string }[]) =>
  alerts.map(({ resource }) => resource)

t.test('flags are stored with their events, and outlast the daemon', async (t) => {
  const clock = new Clock()
  const drive = new FakeDrive()
  drive.raise(4, 30)
  const first = daemon(drive, clock)
  t.strictSame(resources(await first.beat()), ['D1/30', 'D1/4'])
  const readAt = clock.now

  const second = daemon(drive, clock)
  t.strictSame(resources(await second.beat()), ['D1/30', 'D1/4'])
  t.equal(readsOf(drive), 1)
  t.strictSame([...first.errors, ...second.errors], [])

  const events = (await eventsSince(database, 0, 100)).filter(
    ({ source }) => source === 'tape-alerts',
  )
  t.strictSame(events, first.published)
  t.match(events, [
    {
      ...{ type: 'tape', level: 'critical', at: readAt },
      data: {
        ...{
          kind: 'drive',
          id: 'D1',
          device: '/dev/sg1',
          flag: 4,
          name: 'Media',
          severity: 'critical',
        },
        ...{ volume_tag: 'E01001L8', library: null, element: null },
      },
    },
    { level: 'critical', data: { flag: 30, name: 'Hardware A' } },
  ])
  t.match(
    await database.query('select kind, id, signs, read_at, clears, error from tape_alert_devices'),
    [{ kind: 'drive', id: 'D1', read_at: readAt, clears: true, error: null }],
  )
})

t.test('what a user resolves is over, and fires anew when it is read again', async (t) => {
  const clock = new Clock()
  const drive = new FakeDrive()
  drive.raise(4, 30)
  const watching = daemon(drive, clock)
  const beat = () => watching.beat()
  const [hardware] = await beat()
  clock.advance(10)
  await watching.engine.resolve(hardware?.id ?? '', { user: 'ada' })
  t.strictSame(resources(await beat()), ['D1/4'])
  t.strictSame(resources(await beat()), ['D1/4'])
  t.match(await database.query('select flag, ending from tape_alert_flags order by flag'), [
    { flag: 4, ending: null },
    { flag: 30, ending: 'resolved' },
  ])

  drive.raise(30)
  t.strictSame(resources(await beat()), ['D1/30', 'D1/4'])
  t.strictSame(
    await database.query('select flag, ending from tape_alert_flags order by first_read_at, flag'),
    [
      { flag: 4, ending: null },
      { flag: 30, ending: 'resolved' },
      { flag: 30, ending: null },
    ],
  )
})

t.test(
  'what is stored with them is stored or nothing is, and the page waits on the disk',
  async (t) => {
    const clock = new Clock()
    const drive = new FakeDrive()
    drive.raise(4)
    const refusing = daemon(drive, clock, {
      async alongside(_transaction, events) {
        if (events.length > 0) throw new Error('no room')
      },
    })
    t.strictSame(await refusing.beat(), [])
    t.match(refusing.errors, [/not stored yet/])
    const [name = '', ...others] = await readdir(directory)
    t.match(name, /^[0-9a-f-]{36}\.json$/)
    t.strictSame(others, [])
    t.equal((await stat(join(directory, name))).mode & 0o777, 0o600)
    t.equal((await stat(directory)).mode & 0o777, 0o700)

    const enqueued: string[] = []
    const next = daemon(drive, clock, {
      async alongside(_transaction, events) {
        enqueued.push(...events.map(({ message }) => message))
      },
    })
    t.strictSame(resources(await next.beat()), ['D1/4'])
    t.equal(readsOf(drive), 1)
    t.equal(enqueued.length, 1)
    t.match(enqueued[0], /^TapeAlert 4 "Media": IBM ULT3580-TD8, .* with E01001L8 loaded/)
    t.strictSame(await readdir(directory), [])
  },
)

t.test('changes take turns, also of two daemons', async (t) => {
  const drive = new FakeDrive()
  const clock = new Clock()
  drive.clears = false
  drive.raise(4)
  const slow: Database = {
    query: (text, values) => database.query(text, values),
    transaction: (work) =>
      database.transaction(async (transaction) => {
        const result = await work(transaction)
        await transaction.query('select pg_sleep(0.05)')
        return result
      }),
  }
  const both = [daemon(drive, clock, { database: slow }), daemon(drive, clock, { database: slow })]
  clock.advance(30)
  for (const { tapeAlerts } of both) tapeAlerts.look()
  await Promise.all(both.map(({ tapeAlerts }) => tapeAlerts.settled()))
  t.equal(readsOf(drive), 1)
  t.strictSame(await database.query('select flag, count from tape_alert_flags'), [
    { flag: 4, count: 1 },
  ])
})

t.test('everything that is remembered comes back as it was', async (t) => {
  const store = new DatabaseStore({
    ...{ database, alongside: async () => undefined, onEvents: () => undefined },
  })
  const at = (seconds: number) => new Date(Date.parse('2026-11-20T21:00:00Z') + seconds * 1000)
  const place = {
    ...{ text: 'drive \ud83d\udcbe', virtual: true, node: '/dev/sg3' },
    element: { library: 'L1', number: 2 },
  }
  const device = {
    ...({ kind: 'drive', id: 'D9', place, begunAt: at(1), readAt: at(2), clears: false } as const),
    signs: { by: 'contents', ready: true, digest: 'abc' } as const,
    ...{ readingId: randomUUID(), failures: 3, failedAt: at(3), error: 'no answer' },
  }
  const flag = {
    ...({ key: randomUUID(), kind: 'drive', id: 'D9', flag: 64, volumeTag: 'X' } as const),
    ...({
      firstReadAt: at(4),
      lastReadAt: at(5),
      count: 7,
      excerpt: '2e',
      standing: 'response',
    } as const),
    ...{ leftAt: at(6), returnedAt: at(7), returnedTo: 'D8', endedAt: null, ending: null },
  }
  const write = { result: undefined, devices: [device], flags: [flag] }
  await store.change(() => write)
  await store.change(() => write)
  t.strictSame(await store.change((memory) => ({ result: memory })), {
    devices: [device],
    flags: [flag],
  })
  await store.change(() => ({
    result: undefined,
    devices: [{ ...device, signs: null }],
    flags: [{ ...flag, endedAt: at(8), ending: 'cleaned' }],
  }))
  t.strictSame(await store.change((memory) => ({ result: memory })), {
    devices: [{ ...device, signs: null }],
    flags: [],
  })
})
