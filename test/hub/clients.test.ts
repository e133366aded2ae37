import { once } from 'node:events'
import t from 'tap'
import type { Credential } from '../../src/auth/principal.ts'
import { loadNative } from '../../src/host/load-native.ts'
import { until } from '../support/embedded.ts'
import { hubTypes, startTestHub, upTo } from '../support/hub.ts'
import { rawUpgrade, TestClient } from '../support/ws.ts'

t.test('what is malformed is answered, and a flood of it ends the connection', async (t) => {
  const { client } = await startTestHub(t)
  const flooding = client()
  await flooding.told('hello')
  const malformed: [string, string][] = [
    ['', 'not JSON'],
    ['[]', 'not a JSON object'],
    ['{"action":"shutdown"}', 'action must be "subscribe" or "unsubscribe"'],
    [
      '{"action":"subscribe","types":["secrets"]}',
      `types must be a list of ${hubTypes.join(', ')}`,
    ],
    ['{"action":"subscribe","types":"alert"}', `types must be a list of ${hubTypes.join(', ')}`],
    ['{"action":"subscribe","since":-1}', 'since must be a sequence number, 0 or greater'],
    [
      '{"action":"subscribe","appliances":["*"]}',
      "appliances must be a list of names, or _own for the daemon's own",
    ],
    [
      '{"action":"subscribe","metrics_of":7}',
      "metrics_of must be a list of names, or _own for the daemon's own",
    ],
    ['{"action":"unsubscribe","since":1}', 'unsubscribe knows only action, types'],
  ]
  for (const [text] of malformed) flooding.send(text)
  flooding.ws.send(Buffer.from('{}'), { binary: true })
  const errors = await flooding.until(({ frames }) => {
    const found = frames.filter(({ data }) => data.event === 'error')
    return found.length === 10 ? found.map(({ data }) => data.message) : undefined
  })
  t.strictSame(errors, [...malformed.map(([, message]) => message), 'text frames only'])
  for (let count = 0; count < 1000; count += 1) flooding.ws.send('x')
  t.match(await flooding.end(), { code: 1008 })

  const large = client()
  await large.told('hello')
  large.send('x'.repeat(16 * 1024 + 1))
  t.match(await large.end(), { code: 1009 })

  const eager = client()
  await eager.told('hello')
  for (let count = 0; count < 1000; count += 1) eager.send({ action: 'subscribe', since: 0 })
  t.match(await eager.end(), { code: 1008, reason: 'too many messages at once' })
})

const addon = loadNative()
const senders = [
  { how: 'written to by Node', sender: null },
  ...('native' in addon ? [{ how: 'sent to by the addon', sender: addon.native }] : []),
]
for (const { how, sender } of senders) {
  t.test(`a client that never reads is closed, and delays nobody: ${how}`, async (t) => {
    const { hub, port, store, client } = await startTestHub(t, {}, sender)
    const silent = await rawUpgrade('127.0.0.1', port, '/', {})
    await once(silent, 'readable')
    const reading = client()
    await reading.told('hello')
    reading.send({ action: 'subscribe' })
    t.equal(hub.statistics().clients, 2)
    const text = 'x'.repeat(64 * 1024)
    let last = 0
    // The kernel's buffers take the first megabytes.
    while (hub.statistics().evicted === 0 && last < 1000) {
      const [event] = store(1, 'alert', text)
      if (!event) break
      last = event.seq
      hub.publish([event])
      hub.publishNumbers({ last }, new Date(0))
      await reading.seqsUntil(last)
    }
    const { evicted, dropped } = hub.statistics()
    t.equal(evicted, 1)
    t.ok(dropped > 0, 'numbers that were replaced by newer ones')
    t.ok(last < 400, `closed after ${last} events of 64 KiB`)
    t.strictSame(reading.seqs(), upTo(last))
    silent.resume()
    await once(silent, 'close')
  })

  t.test(`a client that reads again gets the latest numbers only: ${how}`, async (t) => {
    const { hub, port, store } = await startTestHub(t, { maxQueueBytes: 64 * 1024 * 1024 }, sender)
    const slow = new TestClient(`ws://127.0.0.1:${port}/`)
    await slow.told('hello')
    slow.send({ action: 'subscribe' })
    hub.publish(store(1))
    await slow.seqsUntil(1)
    slow.ws.pause()
    const text = 'x'.repeat(1024 * 1024)
    for (let count = 0; count < 20; count += 1) hub.publish(store(1, 'alert', text))
    for (let n = 1; n <= 5; n += 1) {
      for (const of of [null, 'a', 'b']) hub.publishNumbers({ n, of }, new Date(0), of)
    }
    t.equal(hub.statistics().dropped, 12)
    // Said while it waits: what it does not want any more is not sent when it reads again.
    slow.send({ action: 'subscribe', appliances: ['_own', 'b'] })
    await until(() => !hub.wantsNumbers('a'))
    slow.ws.resume()
    const numbers = await slow.until(({ frames }) => {
      const found = frames.filter(({ type }) => type === 'metrics')
      return found.length === 2 ? found : undefined
    })
    t.match(numbers, [
      { data: { n: 5, of: null }, seq: 21 },
      { data: { n: 5, of: 'b' }, seq: 21, appliance: 'b' },
    ])
    t.strictSame(slow.seqs(), upTo(21))
  })
}

t.test('a silent connection is pinged after 30 s and closed after 60 s', async (t) => {
  const { hub, clock, port } = await startTestHub(t)
  const answering = new TestClient(`ws://127.0.0.1:${port}/`)
  const mute = new TestClient(`ws://127.0.0.1:${port}/`, { autoPong: false })
  await answering.told('hello')
  await mute.told('hello')
  let pings = 0
  mute.ws.on('ping', () => (pings += 1))
  const pinged = once(answering.ws, 'ping')
  clock.advance(29)
  hub.beat()
  clock.advance(1)
  hub.beat()
  await pinged
  // Its pong has arrived when a message that was sent after it is answered.
  answering.send('marker')
  await answering.told('error')
  clock.advance(29)
  hub.beat()
  t.equal(mute.closed, null)
  clock.advance(1)
  hub.beat()
  t.match(await mute.end(), { code: 1001, reason: 'silent for 60 s' })
  t.equal(pings, 1)
  t.equal(answering.closed, null)
})

t.test('a credential that is revoked or found to be over closes its clients', async (t) => {
  const { hub, clock, good, client } = await startTestHub(t)
  const revoked = client({ 'x-credential': 'one' })
  const other = client({ 'x-credential': 'two' })
  await revoked.told('hello')
  await other.told('hello')
  const credential: Credential = { kind: 'token', id: 'one' }
  hub.revoke([{ kind: 'session', id: 'two' }, credential])
  t.match(await revoked.end(), { code: 4401 })
  t.equal(other.closed, null)
  const lower = client({ 'x-credential': 'three', 'x-role': 'viewer' })
  await lower.told('hello')
  good.role = 'viewer'
  clock.advance(30)
  hub.beat()
  t.match(await other.end(), { code: 4401 }, 'its role is another one now')
  t.equal(lower.closed, null)
  good.all = false
  clock.advance(30)
  hub.beat()
  t.match(await lower.end(), { code: 4401 })
})

t.test('stopping closes every client with 1001, also one that does not answer', async (t) => {
  const { hub, port, client } = await startTestHub(t)
  const polite = client()
  await polite.told('hello')
  const rude = await rawUpgrade('127.0.0.1', port, '/', {})
  await once(rude, 'readable')
  t.equal(hub.statistics().clients, 2)
  await Promise.all([hub.stop(), hub.stop()])
  t.match(await polite.end(), { code: 1001 })
  t.strictSame(hub.statistics(), {
    sent: hub.statistics().sent,
    dropped: 0,
    evicted: 0,
    running: false,
    clients: 0,
  })
  t.notOk(hub.hasRoom())
  rude.destroy()
})
