import { once } from 'node:events'
import t from 'tap'
import { Heartbeat } from '../../src/notify/heartbeat.ts'
import { Clock } from '../support/clock.ts'
import { onThisMachine } from '../support/reach.ts'
import { channelOf } from '../support/channels.ts'
import { receiver } from '../support/receiver.ts'

/** A heartbeat that asks `url`. */
function heartbeatOf(url: string | null, given: { intervalMs?: number } = {}) {
  const clock = new Clock()
  const how = { well: async () => true }
  const heartbeat = new Heartbeat({
    settings: () => ({ url, intervalMs: given.intervalMs ?? 60_000 }),
    isWell: () => how.well(),
    ...{ agent: 'storwarden/0', reach: () => onThisMachine, now: () => clock.now },
  })
  return { clock, how, heartbeat }
}

t.test('the URL is asked while all is well, and not otherwise', async (t) => {
  const { url, received } = await receiver(t)
  const { clock, how, heartbeat } = heartbeatOf(url)
  t.strictSame(heartbeat.health(), channelOf('heartbeat'))
  await heartbeat.beat()
  t.match(received, [{ method: 'GET', headers: { 'user-agent': 'storwarden/0' }, body: '' }])
  const beaten = channelOf('heartbeat', { up: true, lastDeliveredAt: clock.now })
  t.strictSame(heartbeat.health(), beaten)
  clock.advance(60)
  how.well = async () => false
  await heartbeat.beat()
  how.well = async () => {
    throw new Error('the database is away')
  }
  await heartbeat.beat()
  t.equal(received.length, 1)
  t.strictSame(heartbeat.health(), beaten)
})

t.test('that it is not answered shows, without its URL, and is not made up for', async (t) => {
  const { url, received, how: answers } = await receiver(t)
  const { clock, heartbeat } = heartbeatOf(url, { intervalMs: 200 })
  const begin = clock.now
  answers.answer = (response) => response.writeHead(404).end('no such check')
  await heartbeat.beat()
  const failing = { up: false, failingSince: begin }
  t.strictSame(
    heartbeat.health(),
    channelOf('heartbeat', {
      ...failing,
      failuresInARow: 1,
      lastError: 'answered with 404: no such check',
    }),
  )
  clock.advance(60)
  answers.answer = () => undefined
  await Promise.all([heartbeat.beat(), heartbeat.beat(), heartbeat.beat()])
  t.strictSame(
    heartbeat.health(),
    channelOf('heartbeat', { ...failing, failuresInARow: 2, lastError: 'no answer within 200 ms' }),
  )
  t.equal(received.length, 2)
  clock.advance(60)
  answers.answer = (response) => response.end('OK')
  await heartbeat.beat()
  t.strictSame(heartbeat.health(), channelOf('heartbeat', { up: true, lastDeliveredAt: clock.now }))

  const closed = heartbeatOf('http://127.0.0.1:9/?token=hidden').heartbeat
  await closed.beat()
  t.match(closed.health()?.lastError, /^not reached/)
  t.notMatch(JSON.stringify(closed.health()), 'hidden')
})

t.test('without a URL there is none', async (t) => {
  const { heartbeat } = heartbeatOf(null)
  await heartbeat.beat()
  t.equal(heartbeat.health(), null)
})

t.test('it beats again and again until it is stopped', async (t) => {
  const { url, received, server } = await receiver(t)
  const { heartbeat } = heartbeatOf(url, { intervalMs: 1 })
  heartbeat.start()
  heartbeat.start()
  while (received.length < 3) await once(server, 'request')
  await heartbeat.stop()
  await heartbeat.stop()
  const asked = received.length
  await new Promise((resolve) => setImmediate(resolve))
  t.equal(received.length, asked)
})
