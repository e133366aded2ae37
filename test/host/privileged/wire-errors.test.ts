import t from 'tap'
import {
  BreakerOpenError,
  BusyError,
  CommandError,
  HostError,
  NotFoundError,
  OutputLimitError,
  PermissionError,
  QuarantinedError,
  ReadError,
  RefusedError,
  TimeoutError,
} from '../../../src/host/host.ts'
import { ScstWriteError } from '../../../src/host/scst-management.ts'
import { errorOfWire, isWireError, wireErrorOf } from '../../../src/host/privileged/wire-errors.ts'

const SINCE = new Date('2026-01-02T03:04:05Z')

/** Everything that it says, its stack left out. */
function partsOf(error: HostError): [string, unknown][] {
  return [['message', error.message], ...Object.entries(error)]
}

t.test('errors come out as they went in', (t) => {
  const errors = [
    new NotFoundError('/dev/sda'),
    new PermissionError('vgs'),
    new ReadError('/etc/scst.conf', 'EIO'),
    new CommandError(['vgs', '-a'], 5, 'first\nsecond'),
    new CommandError(['vgs'], null, ''),
    new TimeoutError('lvs', 25_000),
    new TimeoutError('lvs', 25_000, true),
    new QuarantinedError('/dev/sda', SINCE, 'smartctl never came back'),
    new BusyError('smartctl', 12_000),
    new BreakerOpenError('/dev/sda smartctl', SINCE),
    new OutputLimitError(['dmesg'], 16),
    new RefusedError('/sys/x', 'nothing is written there'),
    new ScstWriteError('"1" to /sys/x', 'EBUSY'),
    new HostError('ERR_SOMETHING', 'in words'),
  ]
  for (const error of errors) {
    const sent: unknown = JSON.parse(JSON.stringify(wireErrorOf(error)))
    t.ok(isWireError(sent), error.name)
    const received = errorOfWire(sent as ReturnType<typeof wireErrorOf>)
    t.equal(received.constructor, error.constructor)
    t.strictSame(partsOf(received), partsOf(error))
  }
  t.end()
})

t.test('an error that is none of the machine says nothing of itself', (t) => {
  t.strictSame(wireErrorOf(new TypeError('secret')), {
    code: 'ERR_INTERNAL',
    message: 'storwarden-privileged failed; its log says how',
  })
  t.end()
})

t.test('codes that are names of something else are codes', (t) => {
  const error = errorOfWire({ code: 'constructor', message: 'no class' })
  t.equal(error.constructor, HostError)
  t.equal(error.code, 'constructor')
  t.equal(isWireError({ code: 1, message: '' }), false)
  t.equal(isWireError(null), false)
  t.end()
})
