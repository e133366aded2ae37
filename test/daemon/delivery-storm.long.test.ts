import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { migrate } from '../../src/db/migrate.ts'
import type { DatabasePool } from '../../src/db/pool.ts'
import { startTestDaemon, until } from '../support/daemon.ts'
import { makeStateDirectory, migrationsFolder } from '../support/database.ts'
import { start as startServer } from '../support/embedded.ts'
import { seeded, StormDaemon, StormReceiver, type Taken } from '../support/storm.ts'

const SEED = 20_261_127
const CRASHES = 100
/** Daemons at a time. */
const DAEMONS = 3
const PLACES = 30

/** Which places are broken is in the database, as it would be in the hardware. */
async function makeWorld(database: DatabasePool): Promise<void> {
  await database.query(
    `create table storm as
     select 'place ' || n as place, 'library ' || n % 3 as library, false as broken,
            case n % 4 when 0 then 'critical' else 'warning' end as severity
     from generate_series(1, ${PLACES}) as n`,
  )
}

/** Does something in the database, as often as it takes. */
async function surely(work: () => Promise<unknown>): Promise<void> {
  await until(
    () =>
      work().then(
        () => true,
        (error: unknown) => {
          if ((error as { code?: string }).code !== 'ERR_DATABASE_UNAVAILABLE') throw error
          return false
        },
      ),
    (done) => done,
  )
}

const moments = ['received', 'answered', 'evaluated'] as const

/** What was told of each alert on each channel, in the order in which it was taken first. */
function storiesOf(taken: readonly Taken[]): Map<string, string[]> {
  const stories = new Map<string, string[]>()
  for (const { channel, body } of taken) {
    // Events are none of an alert.
    const { alerts = [] } = JSON.parse(body) as {
      alerts?: { event: string; alert: { id: string } }[]
    }
    for (const { event, alert } of alerts) {
      const key = `${channel} ${alert.id}`
      stories.set(key, [...(stories.get(key) ?? []), event])
    }
  }
  return stories
}

t.test(
  `${CRASHES} crashes of daemons and their database lose nothing and repeat nothing`,
  async (t) => {
    const random = seeded(SEED)
    const below = (limit: number) => Math.floor(random() * limit)
    // What it says it has committed has to be there when it is killed; the machine is not.
    const { server, database } = await startServer(t, await makeStateDirectory(t), {
      settings: { fsync: 'off', full_page_writes: 'off' },
    })
    await migrate(database, migrationsFolder)
    await makeWorld(database)
    const receiver = new StormReceiver(random)
    const url = await receiver.listen(t)
    const clock = { beganMs: Date.now(), speed: 100 }
    let started = 0
    const start = () => {
      started += 1
      const agent = `daemon-${started}`
      const options = { connection: server.connection, url, agent, ...clock }
      return new StormDaemon(t, options, receiver)
    }
    const daemons = Array.from({ length: DAEMONS }, start)
    const errors: string[] = []

    const crashes = {
      /** Of the daemon that is being answered, or any. */
      async daemon(agent: string) {
        const named = daemons.findIndex((daemon) => daemon.agent === agent)
        const index = named === -1 ? below(DAEMONS) : named
        await daemons[index]?.kill()
        errors.push(daemons[index]?.errors ?? '')
        daemons[index] = start()
      },
      /** Of one connection, which takes all others with it. */
      async backend() {
        const backends = await database
          .query<{ pid: number }>(
            `select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
          )
          .catch(() => [])
        const victim = backends[below(backends.length)]
        if (victim !== undefined) process.kill(victim.pid, 'SIGKILL')
      },
      async server() {
        await until(
          async () => server.processId,
          (pid) => pid !== null,
        )
        process.kill(server.processId ?? 0, 'SIGKILL')
      },
    }

    for (let crash = 0; crash < CRASHES; crash += 1) {
      await surely(() =>
        database.query('update storm set broken = not broken where place = any ($1)', [
          Array.from({ length: 1 + below(6) }, () => `place ${1 + below(PLACES)}`),
        ]),
      )
      // Before an answer, after it, or when something was evaluated.
      const agent = await receiver.passed(moments[below(3)] ?? 'evaluated')
      for (let turns = below(20); turns > 0; turns -= 1) {
        await new Promise((resolve) => setImmediate(resolve))
      }
      if (crash % 25 === 24) await crashes.server()
      else if (crash % 2 === 1) await crashes.backend()
      else await crashes.daemon(agent)
    }

    // The storm is over: the receiver takes everything, and nothing is broken.
    receiver.calm = true
    await surely(() => database.query('update storm set broken = false'))
    const left = () =>
      database
        .query<{ alerts: number; messages: number; notices: number }>(
          `select (select count(*) from alerts where state <> 'resolved') as alerts,
                (select count(*) from notifications where delivered_at is null) as messages,
                (select count(*) from alert_notices) as notices`,
        )
        .catch(() => [])
    await until(left, ([row]) => row !== undefined && row.alerts + row.messages + row.notices === 0)

    t.strictSame(
      errors.filter((text) => text !== ''),
      [],
      'no daemon ends by itself',
    )
    t.strictSame(receiver.contradictions, [], 'a message says the same whenever it comes')
    const alerts = await database.query<{ id: string }>('select id from alerts order by id')
    const stories = storiesOf(receiver.taken)
    const expected = ['alone', 'together'].flatMap((channel) =>
      alerts.map(({ id }) => [`${channel} ${id}`, ['firing', 'resolved']] as const),
    )
    t.strictSame(
      [...stories].sort(([one], [other]) => (one < other ? -1 : 1)),
      expected,
      'each alert is told once on each channel, and then its end',
    )
    const sent = await database.query<{ id: string }>('select id from notifications order by id')
    t.strictSame(
      receiver.taken.map(({ id }) => id).sort(),
      sent.map(({ id }) => id),
      'what was taken is what is in the log',
    )
    t.comment(
      `${alerts.length} alerts, ${sent.length} messages, ${receiver.requests} requests, ` +
        `${started} daemons, ${server.restarts} restarts of the server, ${(Date.now() - clock.beganMs) / 1000} s`,
    )
  },
)

const recordings = fileURLToPath(new URL('../../fixtures/recordings', import.meta.url))

t.test('so it is with the whole daemon', async (t) => {
  const receiver = new StormReceiver(() => 0.18)
  const url = await receiver.listen(t)
  const config = join(t.testdir({}), 'config.yaml')
  const configure = (path: string, beat: string) =>
    writeFile(
      config,
      `notifications: {allowed_networks: [127.0.0.0/8], group_interval_seconds: 0, webhook: {url: "${url}/${path}"}, heartbeat: {${beat}}}\n`,
    )
  await configure('hook', 'interval_seconds: 5')
  const replay = join(recordings, '07-raid-degraded-and-full')
  const stateDir = await makeStateDirectory(t)
  const start = () =>
    startTestDaemon(t, { stateDir, arguments: ['--config', config, '--replay', replay] })
  const killed = receiver.passed('answered')
  let daemon = await start()
  // What was taken before the kill, and not answered, comes again with the same id.
  await killed
  await daemon.end('SIGKILL')
  const again = receiver.passed('answered')
  daemon = await start()
  await again
  t.equal(new Set(receiver.taken.map(({ id }) => id)).size, receiver.taken.length)
  t.ok(receiver.requests > receiver.taken.length, 'it came again')

  receiver.random = () => 0.2
  process.kill(await postmasterOf(stateDir), 'SIGKILL')
  await daemon.end('SIGKILL')
  receiver.calm = true
  daemon = await start()
  const firing = async () =>
    (
      await daemon.get<{ alerts: { id: string }[] }>(
        '/api/v1/monitoring/alerts?state=firing&inhibited=false',
      )
    ).alerts.map(({ id }) => id)
  const waiting = async () =>
    (await daemon.get<{ total: number }>('/api/v1/monitoring/notifications?state=waiting')).total
  await until(
    async () => ({
      ids: await firing(),
      stories: storiesOf(receiver.taken),
      left: await waiting(),
    }),
    ({ ids, stories, left }) =>
      ids.length > 3 && left === 0 && ids.every((id) => stories.has(`hook ${id}`)),
  )

  // What a user does is told too.
  const [first = '', second = ''] = await firing()
  await daemon.post(`/api/v1/monitoring/alerts/${first}/acknowledge`, {})
  await daemon.post(`/api/v1/monitoring/alerts/${second}/resolve`, {})
  const told = () => storiesOf(receiver.taken)
  await until(
    async () => [told().get(`hook ${first}`), told().get(`hook ${second}`)],
    ([one, other]) => one?.length === 2 && other?.length === 2,
  )
  for (const [key, events] of told()) {
    const more = { [`hook ${first}`]: ['acknowledged'], [`hook ${second}`]: ['resolved'] }[key]
    t.strictSame(events, ['firing', ...(more ?? [])], key)
  }
  t.strictSame(receiver.contradictions, [])
  const { notifications } = await daemon.get<{ notifications: { channel: string }[] }>(
    `/api/v1/monitoring/alerts/${second}`,
  )
  t.match(notifications, [
    { channel: 'webhook', state: 'delivered', alerts: [{ id: second, event: 'resolved' }] },
    { channel: 'webhook', state: 'delivered' },
  ])

  // Who is told is changed while it runs.
  await configure('elsewhere', `interval_seconds: 5, url: "${url}/beat"`)
  process.kill(daemon.pid, 'SIGHUP')
  await until(
    () => daemon.post('/api/v1/monitoring/notifications/test', {}),
    () => receiver.taken.at(-1)?.channel === 'elsewhere',
  )
  await until(
    async () => receiver.beats,
    (beats) => beats > 0,
  )
  t.equal(await daemon.end('SIGTERM'), 0)
})

/** The process id of the embedded server. */
async function postmasterOf(stateDir: string): Promise<number> {
  const path = join(stateDir, 'postgresql', 'data', 'postmaster.pid')
  return Number((await readFile(path, 'utf8')).split('\n')[0])
}
