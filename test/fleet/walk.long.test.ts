import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import t from 'tap'
import type { Database } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrate.ts'
import { startCutProxy, type CutProxy } from '../support/cut-proxy.ts'
import { migrationsFolder, openEmptyDatabase, startTestServer } from '../support/database.ts'
import { until } from '../support/embedded.ts'
import { startFleet } from '../support/listening-fleet.ts'
import { startNatsServer, withoutNats } from '../support/nats-server.ts'
import { happen, numbers, publishing } from '../support/publishing.ts'

/** What may befall an appliance, a fleet, and what is between them. */
const step = fc.oneof(
  fc.record({ befalls: fc.constant('events' as const), count: fc.integer({ min: 1, max: 400 }) }),
  fc.record({
    befalls: fc.constantFrom('cut' as const, 'freeze' as const, 'deafen' as const, 'heal' as const),
    line: fc.nat(1),
  }),
  fc.record({
    befalls: fc.constant('server' as const),
    signal: fc.constantFrom('SIGKILL' as const, 'SIGTERM' as const),
  }),
  fc.record({ befalls: fc.constant('kill' as const), line: fc.nat(1) }),
)
const walk = fc.array(fc.tuple(step, fc.nat(150)), { minLength: 8, maxLength: 16 })

t.test(
  'whatever breaks, and whoever is killed: events of an appliance come to the fleet once, in order',
  { skip: withoutNats },
  async (t) => {
    const postgres = await startTestServer(t)
    const open = async () => {
      const pool = await openEmptyDatabase(t, postgres, { poolSize: 4 })
      await migrate(pool, migrationsFolder)
      return pool
    }
    const property = fc.asyncProperty(walk, async (steps) => {
      const [there, here] = [await open(), await open()]
      const server = await startNatsServer(t)
      const lines = [
        await startCutProxy(t, server.port),
        await startCutProxy(t, server.port),
      ] as const
      const urlOf = ({ port }: CutProxy) => `nats://127.0.0.1:${port}`
      const starts = [
        async () => {
          const database = mortal(there)
          const { publisher, stop } = publishing(t, database, urlOf(lines[0]))
          await Promise.resolve()
          return { database, stop, wake: publisher.wake.bind(publisher) }
        },
        async () => {
          const database = mortal(here)
          const url = urlOf(lines[1])
          const { stop } = await startFleet(t, { database, url, waits: false })
          return { database, stop, wake: () => undefined }
        },
      ] as const
      const living = [await starts[0](), await starts[1]()]
      let last = 0
      const more = async (count: number) => {
        await happen(there, last + 1, last + count)
        last += count
        living[0]?.wake()
      }
      for (const [one, ms] of steps) {
        if (one.befalls === 'events') await more(one.count)
        else if (one.befalls === 'server') {
          await server.stop(one.signal)
          await pause(ms)
          await server.start()
        } else if (one.befalls === 'kill') {
          const { database, stop } = living[one.line] ?? {}
          database?.kill()
          lines[one.line]?.cut()
          await stop?.()
          lines[one.line]?.heal()
          const start = starts[one.line]
          if (start !== undefined) living[one.line] = await start()
        } else befall(lines[one.line], one.befalls)
        await pause(ms)
      }
      for (const line of lines) line.heal()
      await more(1)
      const stored = async () => {
        const rows = await here.query<{ seq: number }>(
          'select appliance_seq as seq from events where appliance is not null order by events.seq',
        )
        return rows.map(({ seq }) => seq)
      }
      await until(async () => (await stored()).includes(last))
      t.strictSame(await stored(), numbers(last), `${steps.length} steps, ${last} events`)
      t.strictSame(await here.query('select seq, stored, missing from fleet_appliances'), [
        { seq: last, stored: last, missing: 0 },
      ])
      for (const { stop } of living) await stop()
      await server.stop()
      if (!t.passing()) throw new Error('see above')
    })
    await fc.assert(property, { seed: 20261128, numRuns: 4, endOnFailure: true })
  },
)

function befall(line: CutProxy | undefined, what: 'cut' | 'freeze' | 'deafen' | 'heal'): void {
  if (what === 'cut') line?.cut()
  else if (what === 'heal') line?.heal()
  else line?.freeze(what === 'freeze' ? 'both' : 'answers')
}

/**
 * A database as a process has it that is killed: from then on what it does comes to nothing, and of what is committed
 * at that moment it never hears.
 */
function mortal(pool: Database): Database & { kill(): void } {
  let dead = false
  const ifAlive = <T>(value: T): T => {
    if (dead) throw new Error('killed')
    return value
  }
  return {
    kill() {
      dead = true
    },
    async query(text, values) {
      return ifAlive(await pool.query(...ifAlive([text, values] as const)))
    },
    async transaction(work) {
      return ifAlive(await pool.transaction(async (inside) => ifAlive(await work(ifAlive(inside)))))
    },
  }
}
