import fc from 'fast-check'
import t from 'tap'
import { decide, type Decision } from '../../src/privileged/decide.ts'
import { isOnTheList } from '../support/privileged.ts'

const SCST = '/etc/scst.conf'
const asking = { inFlight: new Set<number>(), scstConfigPath: SCST }
const ROOT = '/sys/kernel/scst_tgt'

function asked(operation: unknown, params: unknown, more: object = {}): Decision {
  return decide({ type: 'request', id: 1, operation, params, timeout_ms: 1000, ...more }, asking)
}

t.test('what is on the list is granted', (t) => {
  const granted: [string, object][] = [
    ['kernel_log', {}],
    ['lvm_report', { report: 'vgs' }],
    ['smart_scan', {}],
    ['smart_report', { device: '/dev/sda', type: null, wake: false }],
    ['smart_report', { device: '/dev/nvme0n1', type: null, wake: true }],
    ['smart_report', { device: '/dev/bus/0', type: 'megaraid,0', wake: false }],
    ['read_scst_config', { path: SCST }],
    ['write_scst', { path: `${ROOT}/targets/iscsi/enabled`, text: '1' }],
    ['change_repository', { change: 'create_volume', group: 'vg', volume: 'a-b', extents: 1 }],
    ['change_repository', { change: 'mount', mount_point: '/srv/a' }],
    ['ask_repository', { question: 'volume', group: 'vg', volume: 'a' }],
  ]
  for (const [operation, params] of granted) {
    t.strictSame(asked(operation, params), {
      kind: 'granted',
      id: 1,
      request: { operation, params },
      timeoutMs: 1000,
    })
  }
  t.end()
})

t.test('what is nearly on it is refused, and the reason does not repeat it', (t) => {
  const refused: [string, object, string][] = [
    ['reboot', {}, 'no such operation'],
    ['__proto__', {}, 'no such operation'],
    ['constructor', {}, 'no such operation'],
    ['kernel_log', { clear: true }, 'must NOT have additional properties'],
    ['lvm_report', { report: 'lvremove' }, '/report must be equal to one of the allowed values'],
    ['lvm_report', { report: ['vgs'] }, '/report must be string'],
    ['smart_report', { device: '/dev/sda' }, "must have required property 'type'"],
    ['read_scst_config', { path: '/etc/shadow' }, `it is not ${SCST}, which --scst-config names`],
    [
      'read_scst_config',
      { path: '/etc/../etc/scst.conf' },
      `it is not ${SCST}, which --scst-config names`,
    ],
    ['read_scst_config', { path: '/etc//scst.conf' }, '/path must match pattern'],
    ['read_scst_config', { path: 'etc/scst.conf' }, '/path must match pattern'],
    ['change_repository', { change: 'mount', mount_point: '/etc/a' }, '/etc belongs to the system'],
    ['change_repository', { change: 'mount', mount_point: '/srv/a b' }, 'must '],
    ['change_repository', { change: 'remove_volume', group: 'vg', volume: 'a' }, 'must '],
    [
      'change_repository',
      { change: 'create_volume', group: 'vg', volume: '--force', extents: 1 },
      '/volume must match pattern',
    ],
    [
      'change_repository',
      { change: 'create_volume', group: 'vg', volume: 'pvmove1', extents: 1 },
      'LVM keeps names like it for itself',
    ],
    [
      'write_scst',
      { path: '/etc/passwd', text: '1' },
      '/etc/passwd: refused: nothing is written there',
    ],
    ['write_scst', { path: `${ROOT}/targets/iscsi/enabled`, text: '2' }, 'is no command for it'],
    ['write_scst', { path: `${ROOT}/targets/../../x`, text: '1' }, 'the path has dots in it'],
    [
      'write_scst',
      { path: `${ROOT}/targets/iscsi/tgt/IncomingUser`, text: 'joe x' },
      'nothing is written there',
    ],
  ]
  for (const [operation, params, reason] of refused) {
    const decision = asked(operation, params)
    t.equal(decision.kind, 'refused', `${operation} ${JSON.stringify(params)}`)
    t.match(decision, { id: 1, operation, code: 'ERR_REFUSED' })
    t.ok('reason' in decision && decision.reason.includes(reason), JSON.stringify(decision))
  }
  const devices = [
    '/dev/st0',
    '/dev/nst0',
    '/dev/sda1',
    '/dev/../tmp/x',
    'sda',
    '/dev/sda\n',
    '-s',
    '',
  ]
  for (const device of devices) {
    const decision = asked('smart_report', { device, type: null, wake: false })
    t.match(decision, { kind: 'refused', reason: /^\/device must match pattern/ }, device)
  }
  for (const type of ['', '-s', 'sat ', 'sat;id', 'test,x', 'a'.repeat(65), '--xall']) {
    const decision = asked('smart_report', { device: '/dev/sda', type, wake: false })
    t.match(decision, { kind: 'refused', reason: /^\/type must/ }, type)
  }
  t.end()
})

t.test('what is no request ends the connection', (t) => {
  const messages: unknown[] = [
    ...[null, 1, 'kernel_log', [], {}, { type: 'hello' }],
    { type: 'request', id: 0, operation: 'kernel_log', params: {}, timeout_ms: 1 },
    { type: 'request', id: 1.5, operation: 'kernel_log', params: {}, timeout_ms: 1 },
    { type: 'request', id: 1, operation: 'kernel_log', params: [], timeout_ms: 1 },
    { type: 'request', id: 1, operation: 'kernel_log', params: {}, timeout_ms: 1e9 },
    { type: 'request', id: 1, operation: 'kernel_log', params: {} },
    { type: 'request', id: 1, operation: 'x'.repeat(65), params: {}, timeout_ms: 1 },
    { type: 'request', id: 1, operation: 'kernel_log', params: {}, timeout_ms: 1, argv: ['id'] },
  ]
  for (const message of messages) {
    t.equal(decide(message, asking).kind, 'violation', JSON.stringify(message))
  }
  t.end()
})

t.test('of a connection so many are under way, each with an id of its own', (t) => {
  const inFlight = new Set([1, 2, 3, 4, 5, 6, 7, 8])
  const request = { type: 'request', operation: 'kernel_log', params: {}, timeout_ms: 1 }
  t.match(decide({ ...request, id: 9 }, { ...asking, inFlight }), {
    kind: 'refused',
    code: 'ERR_BUSY',
    reason: '8 requests of this connection are under way',
  })
  t.match(decide({ ...request, id: 8 }, { ...asking, inFlight }), {
    kind: 'violation',
    reason: 'an id that is under way',
  })
  t.end()
})

t.test('whatever is asked, nothing but what is on the list is granted', (t) => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      ...['vgs', '/dev/sda', 'sat', SCST, `${ROOT}/targets/iscsi/enabled`, '1', '..'],
    ),
    fc.constantFrom(...['add_device x filename=/etc/shadow', `${ROOT}/handlers/vdisk_fileio/mgmt`]),
    fc.tuple(fc.constantFrom(`${ROOT}/`, '/dev/', '/etc/'), fc.string()).map((two) => two.join('')),
  )
  const value = fc.oneof(text, fc.boolean(), fc.constant(null), fc.jsonValue())
  const keys = ['report', 'device', 'type', 'wake', 'path', 'text', '__proto__', 'argv']
  const operations = ['kernel_log', 'lvm_report', 'smart_scan', 'smart_report']
  const operation = fc.constantFrom(...operations, 'read_scst_config', 'write_scst', 'run')
  const params = fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 4 })
  let granted = 0
  fc.assert(
    fc.property(operation, params, (name, given) => {
      const decision = asked(name, JSON.parse(JSON.stringify(given)))
      if (decision.kind !== 'granted') return true
      granted += 1
      return isOnTheList(decision.request, SCST)
    }),
    { numRuns: 20_000 },
  )
  fc.assert(fc.property(fc.jsonValue(), (message) => decide(message, asking).kind === 'violation'))
  t.ok(granted > 100, 'and some is')
  t.end()
})
