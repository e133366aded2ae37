import fc from 'fast-check'
import t from 'tap'
import { encodeFrame } from '../../src/host/privileged/frames.ts'
import {
  GREETING,
  HELLO,
  hanging,
  isOnTheList,
  rawPeer,
  requestOf,
  startTestServer,
  type RawPeer,
} from '../support/privileged.ts'

const PEER = { pid: 0, uid: 4711, gid: 4711, exe: null }

t.test('others are refused before anything of theirs is read', async (t) => {
  let uid = 4712
  const server = await startTestServer(t, { credentialsOf: () => ({ pid: 0, uid, gid: 0 }) })
  const stranger = await rawPeer(t, server.path)
  stranger.send(HELLO, requestOf(1))
  const reason = 'user 4712 is none of those it is for'
  t.strictSame(await stranger.ended, [{ type: 'refused', reason }])
  t.equal(stranger.socket.bytesRead, encodeFrame({ type: 'refused', reason }).length)
  uid = 0
  const root = await rawPeer(t, server.path)
  root.send(HELLO)
  t.strictSame(await root.receive(), GREETING)
  t.strictSame(server.asked, [])
  const peer = { ...PEER, uid: 4712, gid: 0 }
  t.strictSame(server.audited(), [{ event: 'connection', peer, decision: 'refused', reason }])
})

t.test('who cannot be told is not let in', async (t) => {
  const server = await startTestServer(t, {
    credentialsOf: () => {
      throw new Error('ENOTCONN')
    },
  })
  const peer = await rawPeer(t, server.path)
  t.strictSame(await peer.ended, [])
  t.strictSame(server.asked, [])
})

t.test('what is no message, or too long, ends the connection', async (t) => {
  const server = await startTestServer(t, { carryOut: (_, limits) => hanging(limits) })
  const tooLong = Buffer.alloc(4)
  tooLong.writeUInt32BE(1024 * 1024 + 1)
  const bytes = (text: string) => {
    const frame = encodeFrame({})
    return Buffer.concat([Buffer.from([0, 0, 0, text.length]), Buffer.from(text)]).subarray(
      0,
      frame.length + 99,
    )
  }
  const cases: [string, (Buffer | object)[], string][] = [
    ['no greeting', [requestOf(1)], "no greeting: must have required property 'protocol'"],
    ['of another protocol', [{ ...HELLO, protocol: 2 }], 'protocol 2'],
    ['greets twice', [HELLO, HELLO], "no request: must have required property 'id'"],
    ['too long', [HELLO, tooLong], 'a frame of 1048577 bytes, of which 1048576 are taken'],
    ['no JSON', [HELLO, bytes('{"a"')], 'a frame that is not JSON'],
    [
      'HTTP',
      [Buffer.from('GET / HTTP/1.1\r\n\r\n')],
      'a frame of 1195725856 bytes, of which 1048576 are taken',
    ],
    ['an id twice', [HELLO, requestOf(1), requestOf(1)], 'an id that is under way'],
  ]
  for (const [what, sent, reason] of cases) {
    const peer = await rawPeer(t, server.path)
    peer.send(...sent)
    const said = await peer.ended
    t.strictSame(said.at(-1), { type: 'refused', reason }, what)
    const records = server
      .audited()
      .filter((entry) => 'event' in entry && entry.event === 'connection')
    t.match(records.at(-1), { decision: 'refused', reason }, what)
  }
})

t.test('who is refused again and again is closed', async (t) => {
  const server = await startTestServer(t)
  const peer = await rawPeer(t, server.path)
  peer.send(HELLO, ...Array.from({ length: 40 }, (_, at) => requestOf(at + 1, 'reboot')))
  const said = await peer.ended
  t.equal(said.length, 1 + 16 + 1)
  t.strictSame(said.at(-1), { type: 'refused', reason: 'too much was refused' })
  t.equal(server.audited().length, 17)
})

t.test('so is who begins and does not go on', async (t) => {
  const server = await startTestServer(t, { times: { messageMs: 300 } })
  const reason = (what: string) => ({
    type: 'refused',
    reason: `${what} did not come within 300 ms`,
  })
  const silent = await rawPeer(t, server.path)
  const half = await rawPeer(t, server.path)
  half.send(HELLO, encodeFrame(requestOf(1)).subarray(0, 20))
  const slow = await rawPeer(t, server.path)
  // A byte now and then: each comes in time, and all of them together do not.
  const drip = [...encodeFrame(requestOf(1))].values()
  slow.send(HELLO)
  const dripping = setInterval(() => {
    const { value } = drip.next()
    if (value !== undefined) slow.send(Buffer.of(value))
  }, 50)
  t.strictSame((await silent.ended).at(-1), reason('a greeting'))
  t.strictSame((await half.ended).at(-1), reason('the rest of a message'))
  t.strictSame((await slow.ended).at(-1), reason('the rest of a message'))
  clearInterval(dripping)
  t.strictSame(server.asked, [])
})

t.test('who takes no answers is closed', async (t) => {
  const stdout = 'x'.repeat(8 * 1024 * 1024)
  const server = await startTestServer(t, {
    carryOut: async () => ({ exit_code: 0, stdout, stderr: '' }),
    times: { answerMs: 300 },
  })
  const peer = await rawPeer(t, server.path)
  peer.socket.pause()
  peer.send(HELLO, requestOf(1))
  await server.aborted
  t.match(server.audited().at(-1), { event: 'connection', reason: 'an answer was not taken' })
})

t.test(
  'a thousand connections are a thousand refusals, but for those that are served',
  async (t) => {
    const server = await startTestServer(t)
    const first = await rawPeer(t, server.path)
    first.send(HELLO)
    await first.receive()
    const peers: RawPeer[] = []
    const said: unknown[] = []
    // The kernel keeps only some for a server that has not taken them yet, and refuses more.
    for (let batch = 0; batch < 20; batch += 1) {
      const some = await Promise.all(Array.from({ length: 50 }, () => rawPeer(t, server.path)))
      for (const peer of some) peer.send(HELLO)
      said.push(...(await Promise.all(some.map(({ receive }) => receive()))))
      peers.push(...some)
    }
    const of = (type: string) =>
      said.filter((message) => (message as { type: string }).type === type)
    t.equal(of('hello').length, 15)
    t.equal(of('refused').length, 985)
    t.strictSame(of('refused')[0], { type: 'refused', reason: '16 connections are open' })
    first.send(requestOf(1))
    t.strictSame(await first.receive(), { type: 'answer', id: 1, result: {} })
    const served = peers.filter(({ socket }) => !socket.destroyed)
    for (const { socket } of served) socket.destroy()
    await Promise.all(served.map(({ ended }) => ended))
    first.send(requestOf(2))
    await first.receive()
    const again = await rawPeer(t, server.path)
    again.send(HELLO)
    t.strictSame(await again.receive(), GREETING)
  },
)

t.test(
  'whatever is sent, nothing but what is on the list comes as far as the machine',
  async (t) => {
    const server = await startTestServer(t)
    const text = fc.oneof(fc.string(), fc.constantFrom('/dev/sda', '/etc/scst.conf', 'vgs', 'sat'))
    const params = fc.dictionary(
      fc.constantFrom('report', 'device', 'type', 'wake', 'path', 'text'),
      text,
    )
    const operation = fc.constantFrom(
      'kernel_log',
      'lvm_report',
      'smart_report',
      'write_scst',
      'run',
    )
    const request = fc.record({
      type: fc.constant('request'),
      id: fc.integer({ min: 1, max: 9 }),
      params: fc.oneof(fc.constant({}), fc.constant({ report: 'vgs' }), params),
      ...{ operation, timeout_ms: fc.integer({ min: 1, max: 10 }) },
    })
    const bytes = fc.uint8Array({ maxLength: 64 }).map((some) => Buffer.from(some))
    const message = fc.oneof(
      { weight: 4, arbitrary: request.map((some) => encodeFrame(some)) },
      { weight: 1, arbitrary: fc.jsonValue().map((some) => encodeFrame([some])) },
      { weight: 1, arbitrary: bytes },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 6 }), async (messages) => {
        const peer = await rawPeer(t, server.path)
        peer.send(HELLO, ...messages)
        peer.socket.end()
        await peer.ended
      }),
      { numRuns: 500 },
    )
    const last = await rawPeer(t, server.path)
    last.send(HELLO)
    t.strictSame(await last.receive(), GREETING, 'and it is still there')
    t.ok(server.asked.length > 50)
    t.strictSame(
      server.asked.filter((asked) => !isOnTheList(asked, '/etc/scst.conf')),
      [],
    )
  },
)
