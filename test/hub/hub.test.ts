import t from 'tap'
import { hubTypes, startTestHub, upTo } from '../support/hub.ts'
import type { TestClient } from '../support/ws.ts'
t.test('a client is greeted with the place of the stream and gets what follows', async (t) => {
  const { hub, store, client } = await startTestHub(t)
  hub.publish(store(3))
  const listening = client()
  t.strictSame(await listening.told('hello'), {
    type: 'system',
    data: { event: 'hello', seq: 3, types: hubTypes },
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
  // It reads nothing before it has said from where.
  const limits = { chunkEvents: 7, settleMs: 60_000 }
  const { hub, backlog, store, client } = await startTestHub(t, limits)
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
  const { hub, store, client } = await startTestHub(t)
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

t.test(
  'a client gets what its role may read, live and from before, whatever it asks for',
  async (t) => {
    const { hub, store, client } = await startTestHub(t)
    const some = () => [...store(1), ...store(1, 'task'), ...store(1, 'system')]
    hub.publish(some())
    const viewer = client({ 'x-role': 'viewer' })
    const readable = hubTypes.filter((type) => type !== 'task')
    t.strictSame((await viewer.told('hello')).data.types, readable)
    viewer.send({ action: 'subscribe', since: 0 })
    t.strictSame(await viewer.seqsUntil(3), [1, 3])
    hub.publish(some())
    t.strictSame(await viewer.seqsUntil(6), [1, 3, 4, 6])

    viewer.send({ action: 'subscribe', types: ['task'], since: 0 })
    const { data } = await viewer.told('error')
    t.equal(data.message, `types must be a list of ${readable.join(', ')}`)
    viewer.send({ action: 'subscribe', types: null })
    hub.publish(some())
    t.strictSame(await viewer.seqsUntil(9), [1, 3, 4, 6, 7, 9])

    const operator = client()
    await operator.told('hello')
    operator.send({ action: 'subscribe', types: ['task'], since: 0 })
    t.strictSame(await operator.seqsUntil(8), [2, 5, 8])
  },
)

t.test('types are subscribed and unsubscribed', async (t) => {
  const { hub, store, client } = await startTestHub(t)
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
  const { hub, backlog, store, client } = await startTestHub(t)
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
  const { hub, store, client } = await startTestHub(t)
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
  const { hub, backlog, store, client } = await startTestHub(t)
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

t.test('a frame names the appliance it is of, and a client gets those it chose', async (t) => {
  const { hub, store, client } = await startTestHub(t)
  const some = () => [
    ...store(1),
    ...store(1, 'alert', {}, 'tape-01'),
    ...store(1, 'alert', {}, 'b'),
  ]
  const all = client()
  await all.told('hello')
  all.send({ action: 'subscribe' })
  hub.publish(some())
  await all.seqsUntil(3)
  t.strictSame(
    all.frames.slice(1).map(({ appliance }) => appliance),
    [undefined, 'tape-01', 'b'],
  )
  t.notOk('appliance' in (all.frames[1] ?? {}), 'what happened here is told as it always was')

  const chosen = client()
  await chosen.told('hello')
  chosen.send({ action: 'subscribe', appliances: ['tape-01'], since: 0 })
  t.strictSame(await chosen.seqsUntil(2), [2], 'from before')
  hub.publish(some())
  t.strictSame(
    ['tape-01', 'b'].map((of) => hub.wantsNumbers(of)),
    [true, true],
  )
  hub.publishNumbers({ n: 1 }, new Date(0))
  hub.publishNumbers({ n: 2 }, new Date(0), 'b')
  hub.publishNumbers({ n: 3 }, new Date(0), 'tape-01')
  hub.publish(some())
  t.strictSame(await chosen.seqsUntil(8), [2, 5, 8], 'live')
  t.strictSame(
    chosen.frames.filter(({ type }) => type === 'metrics'),
    [
      {
        type: 'metrics',
        data: { n: 3 },
        timestamp: '1970-01-01T00:00:00.000Z',
        seq: 6,
        appliance: 'tape-01',
      },
    ],
  )
  await all.seqsUntil(9)
  const numbers = all.frames.filter(({ type }) => type === 'metrics')
  t.strictSame(
    numbers.map(({ data: { n }, appliance }) => [n, appliance]),
    [
      [1, undefined],
      [2, 'b'],
      [3, 'tape-01'],
    ],
    'who has not chosen gets those of all',
  )
  chosen.send({ action: 'subscribe', metrics_of: ['_own'] })
  await obeyed(chosen)
  for (const of of [null, 'tape-01', 'b']) hub.publishNumbers({ of }, new Date(0), of)
  chosen.send({ action: 'subscribe', metrics_of: [] })
  await obeyed(chosen)
  hub.publishNumbers({ of: 'tape-01 again' }, new Date(0), 'tape-01')
  await chosen.until(({ frames }) => frames.find(({ data }) => data.of === 'tape-01 again'))
  t.strictSame(
    chosen.frames.flatMap(({ data }) => ('of' in data ? [data.of] : [])),
    [null, 'tape-01 again'],
    'numbers can be chosen apart from events',
  )
  chosen.send({ action: 'subscribe', appliances: ['_own', 'b'] })
  await obeyed(chosen)
  hub.publish(some())
  t.strictSame(await chosen.seqsUntil(12), [2, 5, 8, 10, 12])
  chosen.send({ action: 'subscribe', types: ['alert'] })
  chosen.send({ action: 'subscribe', appliances: [], since: 12 })
  await obeyed(chosen)
  hub.publish(some())
  t.strictSame(await chosen.seqsUntil(15), [2, 5, 8, 10, 12, 13, 14, 15])
})

t.test('who chooses other appliances and goes back misses nothing', async (t) => {
  const { hub, store, client } = await startTestHub(t)
  const some = () => [...store(1), ...store(1, 'alert', {}, 'a')]
  const choosing = client()
  await choosing.told('hello')
  choosing.send({ action: 'subscribe', appliances: ['a'] })
  await obeyed(choosing)
  hub.publish([...some(), ...some()])
  t.strictSame(await choosing.seqsUntil(4), [2, 4])
  choosing.send({ action: 'subscribe', appliances: ['a'], since: 0 })
  await obeyed(choosing)
  hub.publish(some())
  t.strictSame(await choosing.seqsUntil(6), [2, 4, 6], 'the same again repeats nothing')
  choosing.frames.length = 0
  choosing.send({ action: 'subscribe', appliances: ['a', '_own'], since: 0 })
  t.strictSame(await choosing.seqsUntil(6), [1, 2, 3, 4, 5, 6])
})

/** A malformed message is answered in turn: what was sent before it has been carried out. */
async function obeyed(client: TestClient): Promise<void> {
  const errors = () => client.frames.filter(({ data }) => data.event === 'error').length
  const before = errors()
  client.send('marker')
  await client.until(() => (errors() > before ? true : undefined))
}
