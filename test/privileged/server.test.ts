import t from 'tap'
import { NotFoundError } from '../../src/host/host.ts'
import {
  GREETING,
  HELLO,
  hanging,
  rawPeer,
  requestOf,
  startTestServer,
} from '../support/privileged.ts'

const PEER = { pid: 0, uid: 4711, gid: 4711, exe: null }

t.test('what is granted is done, answered and put on record', async (t) => {
  const server = await startTestServer(t, {
    carryOut: async ({ operation }) => {
      if (operation === 'smart_scan') throw new NotFoundError('smartctl')
      return { exit_code: 0, stdout: 'said', stderr: '' }
    },
  })
  const peer = await rawPeer(t, server.path)
  peer.send(HELLO, requestOf(1), requestOf(2, 'smart_scan'), requestOf(3, 'reboot'))
  t.strictSame(await peer.receive(), GREETING)
  const answers = [await peer.receive(), await peer.receive(), await peer.receive()] as {
    id: number
  }[]
  t.strictSame(
    answers.sort((one, other) => one.id - other.id),
    [
      { type: 'answer', id: 1, result: { exit_code: 0, stdout: 'said', stderr: '' } },
      { type: 'answer', id: 2, error: { code: 'ERR_NOT_FOUND', message: 'smartctl: not found' } },
      {
        type: 'answer',
        id: 3,
        error: { code: 'ERR_REFUSED', message: 'reboot: no such operation' },
      },
    ],
  )
  const granted = {
    event: 'request',
    peer: PEER,
    decision: 'granted',
    params: {},
    duration_ms: 'some',
  }
  t.strictSame(
    server
      .audited()
      .sort((one, other) => (one as { id: number }).id - (other as { id: number }).id),
    [
      { ...granted, id: 1, operation: 'kernel_log', outcome: 'ok', error: null, exit_code: 0 },
      {
        ...{ ...granted, id: 2, operation: 'smart_scan' },
        ...{ outcome: 'ERR_NOT_FOUND', error: 'smartctl: not found', exit_code: null },
      },
      {
        ...{ event: 'request', peer: PEER, id: 3, operation: 'reboot' },
        ...{ decision: 'refused', reason: 'no such operation' },
      },
    ],
  )
  t.strictSame(
    server.asked.map(({ operation }) => operation),
    ['kernel_log', 'smart_scan'],
  )
})

t.test('what changes the machine is on record before it is done', async (t) => {
  const server = await startTestServer(t, { carryOut: (_, limits) => hanging(limits) })
  const peer = await rawPeer(t, server.path)
  const params = { path: '/sys/kernel/scst_tgt/targets/iscsi/enabled', text: '0' }
  peer.send(HELLO, requestOf(1, 'write_scst', params), requestOf(2, 'reboot'))
  await peer.receive()
  await peer.receive()
  t.strictSame(server.audited()[0], {
    ...{ event: 'request', peer: PEER, id: 1, operation: 'write_scst' },
    ...{ decision: 'granted', params, outcome: 'begun' },
  })
})

t.test('an answer that is too long says so', async (t) => {
  const stdout = '\u0001'.repeat(7 * 1024 * 1024)
  const server = await startTestServer(t, {
    carryOut: async () => ({ exit_code: 0, stdout, stderr: '' }),
  })
  const peer = await rawPeer(t, server.path)
  peer.send(HELLO, requestOf(1))
  await peer.receive()
  t.strictSame(await peer.receive(), {
    ...{ type: 'answer', id: 1 },
    error: {
      code: 'ERR_OUTPUT_LIMIT',
      message: 'kernel_log: more than 33554432 bytes of output',
    },
  })
})

t.test(
  'what hangs keeps nothing else back, and is taken back when nobody waits for it',
  async (t) => {
    const server = await startTestServer(t, {
      carryOut: ({ operation }, limits) =>
        operation === 'lvm_report' ? hanging(limits) : Promise.resolve({}),
    })
    const peer = await rawPeer(t, server.path)
    peer.send(HELLO, requestOf(1, 'lvm_report', { report: 'vgs' }), requestOf(2))
    await peer.receive()
    t.strictSame(await peer.receive(), { type: 'answer', id: 2, result: {} })
    const busy = Array.from({ length: 8 }, (_, at) =>
      requestOf(at + 3, 'lvm_report', { report: 'lvs' }),
    )
    peer.send(...busy)
    t.strictSame(await peer.receive(), {
      ...{ type: 'answer', id: 10 },
      error: {
        code: 'ERR_BUSY',
        message: 'lvm_report: 8 requests of this connection are under way',
      },
    })
    peer.socket.end()
    await server.aborted
    t.pass('taken back')
  },
)

t.test('it ends when there is nothing to do, and nothing to remember', async (t) => {
  const happened: string[] = []
  let remembers = true
  let onLook: () => void = () => undefined
  const looked = () => new Promise<void>((resolve) => (onLook = resolve))
  const server = await startTestServer(t, {
    idleMs: 20,
    remembers: () => {
      onLook()
      return remembers
    },
    onIdle: () => happened.push('idle'),
  })
  await looked()
  await looked()
  t.strictSame(happened, [], 'not while it remembers')
  const peer = await rawPeer(t, server.path)
  peer.send(HELLO)
  await peer.receive()
  remembers = false
  for (let id = 1; id <= 10; id += 1) {
    peer.send(requestOf(id))
    await peer.receive()
  }
  happened.push('closed')
  peer.socket.end()
  await looked()
  await peer.ended
  t.strictSame(happened, ['closed', 'idle'])
})
