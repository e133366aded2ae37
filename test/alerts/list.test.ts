import t from 'tap'
import { listAlerts, type AlertFilter } from '../../src/alerts/list.ts'
import { countAlerts } from '../../src/alerts/store.ts'
import { alertsOn, briefly, critical, found, place, rule } from '../support/alert-engine.ts'
import { start } from '../support/evaluation.ts'
import { openTestDatabase } from '../support/database.ts'

const database = await openTestDatabase(t)
const { freshEngine, listed } = alertsOn(database)

t.test('text that PostgreSQL cannot store is stored as what it can', async (t) => {
  const { engine } = await freshEngine()
  const odd = {
    labels: { serial: 'AB\0\0' },
    message: 'half a pair: \ud800',
    evidence: { a: '\0' },
  }
  await engine.evaluate(found(odd))
  await engine.evaluate(found(odd))

  t.match(await listed(), [
    { labels: { serial: 'AB\ufffd\ufffd' }, message: 'half a pair: \ufffd', count: 2 },
  ])
  t.strictSame(await listed({ q: 'AB\0' }).then(briefly), ['AB\ufffd\ufffd firing 2'])
})

t.test('alerts are listed newest first, filtered, in pages without a gap', async (t) => {
  const { engine, clock } = await freshEngine({ rules: [rule, critical] })
  const bad = (mountpoint: string) => ({ ...place(mountpoint), evidence: { critical: true } })
  await engine.evaluate(found(place('/srv/a')))
  clock.seconds = 30
  await engine.evaluate(found(place('/srv/a'), bad('/srv/100%')))
  clock.seconds = 60
  await engine.evaluate(found(place('/srv/a'), bad('/srv/100%'), place('/srv/A_b')))
  clock.seconds = 90
  await engine.evaluate(found(bad('/srv/100%'), place('/srv/A_b')))
  const names = async (filter: Partial<AlertFilter>) =>
    (await listed(filter)).map(({ severity, resource }) => `${severity} ${resource}`).sort()

  t.strictSame(
    (await listed()).map(({ startedAt }) => startedAt.toISOString().slice(17, 19)),
    ['00', '30', '30', '00'],
  )
  t.strictSame(await names({ severity: 'critical' }), ['critical /srv/100%'])
  t.equal((await names({ severity: 'critical,warning' })).length, 4)
  t.strictSame(await names({ severity: ['info'] }), [])
  t.strictSame(await names({ source: 'storage', state: 'resolved' }), ['warning /srv/a'])
  t.strictSame(await names({ resource: '/srv/100%', severity: ['warning'] }), ['warning /srv/100%'])
  t.strictSame(await names({ rule: 'StorageCapacityCritical' }), ['critical /srv/100%'])
  t.strictSame(await names({ rule: 'Storage Capacity Critical' }), ['critical /srv/100%'])
  t.strictSame(await names({ q: 'CRITICAL' }), ['critical /srv/100%'])
  t.strictSame(await names({ q: '0%' }), ['critical /srv/100%', 'warning /srv/100%'])
  t.strictSame(await names({ q: 'a_' }), ['warning /srv/A_b'])
  t.strictSame(await names({ since: new Date(start + 31_000) }), ['warning /srv/A_b'])
  t.strictSame(await names({ until: new Date(start + 29_000) }), ['warning /srv/a'])

  t.strictSame(await names({ inhibited: true }), ['warning /srv/100%'], 'muted by the critical one')
  t.strictSame(await names({ inhibited: false, state: 'firing' }), [
    'critical /srv/100%',
    'warning /srv/A_b',
  ])

  const all = (await listed()).map(({ id }) => id)
  const paged: string[] = []
  let cursor: string | null | undefined
  do {
    const page = await listAlerts(database, { limit: 1, offset: 0, cursor: cursor ?? undefined })
    t.equal(page.total, 4)
    paged.push(...page.alerts.map(({ id }) => id))
    cursor = page.nextCursor
  } while (cursor !== null && paged.length < 10)
  t.strictSame(paged, all)
  t.strictSame(
    (await listed({ limit: 2, offset: 1 })).map(({ id }) => id),
    all.slice(1, 3),
  )
  for (const wrong of ['', 'x', Buffer.from('2026-99-99T00:00:00.000Z x').toString('base64url')]) {
    await t.rejects(listed({ cursor: wrong }), { code: 'ERR_CURSOR' })
  }
  t.strictSame(await countAlerts(database), [
    { severity: 'critical', state: 'firing', count: 1 },
    { severity: 'warning', state: 'firing', count: 1 },
  ])
})
