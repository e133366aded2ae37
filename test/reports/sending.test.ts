import { randomUUID } from 'node:crypto'
import t from 'tap'
import { validate } from '../../src/config/validate.ts'
import { Dispatcher } from '../../src/notify/dispatcher.ts'
import { Email } from '../../src/notify/email.ts'
import { askForReport } from '../../src/reports/asking.ts'
import { gatherFacts } from '../../src/reports/gather.ts'
import { weeklyKey, weekOf } from '../../src/reports/week.ts'
import { reporting } from '../../src/reporting.ts'
import { TaskEngine } from '../../src/tasks/engine.ts'
import { getTask } from '../../src/tasks/list.ts'
import type { Queryable } from '../../src/db/database.ts'
import { openTestDatabase } from '../support/database.ts'
import { appliance } from '../support/news.ts'
import { readMail, smtpServer } from '../support/smtp.ts'

const database = await openTestDatabase(t)
const clock = { now: new Date('2026-11-23T05:00:01Z') }
const now = () => clock.now
const free = await smtpServer(t)

function configOf(tree: object) {
  const valid = validate(tree as Parameters<typeof validate>[0])
  if ('faults' in valid) throw new Error(JSON.stringify(valid.faults))
  return valid.config
}
const config = configOf({ reports: { weekly: { time_zone: 'Europe/Berlin' } } })

/** The parts of a daemon that write reports and have them sent, by mail on a port. */
function daemon(port: number, owner: string, snapshot: object = {}) {
  const email = new Email({
    ...{ host: '127.0.0.1', port, security: 'none', caFile: null, appliance, timeoutMs: 2000 },
    ...{ username: null, password: null, from: 'w@example.org', to: ['ada@example.org'] },
  })
  const attempts: string[] = []
  const dispatcher = new Dispatcher({
    ...{ database, now, notifiers: () => [email], random: () => 0 },
    onAttempts: (_channel, result, count) => {
      if (count > 0) attempts.push(result)
    },
    onError: ({ message }) => attempts.push(message),
  })
  const reports = reporting({
    ...{ db: database, now, config: () => config },
    log: { failure: ({ message }) => attempts.push(message), lostLines: () => 0 },
    snapshot: () => ({ takenAt: clock.now, readings: snapshot }),
    channels: { reportTakers: () => ['email'], wake: () => undefined },
    engine: { held: () => ({ count: 0, since: null }) },
    machine: { stuck: () => [] },
  })
  const engine = new TaskEngine({
    ...{ database, kinds: reports.kinds, owner, now, newId: randomUUID, pollMs: 20 },
    ...{ onEvents: () => undefined, onError: ({ message }) => attempts.push(message) },
  })
  return { attempts, dispatcher, reports, engine }
}

t.test('a mail server that is down loses no report, and nobody sends one twice', async (t) => {
  await database.query('update schema_migrations set applied_at = $1', [new Date('2026-01-01')])
  const taken = await smtpServer(t)
  const { port } = taken
  await taken.stop()
  const [one, other] = [daemon(port, 'one'), daemon(port, 'other')]
  // Two daemons whose time it is, a timer, and one that was started anew, all at once.
  for (const { reports, engine } of [one, other]) {
    reports.start(engine)
    engine.start()
  }
  const key = weeklyKey(weekOf(now(), 'Europe/Berlin'))
  const asked = { key, user: 'root (command line)' }
  const { task } = await askForReport(database, asked, { now, newId: randomUUID })
  t.equal(task.idempotencyKey, 'weekly report 2026-W48')
  while ((await getTask(database, task.id))?.finishedAt === null) {
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  t.match(await getTask(database, task.id), { state: 'completed', error: null })
  for (const { reports, engine } of [one, other]) {
    await reports.stop()
    await engine.stop()
  }
  const again = daemon(port, 'one')
  again.reports.start(again.engine)
  await again.reports.stop()
  t.equal((await askForReport(database, asked, { now, newId: randomUUID })).created, false)
  t.match(await database.query('select channel, kind, attempts from notifications'), [
    { channel: 'email', kind: 'report', attempts: 0 },
  ])

  await one.dispatcher.sendDue()
  t.strictSame(one.attempts, ['failed'])
  const server = await smtpServer(t, {}, port)
  clock.now = new Date('2026-11-23T06:30:00Z')
  await one.dispatcher.sendDue()
  await other.dispatcher.sendDue()
  t.equal(server.mails.length, 1)
  const { headers, parts } = readMail(server.mails[0]?.raw ?? Buffer.alloc(0))
  t.match(headers, {
    Subject: /^\[REPORT\] \S+: well, as far as is known, nothing fires$/,
    'Auto-Submitted': 'auto-generated',
    To: 'ada@example.org',
  })
  t.match(
    parts['text/plain'],
    /^From 2026-11-16 06:00 to 2026-11-23 06:00; times are those of Europe\/Berlin\.\r$/m,
  )
  t.match(parts['text/html'], '<strong>Alerts</strong>')
  t.match(parts['text/plain'], /^Tape drives could not be read: it was not read yet\.\r$/m)

  clock.now = new Date('2026-11-30T05:00:00Z')
  const next = daemon(port, 'one')
  next.reports.start(next.engine)
  next.engine.start()
  const count = async () => {
    const [row] = await database.query<{ count: number }>(
      'select count(*) as count from notifications',
    )
    return row?.count ?? 0
  }
  while ((await count()) < 2) await new Promise((resolve) => setTimeout(resolve, 20))
  await next.reports.stop()
  await next.engine.stop()
  t.equal(await count(), 2, 'the next week has its own')
})

t.test('a step that is carried out once more puts up no second message', async (t) => {
  await database.query('truncate notifications cascade')
  const { reports } = daemon(free.port, 'one')
  const [kind] = reports.kinds
  const [step] = (await kind?.plan({})) ?? []
  if (kind === undefined || step === undefined) throw new Error('no step')
  const said: string[] = []
  const progress = {
    signal: new AbortController().signal,
    report: () => undefined,
    affect: () => undefined,
    log: async (message: string) => {
      said.push(message)
    },
  }
  await kind.run(step, progress)
  await kind.run(step, progress)
  t.strictSame(await database.query('select count(*) as count from notifications'), [{ count: 1 }])
  t.match(said, [/^put up for email: well, as far as is known, nothing fires$/, String])
})

t.test('no secret of the database is in it', async (t) => {
  const hash = '$argon2id$v=19$m=1$CANARY-hash'
  await database.query(
    `with made as (
       insert into users (username, role, password_hash, created_at) values ('ada', 'admin', $1, $2) returning id
     )
     insert into api_tokens (user_id, name, role, token_hash, created_at)
     select id, 'grafana', 'viewer', $3, $2 from made`,
    [hash, new Date('2025-01-01'), Buffer.from('CANARY-token')],
  )
  await database.query(
    `insert into tasks (kind, state, error, finished_at) values ('backup', 'failed', 'no space', $1)`,
    [clock.now],
  )
  const error = 'connect postgres://storwarden:CANARY-url@db.example failed, password=CANARY-word'
  const failed = { state: 'failed', error, since: clock.now, durationSeconds: 0, last: null }
  const { reports } = daemon(free.port, 'one', { scst: failed })
  const report = await reports.write({ days: 7, named: true })
  const text = JSON.stringify(report)
  t.match(text, 'API token grafana of ada')
  t.match(text, 'SCST could not be read')
  t.notMatch(text, /CANARY/)
  t.notMatch(text, Buffer.from('CANARY-token').toString('hex'))
})

t.test('a part that takes too long is given up, and the others are told', async (t) => {
  const hung: Queryable = {
    query: (text, values) =>
      text.includes('cartridge_loads')
        ? new Promise(() => undefined)
        : database.query(text, values),
  }
  const facts = await gatherFacts(
    {
      ...{ database: hung, host: 'vault', patienceMs: 300 },
      snapshot: () => ({ takenAt: clock.now, readings: {} }),
      own: () => ({ heldEvaluations: 0, heldSince: null, logLinesLost: 0, stuckCalls: 0 }),
      settings: () => ({ flappingCount: 4, overdueHours: 24 }),
    },
    { since: new Date(clock.now.getTime() - 1000), until: clock.now },
    'UTC',
  )
  t.strictSame(facts.loads, { state: 'failed', error: 'no answer within 0.3 s' })
  t.match(facts, { alerts: { state: 'read' }, tasks: { state: 'read' }, own: { state: 'read' } })
})
