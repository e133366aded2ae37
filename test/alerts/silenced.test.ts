import t from 'tap'
import type { AlertEngineOptions, AlertStep } from '../../src/alerts/engine.ts'
import type { SilenceDraft } from '../../src/alerts/new-silence.ts'
import { getAlert } from '../../src/alerts/store.ts'
import { alertsOn, briefly, found, place, said } from '../support/alert-engine.ts'
import { openTestDatabase } from '../support/database.ts'
import { start } from '../support/evaluation.ts'

const database = await openTestDatabase(t)
const { freshEngine, startEngine, listed } = alertsOn(database)

/** An engine that writes down which alerts were muted after each of its steps. */
async function engineWith(given: Partial<AlertEngineOptions> = {}) {
  await database.query('truncate silences')
  const steps: string[][] = []
  const engine = await freshEngine({
    alongside: (_transaction, { active }: AlertStep) => {
      steps.push(
        active.map(({ resource, silencedBy }) => `${resource} ${silencedBy.length}`).sort(),
      )
      return Promise.resolve([])
    },
    ...given,
  })
  return { ...engine, steps }
}

const silence = (given: Partial<SilenceDraft> = {}): SilenceDraft => ({
  matchers: ['mountpoint="/srv/a"'],
  maintenance: false,
  startsAt: null,
  endsAt: null,
  schedule: null,
  comment: '',
  ...given,
})
const after = (seconds: number) => new Date(start + seconds * 1000)

t.test('a silence mutes from its first step to its last, and the stream goes on', async (t) => {
  const { engine, clock, steps, events } = await engineWith()
  await engine.evaluate(found(place('/srv/a'), place('/srv/b')))
  clock.seconds = 10
  const made = await engine.silence(silence({ startsAt: after(30), endsAt: after(60) }), {
    user: 'ada',
  })
  for (const seconds of [20, 30, 59, 60]) {
    clock.seconds = seconds
    await engine.evaluate(found(place('/srv/a'), place('/srv/b'), place('/srv/c')))
  }

  t.match(made, { author: 'ada', createdAt: after(10), startsAt: after(30), endsAt: after(60) })
  t.strictSame(steps, [
    ['/srv/a 0', '/srv/b 0'],
    ['/srv/a 0', '/srv/b 0'],
    ['/srv/a 0', '/srv/b 0', '/srv/c 0'],
    ['/srv/a 1', '/srv/b 0', '/srv/c 0'],
    ['/srv/a 1', '/srv/b 0', '/srv/c 0'],
    ['/srv/a 0', '/srv/b 0', '/srv/c 0'],
  ])
  t.strictSame(said(events), [
    '1 warning firing /srv/a',
    '2 warning firing /srv/b',
    '3 warning firing /srv/c',
  ])
})

t.test('what begins, lasts and ends while it is muted is shown all the while', async (t) => {
  const { engine, clock, events, steps } = await engineWith()
  const { id } = await engine.silence(silence(), { user: 'ada' })
  await engine.evaluate(found(place('/srv/a')))
  t.strictSame(
    (await listed({ silenced: true })).map(({ silencedBy }) => silencedBy),
    [[id]],
  )
  t.strictSame(await listed({ silenced: false }), [])
  clock.seconds = 30
  await engine.evaluate(found())

  t.strictSame(steps, [[], ['/srv/a 1'], []])
  t.strictSame(said(events), ['1 warning firing /srv/a', '2 info resolved /srv/a'])
  t.strictSame(briefly(await listed({ silenced: false })), ['/srv/a resolved 1'])
  t.strictSame((events[0]?.data as { silenced_by: string[] }).silenced_by, [id])
})

t.test('a silence is made and ended at once, and survives the daemon', async (t) => {
  const { engine, clock, steps } = await engineWith()
  await engine.evaluate(found(place('/srv/a')))
  clock.seconds = 10
  const { id } = await engine.silence(silence(), { user: 'ada' })
  const restarted = startEngine(clock)
  await restarted.engine.evaluate(found(place('/srv/a')))
  t.strictSame(
    (await listed()).map(({ silencedBy }) => silencedBy),
    [[id]],
  )
  clock.seconds = 20
  const ended = await engine.endSilence(id, { user: 'bob' })
  clock.seconds = 25
  t.strictSame(await engine.endSilence(id, { user: 'eve' }), ended)

  t.match(ended, { cancelledAt: after(20), cancelledBy: 'bob' })
  t.strictSame(steps, [['/srv/a 0'], ['/srv/a 1'], ['/srv/a 0'], ['/srv/a 0']])
  await t.rejects(engine.endSilence('no uuid', { user: 'bob' }), { code: 'ERR_SILENCE_NOT_FOUND' })
  await t.rejects(engine.silence(silence({ matchers: ['x'] }), { user: 'bob' }), {
    code: 'ERR_INVALID_SILENCE',
  })
})

t.test('one that cannot be read is told, and keeps nothing from being evaluated', async (t) => {
  const { engine, errors } = await engineWith()
  await engine.silence(silence(), { user: 'ada' })
  await database.query(
    `update silences set schedule = '{"cron":"0 0 * * *","durationSeconds":60,"timeZone":"Mars/Olympus"}'`,
  )
  await engine.evaluate(found(place('/srv/a')))

  t.match(errors, [/^silence [0-9a-f-]{36}: .*Mars\/Olympus/])
  t.strictSame(
    (await listed()).map(({ silencedBy }) => silencedBy),
    [[]],
  )
})

t.test('a condition flaps by what the database remembers, also of other daemons', async (t) => {
  const flapping = { count: 3, windowSeconds: 300 }
  const { engine, clock, events } = await engineWith({ flapping })
  const pulse = async (by = engine) => {
    await by.evaluate(found(place('/srv/a')))
    clock.seconds += 30
    await by.evaluate(found())
    clock.seconds += 30
  }
  await pulse()
  await pulse()
  const restarted = startEngine(clock, { flapping })
  await pulse(restarted.engine)

  const flags = (told: typeof events) =>
    told.map(({ data }) => `${String(data.event)} ${String(data.flapping)}`)
  t.strictSame(flags(events), [
    ...['firing false', 'resolved false', 'firing false', 'resolved false'],
  ])
  t.strictSame(flags(restarted.events), ['firing true', 'resolved true'])
  const [last] = await listed({ flapping: true })
  t.match(await getAlert(database, last?.id ?? ''), {
    transitions: [{ to: 'firing', comment: /^it flaps/ }, { to: 'resolved' }],
  })

  clock.seconds += 300
  await pulse()
  t.equal((await listed({ flapping: true })).length, 1, 'what fired long ago counts no more')
})

t.test('what a user ends and fires again is no flapping', async (t) => {
  const { engine, clock } = await engineWith({ flapping: { count: 2, windowSeconds: 300 } })
  for (let count = 0; count < 3; count++) {
    await engine.evaluate(found(place('/srv/a')))
    const [alert] = await listed({ state: 'firing' })
    await engine.resolve(alert?.id ?? '', { user: 'ada' })
    clock.seconds += 30
  }
  t.strictSame(await listed({ flapping: true }), [])
})
