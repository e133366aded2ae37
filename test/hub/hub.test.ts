import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import type { Credential } from '../../src/auth/principal.ts'
import type { ClientLimits } from '../../src/hub/client.ts'
import { Hub } from '../../src/hub/hub.ts'
import type { HubEvent } from '../../src/hub/messages.ts'
import { Clock } from '../support/api.ts'
import { rawUpgrade, TestClient } from '../support/ws.ts'

const types = ['alert', 'task', 'system', 'metrics']

interface Teardown {
  teardown(undo: () => Promise<void>): void
}

/** A hub on a port of its own, whose stored events are a list. */
async function setUp(t: Teardown, limits: Partial<ClientLimits> = {}) {
  const clock = new Clock()
  const stored: HubEvent[] = []
  const backlog = {
    failure: null as Error | null,
    oldestKept: 1,
    reads: 0,
    /** Called before each read, to let something happen meanwhile. */
    meanwhile: () => {},
  }
  const good = { all: true }
  const hub = new Hub({
    types,
    now: () => clock.now,
    limits: { settleMs: 20, closeMs: 200, ...limits },
    stillGood: async (credentials) => (good.all ? credentials : []),
    backlog: {
      async since(seq, limit, wanted) {
        backlog.reads += 1
        const found = stored.filter(
          (event) =>
            event.seq > seq &&
            event.seq >= backlog.oldestKept &&
            (wanted?.includes(event.type) ?? true),
        )
        if (backlog.failure) throw backlog.failure
        const events = found.slice(0, limit)
        backlog.meanwhile()
        return events
      },
      last: async () => stored.length,
      oldest: async () => (stored.length >= backlog.oldestKept ? backlog.oldestKept : null),
    },
  })
  await hub.start()
  const server = createServer()
  server.on('upgrade', (request, socket, head) => {
    const id = request.headers['x-credential']?.toString() ?? 'a'
    hub.accept(request, socket, head, {
      userId: 'u',
      username: 'viewer',
      role: 'viewer',
      credential: { kind: 'token', id },
      expiresAt: null,
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  t.teardown(async () => {
    await hub.stop()
    server.close()
  })

  /** Stores events as the database would, and gives them back. */
  const store = (count: number, type = 'alert', data: unknown = {}): HubEvent[] => {
    const events = Array.from({ length: count }, (_, index) => ({
      seq: stored.length + 1 + index,
      type,
      data,
      at: clock.now,
    }))
    stored.push(...events)
    return events
  }
  const client = (headers: Record<string, string> = {}) =>
    new TestClient(`ws://127.0.0.1:${port}/`, { headers })
  return { hub, clock, backlog, good, port, store, client }
}

/** 1..n. */
const upTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index)

t.test('a client is greeted with the place of the stream and gets what follows', async (t) => {
  const { hub, store, client } = await setUp(t)
  hub.publish(store(3))
  const listening = client()
  t.strictSame(await listening.told('hello'), {
    type: 'system',
    data: { event: 'hello', seq: 3, types },
    timestamp: '2026-11-20T21:00:00.000Z',
    seq: 3,
  })
  hub.publish(store(2, 'task', { name: 'ü' }))
  t.strictSame(await listening.seqsUntil(5), [4, 5])
  t.strictSame(listening.frames.at(-1), {
    type: 'task',
    data: { name: 'ü' },
    timestamp: '2026-11-20T21:00:00.000Z',
    seq: 5,
  })
})

t.test('since replays what was missed, in order, without gap or duplicate', async (t) => {
  const { hub, backlog, store, client } = await setUp(t, { chunkEvents: 7 })
  hub.publish(store(100))
  // While the client reads what it missed, more happens: in the database first, then on the stream.
  let more = 20
  backlog.meanwhile = () => {
    if (more === 0) return
    more -= 1
    hub.publish(store(1))
  }
  const resuming = client()
  await resuming.told('hello')
  hub.publish(store(1))
  resuming.send({ action: 'subscribe', types: ['alert'], since: 10 })
  t.strictSame(await resuming.seqsUntil(121), upTo(121, 11))
  hub.publish(store(1))
  t.strictSame(await resuming.seqsUntil(122), upTo(122, 11))
})

t.test('going back on a live connection repeats nothing that was told on it', async (t) => {
  const { hub, store, client } = await setUp(t)
  hub.publish(store(5))
  const live = client()
  await live.told('hello')
  live.send({ action: 'subscribe', types: ['alert'] })
  hub.publish(store(1))
  t.strictSame(await live.seqsUntil(6), [6])
  live.send({ action: 'subscribe', since: 2 })
  await live.seqsUntil(5)
  hub.publish(store(1))
  t.strictSame(await live.seqsUntil(7), [6, 3, 4, 5, 7])
  live.send({ action: 'subscribe', since: 0 })
  t.strictSame(await live.seqsUntil(2), [6, 3, 4, 5, 7, 1, 2])
})

t.test('types are subscribed and unsubscribed', async (t) => {
  const { hub, store, client } = await setUp(t)
  const some = client()
  await some.told('hello')
  const step = async (message: unknown, expected: string[]) => {
    some.send(message)
    // A malformed message is answered in turn: what was sent before it has been carried out.
    const errors = some.frames.filter(({ data }) => data.event === 'error').length
    some.send('marker')
    await some.until(({ frames }) =>
      frames.filter(({ data }) => data.event === 'error').length > errors ? true : undefined,
    )
    some.frames.length = 0
    hub.publish([...store(1, 'alert'), ...store(1, 'task'), ...store(1, 'system')])
    hub.publishNumbers({ n: 1 }, new Date(0))
    some.send('marker')
    await some.told('error')
    t.strictSame(
      some.frames.filter(({ data }) => data.event === undefined).map(({ type }) => type),
      expected,
      JSON.stringify(message),
    )
  }
  await step({ action: 'subscribe' }, ['alert', 'task', 'system', 'metrics'])
  await step({ action: 'subscribe', types: ['task'] }, ['task'])
  await step({ action: 'subscribe', types: ['metrics', 'task'] }, ['task', 'metrics'])
  await step({ action: 'unsubscribe', types: ['task'] }, ['metrics'])
  await step({ action: 'unsubscribe' }, [])
  await step({ action: 'subscribe', types: [] }, ['alert', 'task', 'system', 'metrics'])
})

t.test('a since before what is kept is told as a gap, and the rest is replayed', async (t) => {
  const { hub, backlog, store, client } = await setUp(t)
  hub.publish(store(10))
  backlog.oldestKept = 6
  const late = client()
  late.ws.on('open', () => {
    late.send({ action: 'subscribe', since: 3 })
  })
  t.strictSame(await late.seqsUntil(10), upTo(10, 6))
  t.match(await late.told('gap'), { data: { since: 3, oldest_seq: 6, last_seq: 10 }, seq: 3 })

  const ahead = client()
  ahead.ws.on('open', () => {
    ahead.send({ action: 'subscribe', since: 11 })
  })
  t.match(await ahead.told('gap'), { data: { since: 11, last_seq: 10 } })

  const exact = client()
  exact.ws.on('open', () => {
    exact.send({ action: 'subscribe', since: 5 })
  })
  t.strictSame(await exact.seqsUntil(10), upTo(10, 6))
  t.notOk(exact.frames.some(({ data }) => data.event === 'gap'))
})

t.test('events that were published past the hub are read from where they are stored', async (t) => {
  const { hub, store, client } = await setUp(t)
  const listening = client()
  await listening.told('hello')
  listening.send({ action: 'subscribe' })
  hub.publish(store(1))
  await listening.seqsUntil(1)
  store(2)
  const [fourth] = store(1)
  if (fourth) hub.publish([fourth, fourth])
  t.strictSame(await listening.seqsUntil(4), [1, 2, 3, 4])
})

t.test('when stored events cannot be read the client is told to come again', async (t) => {
  const { hub, backlog, store, client } = await setUp(t)
  hub.publish(store(3))
  backlog.failure = new Error('database: gone')
  const unlucky = client()
  await unlucky.told('hello')
  unlucky.send({ action: 'subscribe', since: 0 })
  t.strictSame(await unlucky.end(), {
    code: 1013,
    reason: 'stored events cannot be read now',
  })
})

t.test('what is malformed is answered, and a flood of it ends the connection', async (t) => {
  const { client } = await setUp(t)
  const flooding = client()
  await flooding.told('hello')
  const malformed: [string, string][] = [
    ['', 'not JSON'],
    ['[]', 'not a JSON object'],
    ['{"action":"shutdown"}', 'action must be "subscribe" or "unsubscribe"'],
    ['{"action":"subscribe","types":["secrets"]}', `types must be a list of ${types.join(', ')}`],
    ['{"action":"subscribe","types":"alert"}', `types must be a list of ${types.join(', ')}`],
    ['{"action":"subscribe","since":-1}', 'since must be a sequence number, 0 or greater'],
    ['{"action":"unsubscribe","since":1}', 'unsubscribe knows only action, types'],
  ]
  for (const [text] of malformed) flooding.send(text)
  flooding.ws.send(Buffer.from('{}'), { binary: true })
  const errors = await flooding.until(({ frames }) => {
    const found = frames.filter(({ data }) => data.event === 'error')
    return found.length === 8 ? found.map(({ data }) => data.message) : undefined
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

t.test('a client that never reads is closed, and delays nobody', async (t) => {
  const { hub, port, store, client } = await setUp(t)
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

t.test('a client that reads again gets the latest numbers only', async (t) => {
  const { hub, port, store } = await setUp(t, { maxQueueBytes: 64 * 1024 * 1024 })
  const slow = new TestClient(`ws://127.0.0.1:${port}/`)
  await slow.told('hello')
  slow.send({ action: 'subscribe' })
  hub.publish(store(1))
  await slow.seqsUntil(1)
  slow.ws.pause()
  const text = 'x'.repeat(1024 * 1024)
  for (let count = 0; count < 20; count += 1) hub.publish(store(1, 'alert', text))
  for (let n = 1; n <= 5; n += 1) hub.publishNumbers({ n }, new Date(0))
  t.equal(hub.statistics().dropped, 4)
  slow.ws.resume()
  const numbers = await slow.until(({ frames }) => frames.find(({ type }) => type === 'metrics'))
  t.match(numbers, { data: { n: 5 }, seq: 21 })
  t.strictSame(slow.seqs(), upTo(21))
})

t.test('a silent connection is pinged after 30 s and closed after 60 s', async (t) => {
  const { hub, clock, port } = await setUp(t)
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
  const { hub, clock, good, client } = await setUp(t)
  const revoked = client({ 'x-credential': 'one' })
  const other = client({ 'x-credential': 'two' })
  await revoked.told('hello')
  await other.told('hello')
  const credential: Credential = { kind: 'token', id: 'one' }
  hub.revoke([{ kind: 'session', id: 'two' }, credential])
  t.match(await revoked.end(), { code: 4401 })
  t.equal(other.closed, null)
  good.all = false
  clock.advance(30)
  hub.beat()
  t.match(await other.end(), { code: 4401 })
})

t.test('stopping closes every client with 1001, also one that does not answer', async (t) => {
  const { hub, port, client } = await setUp(t)
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
