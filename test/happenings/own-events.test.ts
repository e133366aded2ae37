import t from 'tap'
import { appendAudit, type AuditEntry } from '../../src/auth/audit.ts'
import { LoginFailures, type LoginFailure } from '../../src/auth/login-failures.ts'
import { changedSettings } from '../../src/config/changes.ts'
import type { StoredEvent } from '../../src/events/event.ts'
import { eventsSince } from '../../src/events/store.ts'
import { BoundedPace } from '../../src/events/bounded-pace.ts'
import { AuditFollower } from '../../src/happenings/audit-follower.ts'
import { DeviceChanges } from '../../src/happenings/devices.ts'
import { loginEvents } from '../../src/happenings/logins.ts'
import { load } from '../support/config.ts'
import { openTestDatabase } from '../support/database.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 20, 21, 0, seconds))

t.test('a burst is told soon, and what goes on once a minute', (t) => {
  const pace = new BoundedPace()
  t.notOk(pace.isDue(at(0)), 'there is nothing')
  pace.gathered(at(0))
  t.notOk(pace.isDue(at(9)))
  t.ok(pace.isDue(at(10)))
  t.notOk(pace.isDue(at(100)))
  pace.gathered(at(20))
  t.notOk(pace.isDue(at(69)))
  t.ok(pace.isDue(at(70)))
  pace.gathered(at(500))
  t.ok(pace.isDue(at(100)), 'a clock that was set back keeps nothing for itself')
  t.end()
})

t.test('a storm of uevents is one event a minute, with numbers and the first names', (t) => {
  const devices = new DeviceChanges()
  const told: string[] = []
  for (let second = 0; second < 120; second += 1) {
    for (let index = 0; index < 10_000; index += 1) {
      const path = `/sys/devices/pseudo_0/st${index}`
      devices.note({ action: 'change', subsystem: 'scsi_tape', path }, at(second))
    }
    if (second === 3) {
      for (const [action, name] of [
        ...[['add', 'sdb'] as const, ['add', 'sdc'] as const],
        ...[['remove', 'sda'] as const, ['offline', 'sdd'] as const],
      ]) {
        devices.note({ action, subsystem: 'block', path: `/sys/block/${name}` }, at(second))
      }
      for (let index = 0; index < 100; index += 1) {
        devices.note({ action: 'x', subsystem: `s${index}`, path: '/' }, at(second))
      }
      devices.note(null, at(second))
    }
    told.push(...devices.take(at(second)).map(({ level, message }) => `${level} ${message}`))
  }
  t.equal(told.length, 2)
  t.match(
    told[0],
    /^info Devices: 2 block added \(sdb, sdc\); 1 block removed \(sda\); 110000 scsi_tape changed \(st0, st1, st2, st3, st4, st5, st6, st7, …\); 1 block offline \(sdd\); .*; more than could be told\.$/,
  )
  t.ok((told[0]?.length ?? 0) < 1500)
  t.equal(
    told[1],
    'debug Devices: 600000 scsi_tape changed (st0, st1, st2, st3, st4, st5, st6, st7, …).',
  )
  t.end()
})

t.test('a flood of logins is counted, and what was typed is not told', (t) => {
  const failures = new LoginFailures()
  const note = (given: Partial<LoginFailure>) => {
    failures.note({ network: '192.0.2.1', username: null, kind: 'wrong', ...given })
  }
  for (let index = 0; index < 50_000; index += 1) note({ network: `2001:db8:0:${index}::/64` })
  for (let index = 0; index < 4; index += 1) note({ username: 'ada' })
  note({ kind: 'blocked', username: 'ada' })
  note({ kind: 'refused' })
  const events = loginEvents(failures.take(), at(0))
  t.match(events, [
    { level: 'warning', data: { event: 'login_failed', failures: 50_005, refused: 1 } },
    { level: 'warning', message: 'Logins from 192.0.2.1 are blocked.' },
  ])
  t.match(events[0]?.message, /^50005 failed logins of ada, and 1 refused while blocked, from /)
  note({})
  t.strictSame(
    loginEvents(failures.take(), at(0)).map(({ message }) => message),
    ['1 failed login, from 192.0.2.1.'],
  )
  t.end()
})

t.test('settings that changed are named, not said', async (t) => {
  const before = await load({})
  const after = await load({
    STORWARDEN_MONITORING_EVENT_RETENTION_DAYS: '7',
    STORWARDEN_MONITORING_SERVICES: 'smbd',
    DATABASE_URL: 'postgresql://user:secret@host/db',
  })
  t.strictSame(changedSettings(before, after).sort(), [
    ...['database.url', 'monitoring.event_retention_days', 'monitoring.services'],
  ])
  t.strictSame(changedSettings(after, after), [])
})

t.test('the audit trail is told of once, by however many daemons', async (t) => {
  const database = await openTestDatabase(t)
  const NOW = at(0)
  const follower = (published: StoredEvent[][] = []) =>
    new AuditFollower({
      database,
      onEvents: (events) => published.push([...events]),
      onError: (error) => t.fail(error.message),
      now: () => NOW,
    })
  const entry = (action: string, given: Partial<AuditEntry> = {}): AuditEntry => ({
    ...{ at: NOW, actor: 'ada', credential: 'session', address: '::1', action },
    ...{ subject: 'DiskFull', before: null, after: null, ...given },
  })
  const messages = async () => (await eventsSince(database, 0, 1000)).map(({ message }) => message)

  await appendAudit(database, entry('user.password', { at: new Date(NOW.getTime() - 3_600_000) }))
  await appendAudit(database, entry('session.create', { subject: 'ada' }))
  await appendAudit(database, entry('alert.acknowledge'))
  await appendAudit(
    database,
    entry('rule.update', {
      before: { threshold: 80, password: 'old', name: 'x' },
      after: { threshold: 90, password: 'new', name: 'x' },
    }),
  )
  const published: StoredEvent[][] = []
  const one = follower(published)
  await Promise.all([one.follow(), follower().follow(), follower().follow()])
  t.strictSame(await messages(), [
    ...['ada: user.password of DiskFull', 'ada: logged in'],
    'ada: rule.update of DiskFull (password, threshold)',
  ])
  t.match((await eventsSince(database, 1, 9))[0]?.data, { event: 'login', actor: 'ada' })

  await appendAudit(database, entry('user.password', { at: new Date(NOW.getTime() - 3_600_000) }))
  await one.follow()
  t.equal((await messages()).length, 3, 'what is that late is not looked for')
  for (let index = 0; index < 250; index += 1) await appendAudit(database, entry('rule.create'))
  await one.follow()
  await follower().follow()
  t.equal((await messages()).length, 254, 'and one that starts looks back a day')
})
