import t from 'tap'
import type { Outcome } from '../../src/host/commands.ts'
import { LinuxHost } from '../../src/host/linux-host.ts'
import { interpret } from '../../src/scsi/answer.ts'
import { FakeNative, nativeError, sgIoAnswer } from '../support/fake-native.ts'

const INQUIRY = Buffer.from('120000002400', 'hex')
const options = { dataInBytes: 36 }
const NOW = new Date('2026-01-01T00:00:00Z')

function open(given: { observed?: [string, Outcome][] } = {}) {
  const native = new FakeNative()
  const { observed = [] } = given
  const host = new LinuxHost({
    native,
    now: () => NOW,
    observer: { command: ({ tool }, _seconds, outcome) => observed.push([tool, outcome]) },
  })
  return { native, host }
}

t.test('an answer comes back as the kernel gave it', async (t) => {
  const observed: [string, Outcome][] = []
  const { native, host } = open({ observed })
  const asked = host.scsi('/dev/sg3', INQUIRY, { ...options, timeoutMs: 70_000 })
  await turn()
  const [sent] = native.requests
  t.equal(sent?.device, '/dev/sg3')
  t.strictSame(sent?.request, { cdb: INQUIRY, dataInBytes: 36, kernelTimeoutMs: 140_000 })
  const sense = Uint8Array.of(0x70, 0, 1)
  const data = Uint8Array.of(1, 2)
  sent?.answer(sgIoAnswer({ status: 2, driverStatus: 8, residual: 34, sense, data }))
  t.strictSame(await asked, { status: 2, hostStatus: 0, driverStatus: 8, sense, data })
  t.strictSame(observed, [['sg_io', 'ok']])
  const plain = host.scsi('/dev/sg3', INQUIRY, options)
  await turn()
  last(native)
  await plain
  t.equal(native.requests.at(-1)?.request.kernelTimeoutMs, 120_000, 'far beyond our own deadline')
})

t.test('what is in the buffer of a command that failed is not passed on', async (t) => {
  const left = Uint8Array.of(...Buffer.from('left over from others'))
  const senses = { fixed: [0x70, 0, 5], descriptor: [0x72, 5], none: [] }
  for (const [what, sense] of Object.entries(senses)) {
    const { native, host } = open()
    const asked = host.scsi('/dev/sg3', INQUIRY, options)
    await turn()
    native.requests[0]?.answer(sgIoAnswer({ status: 2, sense: Uint8Array.from(sense), data: left }))
    t.strictSame((await asked).data, new Uint8Array(), what)
  }
})

t.test('bytes that come with a host status are no answer', async (t) => {
  const { native, host } = open()
  const asked = host.scsi('/dev/sg3', INQUIRY, options)
  await turn()
  const stale = Uint8Array.of(...Buffer.from('0180050d33000000', 'hex'))
  native.requests[0]?.answer(sgIoAnswer({ hostStatus: 3, data: stale }))
  t.strictSame(interpret(await asked), {
    kind: 'transport-failure',
    reason: 'timed out (DID_TIME_OUT)',
  })
  for (let i = 0; i < 4; i += 1) {
    const again = host.scsi('/dev/sg3', INQUIRY, options)
    await turn()
    native.requests.at(-1)?.answer(sgIoAnswer({ hostStatus: 3, data: stale }))
    await again
  }
  await t.rejects(host.scsi('/dev/sg3', INQUIRY, options), { code: 'ERR_BREAKER_OPEN' })
  t.match(host.breakers(), [{ name: '/dev/sg3 sg_io', failures: 5 }])
})

t.test('a request that the kernel does not take says why, as sg_raw would', async (t) => {
  const cases: [string, string][] = [
    ['ENOENT', 'ERR_NOT_FOUND'],
    ['ENXIO', 'ERR_NOT_FOUND'],
    ['ENODEV', 'ERR_NOT_FOUND'],
    ['EACCES', 'ERR_PASS_THROUGH'],
    ['EPERM', 'ERR_PASS_THROUGH'],
    ['ENOSYS', 'ERR_PASS_THROUGH'],
    ['ENOTTY', 'ERR_PASS_THROUGH'],
    ['EBUSY', 'ERR_READ'],
    ['EINVAL', 'ERR_READ'],
    ['EIO', 'ERR_READ'],
  ]
  for (const [errno, code] of cases) {
    const observed: [string, Outcome][] = []
    const { native, host } = open({ observed })
    const rejected = t.rejects(host.scsi('/dev/sg3', INQUIRY, options), { code }, errno)
    await turn()
    native.requests[0]?.fail(nativeError(errno))
    await rejected
    t.strictSame(observed, [['sg_io', 'error']])
    t.strictSame(host.stuck(), [])
  }
})

t.test('a request that outlives its deadline is left alone, and its device with it', async (t) => {
  const observed: [string, Outcome][] = []
  const { native, host } = open({ observed })
  await t.rejects(host.scsi('/dev/sg3', INQUIRY, { ...options, timeoutMs: 10 }), {
    code: 'ERR_TIMEOUT',
    unkillable: true,
    message: /^sg_io \/dev\/sg3 120000002400: no answer within 10 ms/,
  })
  t.strictSame(observed, [['sg_io', 'timeout']])
  t.strictSame(host.stuck(), [
    {
      what: 'sg_io /dev/sg3 120000002400',
      device: '/dev/sg3',
      scsiHost: null,
      pid: null,
      since: NOW,
    },
  ])
  await t.rejects(host.scsi('/dev/sg3', INQUIRY, options), { code: 'ERR_QUARANTINED' })
  await t.rejects(host.run(['true'], { device: '/dev/sg3' }), { code: 'ERR_QUARANTINED' })
  const other = host.scsi('/dev/sg4', INQUIRY, options)
  await turn()
  t.strictSame(
    native.requests.map(({ device }) => device),
    ['/dev/sg3', '/dev/sg4'],
  )
  last(native)
  await other

  native.requests[0]?.answer(sgIoAnswer())
  await turn()
  t.strictSame(host.stuck(), [])
  const again = host.scsi('/dev/sg3', INQUIRY, options)
  await turn()
  last(native)
  t.equal((await again).status, 0)
})

t.test('requests take no process slot, and wait for each other only at their device', async (t) => {
  const native = new FakeNative()
  const host = new LinuxHost({ native, processes: 1 })
  const calls = [3, 3, 4, 5].map((n) => host.scsi(`/dev/sg${n}`, INQUIRY, options))
  await turn()
  t.strictSame(
    native.requests.map(({ device }) => device),
    ['/dev/sg3', '/dev/sg4', '/dev/sg5'],
  )
  t.equal((await host.run(['true'])).exitCode, 0)
  for (const { answer } of native.requests) answer(sgIoAnswer())
  await turn()
  last(native)
  await Promise.all(calls)
})

t.test('stop gives up what is under way and sends no more', async (t) => {
  const { native, host } = open()
  const stopped = { code: 'ERR_COMMAND', message: /the daemon is stopping/ }
  const running = t.rejects(host.scsi('/dev/sg3', INQUIRY, options), stopped)
  await turn()
  await host.stop()
  await running
  await t.rejects(host.scsi('/dev/sg4', INQUIRY, options), stopped)
  t.equal(native.requests.length, 1)
  await host.stop()
})

t.test('what is refused is not sent', async (t) => {
  const { native, host } = open()
  for (const [device, cdb] of [
    ['/dev/nst0', '120000002400'],
    ['/dev/sg3', '1b0000000000'],
    ['/dev/sg3', '4d002e00000000004000'],
  ] as const) {
    await t.rejects(host.scsi(device, Buffer.from(cdb, 'hex'), options), { code: 'ERR_REFUSED' })
  }
  t.strictSame(native.requests, [])
})

/** Answers the latest request as good. */
function last(native: FakeNative): void {
  native.requests.at(-1)?.answer(sgIoAnswer())
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
