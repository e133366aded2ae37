import t from 'tap'
import type { Incident } from '../../src/incidents/incident.ts'
import {
  timelinePage,
  timelineWindow,
  type TimelinePage,
  type TimelineReader,
} from '../../src/incidents/timeline.ts'
import { openTestDatabase } from '../support/database.ts'
import { fillTables, incidentOf, type Told } from '../support/incidents.ts'
import { after, idOf } from '../support/notices.ts'
import { seeded } from '../support/storm.ts'

const database = await openTestDatabase(t)

const viewer = { seesAll: false, seesAudit: false }
const operator = { seesAll: true, seesAudit: false }
const admin = { seesAll: true, seesAudit: true }

const now = after(7200)
/** Of all seeds. */
const everything: { rows: Told[] } = { rows: [] }
/** Until then events are gone: 30 days before this "now". */
const eventDays = (days: number) => ({ keeping: { archiveAfterDays: 90, eventDays: days }, now })

const windowFor = (incident: Incident, reader: TimelineReader, days = 30) =>
  timelineWindow(database, incident, reader, eventDays(days))

/** What has to be told, in its order: computed of the rows, and not of what SQL says. */
function expected(
  { rows, attached }: { rows: readonly Told[]; attached: readonly string[] },
  incident: Incident,
  { seesAll }: TimelineReader,
  keptSince: Date,
): string[] {
  const since = incident.startedAt.getTime() - 3_600_000
  const until = (incident.resolvedAt ?? now).getTime()
  const inside = (at: Date) => at.getTime() >= since && at.getTime() <= until
  const told: { at: number; rank: number; key: string; what: string }[] = []
  const tell = (rank: number, at: Date, [kind, id]: [string, string], key: string) => {
    told.push({ at: at.getTime(), rank, key, what: `${at.toISOString()} ${kind} ${id}` })
  }
  for (const { table, id, at, columns: row } of rows) {
    const key = /^\d+$/.test(id) ? id.padStart(20, '0') : id
    if (table === 'events') {
      const own = row.stream !== null
      const { id: of } = row.payload as { id: string | null }
      const hidden = [
        at < keptSince,
        row.level === 'debug',
        own && ['alert', 'task', 'metrics'].includes(String(row.stream)),
        own && row.source === 'audit',
        own && row.source === 'incidents' && (!seesAll || of === incident.id),
      ].includes(true)
      const place = own ? String(row.seq).padStart(20, '0') : `x${id}`
      if (inside(at) && !hidden) tell(0, at, ['event', id], place)
    }
    if (table === 'cartridge_loads') {
      const unloaded = row.unloaded as Date | null
      if (inside(at) && at < keptSince) tell(1, at, ['movement', id], key)
      if (unloaded !== null && inside(unloaded) && unloaded < keptSince) {
        tell(2, unloaded, ['movement', id], key)
      }
    }
    if (table === 'tasks') {
      const finished = row.finished as Date | null
      if (inside(at)) tell(3, at, ['task', id], key)
      if (finished !== null && inside(finished)) tell(4, finished, ['task', id], key)
    }
    if (table === 'audit' && inside(at)) {
      const seen = seesAll ? ['rule', 'user', 'session'] : ['rule']
      const [subject = ''] = String(row.action).split('.')
      if (seen.includes(subject)) tell(5, at, ['audit', id], key)
    }
    if (table === 'alert_transitions' && inside(at)) {
      tell(6, at, ['alert', String(row.alert)], key)
    }
    if (table === 'incident_entries' && row.incident === incident.id) {
      tell(7, at, ['note', id], key)
    }
    if (table === 'notifications' && inside(at) && row.outcome !== 'waiting') {
      const about = (row.alerts as string[]).filter((alert) => attached.includes(alert))
      if (about.length > 0) tell(8, at, ['notification', id], `email ${id}`)
    }
  }
  const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0)
  return told
    .sort((one, other) => one.at - other.at || one.rank - other.rank || compare(one.key, other.key))
    .map(({ what }) => what)
}

const briefly = ({ at, kind, id }: { at: Date; kind: string; id: string }) =>
  `${at.toISOString()} ${kind} ${id}`

t.test('pages put together are the whole, whatever their sizes, for every reader', async (t) => {
  for (const seed of [1, 2, 3]) {
    const incident = incidentOf({
      id: idOf(`incident ${seed}`),
      ...(seed === 3 ? { status: 'open', resolvedAt: null } : {}),
    })
    const filled = await fillTables(database, { seed, count: 250, incident })
    // Rows of the seeds before are told too, but for what is of their own incidents.
    everything.rows.push(...filled.rows)
    const about = { rows: everything.rows, attached: filled.attached }
    for (const [name, reader] of Object.entries({ viewer, operator, admin })) {
      for (const keptSince of [after(-30 * 86_400), after(0)]) {
        const days = (now.getTime() - keptSince.getTime()) / 86_400_000
        const window = await windowFor(incident, reader, days)
        const whole = expected(about, incident, reader, keptSince)
        const told = `seed ${seed}, ${name}, events since ${keptSince.toISOString()}`
        const random = seeded(seed)
        const paged: string[] = []
        let cursor: string | null = null
        do {
          const limit = 1 + Math.floor(random() * 200)
          const page: TimelinePage = await timelinePage(database, window, {
            ...{ limit, offset: 0 },
            ...(cursor === null ? {} : { cursor }),
          })
          if (page.total !== whole.length) t.equal(page.total, whole.length, `total, ${told}`)
          paged.push(...page.entries.map(briefly))
          cursor = page.nextCursor
        } while (cursor !== null)
        t.strictSame(paged, whole, told)
        t.ok(whole.length > 300, `${whole.length} entries, ${told}`)
        const offset = Math.floor(random() * whole.length)
        const { entries } = await timelinePage(database, window, { limit: 50, offset })
        t.strictSame(entries.map(briefly), whole.slice(offset, offset + 50), `by offset, ${told}`)
      }
    }
  }
})

t.test(
  'only who may read the audit trail is told where it was done from, and what was before',
  async (t) => {
    await database.query(
      `insert into audit (at, actor, credential, address, action, subject, before, after)
     values ($1, 'eve', 'session', '192.0.2.7', 'rule.update', 'r1', '{"name":"a"}', '{"name":"b"}')`,
      [after(1800.5)],
    )
    const incident = incidentOf({ startedAt: after(1800), resolvedAt: after(1801) })
    const seen = async (reader: TimelineReader) => {
      const window = await windowFor(incident, reader)
      const { entries } = await timelinePage(database, window, { limit: 1000, offset: 0 })
      return entries.find(({ actor }) => actor === 'eve')
    }
    const entry = {
      ...{ at: after(1800.5), kind: 'audit', title: 'eve: rule.update of r1', source: 'audit' },
      ...{ actor: 'eve', level: 'info', link: null },
    }
    const people = { action: 'rule.update', subject: 'r1' }
    const all = { ...people, address: '192.0.2.7', credential: 'session' }
    t.match(await seen(viewer), entry)
    t.strictSame((await seen(viewer))?.details, people)
    t.strictSame((await seen(operator))?.details, people)
    t.strictSame((await seen(admin))?.details, {
      ...all,
      before: { name: 'a' },
      after: { name: 'b' },
    })
  },
)

t.test('a page of something else is refused', async (t) => {
  const window = await windowFor(incidentOf(), admin)
  const of = (text: string) => Buffer.from(text).toString('base64url')
  for (const cursor of [
    '',
    'x',
    of('2026-11-20T21:00:00Z 1 x'),
    of('2026-99-20T21:00:00.000000Z 1 x'),
  ]) {
    await t.rejects(timelinePage(database, window, { limit: 1, offset: 0, cursor }), {
      code: 'ERR_CURSOR',
    })
  }
})
