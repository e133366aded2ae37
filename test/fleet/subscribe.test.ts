import t from 'tap'
import type { Database } from '../../src/db/database.ts'
import { streams } from '../../src/fleet/wire.ts'
import { openTestDatabase } from '../support/database.ts'
import { until } from '../support/embedded.ts'
import { startFleet } from '../support/listening-fleet.ts'
import { startCutProxy } from '../support/cut-proxy.ts'
import { startNatsServer, withoutNats } from '../support/nats-server.ts'
import { connectAppliances, publish, ToldAppliance } from '../support/told-appliance.ts'

t.test(
  'what appliances tell arrives, by way of a real server',
  { skip: withoutNats },
  async (t) => {
    const pool = await openTestDatabase(t)
    const server = await startNatsServer(t)
    const proxy = await startCutProxy(t, server.port)
    const url = `nats://127.0.0.1:${proxy.port}`
    const publisher = await connectAppliances(server.url)
    t.teardown(() => publisher.close())
    const client = publisher.jetstream()
    const manager = await publisher.jetstreamManager()

    /** What happens to transactions of the fleet: an answer that is lost is one of what is committed. */
    let gone: 'no' | 'before' | 'after' = 'no'
    const isGone = (when: typeof gone) => gone === when
    const database: Database = {
      query: (text, values) => pool.query(text, values),
      async transaction(work) {
        if (isGone('before')) throw new Error('the database is away')
        const done = await pool.transaction(work)
        if (isGone('after')) throw new Error('the answer was lost')
        return done
      },
    }

    const start = (t: Parameters<typeof startFleet>[0]) => startFleet(t, { database, url })

    /** Numbers of the events of an appliance, in the order in which they were stored. */
    async function stored(name: string): Promise<number[]> {
      const rows = await pool.query<{ seq: number }>(
        'select appliance_seq as seq from events where appliance = $1 order by events.seq',
        [name],
      )
      return rows.map(({ seq }) => seq)
    }

    const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
    const untilStored = (name: string, count: number) =>
      until(async () => (await stored(name)).length >= count)

    async function tell(appliance: ToldAppliance, count: number): Promise<void> {
      for (let told = 0; told < count; told += 1) await publish(client, appliance.event())
    }

    t.test('the streams are made as they are set, and set anew', async (t) => {
      const first = await startFleet(t, { database, url: server.url, days: 3 })
      const ages = async () => {
        const infos = await Promise.all(
          Object.values(streams).map(({ name }) => manager.streams.info(name)),
        )
        return infos.map(({ config }) => [
          ...[config.max_age / 86_400e9, config.max_msgs_per_subject],
          ...[config.subjects.join(), config.storage],
        ])
      }
      const whole = (days: number) => [
        [days, -1, 'storwarden.*.events', 'file'],
        [days, -1, 'storwarden.*.metrics', 'file'],
        [0, 1, 'storwarden.*.state.>', 'file'],
      ]
      t.strictSame(await ages(), whole(3))
      await first.stop()
      const second = await startFleet(t, { database, url: server.url, days: 9 })
      t.strictSame(await ages(), whole(9))
      t.strictSame([first.errors, second.errors], [[], []])
    })

    t.test('twenty appliances at once, through a line that breaks', async (t) => {
      const { fleet, told, errors } = await start(t)
      const appliances = upTo(20).map((n) => new ToldAppliance(`many-${n}`))
      const telling = Promise.all(appliances.map((one) => tell(one, 50)))
      await untilStored('many-1', 5)
      proxy.cut()
      await until(() => fleet.deafSince() !== null)
      proxy.heal()
      await telling
      for (const { name } of appliances) {
        await untilStored(name, 50)
        t.strictSame(await stored(name), upTo(50), name)
      }
      t.strictSame(
        told.filter(({ appliance }) => appliance !== null).length,
        1000,
        'each is told once',
      )
      t.ok(told.every(({ seq }, index) => index === 0 || seq > (told[index - 1]?.seq ?? 0)))
      t.strictSame(
        fleet.list().map(({ missing, unreadable }) => missing + unreadable),
        appliances.map(() => 0),
      )
      t.strictSame(errors, [])
    })

    t.test(
      'while the database is away nothing is lost, and an answer that is lost is no second event',
      async (t) => {
        const { errors, stop } = await start(t)
        const alpha = new ToldAppliance('alpha')
        gone = 'before'
        await tell(alpha, 20)
        await until(() => errors.length > 0)
        t.strictSame(await stored('alpha'), [])
        gone = 'after'
        await untilStored('alpha', 1)
        gone = 'no'
        await tell(alpha, 5)
        await untilStored('alpha', 25)
        t.strictSame(await stored('alpha'), upTo(25))
        t.strictSame(errors, ['what appliances told is not stored yet: the database is away'])

        await tell(alpha, 5)
        gone = 'after'
        await stop()
        gone = 'no'
        await tell(alpha, 5)
        const again = await start(t)
        await untilStored('alpha', 35)
        t.strictSame(await stored('alpha'), upTo(35), 'nor when it is stopped there')
        t.match(again.fleet.find('alpha'), { seq: 35, missing: 0 })
      },
    )

    t.test('a server that is killed comes back with all that it had', async (t) => {
      const { fleet } = await start(t)
      const beta = new ToldAppliance('beta')
      await publish(client, beta.about())
      await tell(beta, 10)
      await server.stop('SIGKILL')
      await until(() => fleet.deafSince() !== null)
      await server.start()
      const next = beta.event()
      await until(() =>
        publish(client, next).then(
          () => true,
          () => false,
        ),
      )
      await tell(beta, 9)
      await untilStored('beta', 20)
      t.strictSame(await stored('beta'), upTo(20))
      t.match(fleet.find('beta'), { missing: 0, about: { url: 'https://beta:8443' } })
    })

    t.test(
      'what is stored says where it goes on, also with an older backup of the fleet',
      async (t) => {
        const gamma = new ToldAppliance('gamma')
        const first = await start(t)
        await tell(gamma, 5)
        await untilStored('gamma', 5)
        const backup = await pool.query<{ seq: number; made_at: Date }>(
          'select seq, made_at from fleet_streams where name = $1',
          [streams.events.name],
        )
        await tell(gamma, 5)
        await untilStored('gamma', 10)
        await first.stop()
        await pool.query("delete from events where appliance = 'gamma' and appliance_seq > 5")
        await pool.query("update fleet_appliances set seq = 5, stored = 5 where name = 'gamma'")
        await pool.query('update fleet_streams set seq = $2 where name = $1', [
          streams.events.name,
          backup[0]?.seq,
        ])
        await start(t)
        await untilStored('gamma', 10)
        t.strictSame(await stored('gamma'), upTo(10))
      },
    )

    t.test('servers that lost everything are begun with anew', async (t) => {
      const delta = new ToldAppliance('delta')
      const { fleet } = await start(t)
      await tell(delta, 5)
      await untilStored('delta', 5)
      for (const { name } of Object.values(streams)) await manager.streams.delete(name)
      const next = delta.event()
      await until(() =>
        publish(client, next).then(
          () => true,
          () => false,
        ),
      )
      await untilStored('delta', 6)
      t.strictSame(await stored('delta'), upTo(6))
      t.match(fleet.find('delta'), { missing: 0 })
    })

    t.test('an appliance that says nothing is silent, unless nothing could be heard', async (t) => {
      const { fleet, ahead, numbers } = await start(t)
      const epsilon = new ToldAppliance('epsilon')
      await publish(client, epsilon.about())
      await publish(client, epsilon.numbers({ n: 1 }))
      await until(() => numbers.includes('epsilon'))
      ahead.ms = 119_000
      await fleet.look()
      t.equal(fleet.find('epsilon')?.state, 'reporting')
      ahead.ms = 130_000
      await fleet.look()
      t.match(fleet.find('epsilon'), { state: 'silent', silentSince: Date })
      const again = await start(t)
      await until(() => again.fleet.numbers('epsilon') !== null)
      t.strictSame(again.numbers, [], 'what it told last is known, and is none of now')
      await again.stop()
      await publish(client, epsilon.about())
      await until(() => fleet.find('epsilon')?.state === 'reporting')

      proxy.cut()
      await until(() => fleet.deafSince() !== null)
      ahead.ms = 900_000
      const deaf = await fleet.look()
      t.match(deaf, { deafSince: Date, why: String })
      proxy.heal()
      await until(() => fleet.deafSince() === null)
      await fleet.look()
      t.equal(fleet.find('epsilon')?.state, 'reporting', 'it has the time to connect again, too')
    })

    t.test('a name is another’s when it was forgotten, and not before', async (t) => {
      const { fleet, told } = await start(t)
      const [before, after] = [new ToldAppliance('zeta'), new ToldAppliance('zeta')]
      after.epoch += 1
      await publish(client, before.about())
      await tell(before, 2)
      await untilStored('zeta', 2)
      await publish(client, after.about({ version: '9' }))
      await until(() => fleet.find('zeta')?.other !== null)
      t.match(fleet.find('zeta'), {
        ...{ identity: before.identity, about: { version: '0.1.0' } },
        other: { identity: after.identity },
      })
      t.match(
        told.filter(({ data }) => data.event === 'appliance_name_taken'),
        [
          {
            level: 'error',
            message: 'Another machine calls itself zeta: what it says is left out.',
          },
        ],
      )
      const noted: string[] = []
      const note = async (_: unknown, { name, identity }: { name: string; identity: string }) => {
        noted.push(name, identity)
      }
      t.equal(await fleet.forget('zeta', note), true)
      t.equal(await fleet.forget('zeta', note), false)
      t.strictSame(noted, ['zeta', before.identity])
      t.strictSame(fleet.find('zeta'), null)
      const left = await manager.streams.info(streams.events.name, {
        subjects_filter: 'storwarden.zeta.>',
      })
      t.strictSame(left.state.subjects ?? {}, {})
      await publish(client, after.about())
      await tell(after, 3)
      await until(async () => (await stored('zeta')).length === 5)
      t.strictSame(await stored('zeta'), [1, 2, 1, 2, 3])
      t.match(fleet.find('zeta'), { identity: after.identity, other: null, stored: 3 })
    })
  },
)
