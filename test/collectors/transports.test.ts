import t from 'tap'
import { NotFoundError, ReadError, type Host } from '../../src/host/host.ts'
import { ABSENT, defaultSettings } from '../../src/collectors/collector.ts'
import { fcHosts, parseFcCounter, parseFcSpeed, parseWwn } from '../../src/collectors/fc-hosts.ts'
import { iscsi, parseInitiatorName } from '../../src/collectors/iscsi.ts'
import { parseListeners } from '../../src/collectors/proc-net-tcp.ts'
import { collected } from '../support/collected.ts'
import { machineOf, within } from '../support/machine.ts'
import { openRecording } from '../support/recording.ts'

t.test('Fibre Channel ports, with what their drivers tell', async (t) => {
  const host = machineOf({
    files: {
      ...within('/sys/class/fc_host/host10', {
        port_name: '0x21000024ff7f0a11\n',
        node_name: '0x20000024ff7f0a11\n',
        port_state: 'Online\n',
        port_type: 'NPort (fabric via point-to-point)\n',
        speed: '16 Gbit\n',
        fabric_name: '0x100000051e0a1b2c\n',
        'statistics/link_failure_count': '0x2\n',
        'statistics/tx_words': '0x2540be400\n',
        'statistics/nos_count': '0xffffffffffffffff\n',
        'statistics/fc_no_free_exch': new Error('EINVAL'),
        'statistics/reset_statistics': new Error('EACCES'),
      }),
      ...within('/sys/class/fc_host/host9', {
        port_name: '0x21000024ff7f0a10\n',
        port_state: 'Linkdown\n',
        speed: 'unknown\n',
        fabric_name: '0xffffffffffffffff\n',
      }),
      '/sys/class/fc_host/host11/speed': 'it went away\n',
    },
  })
  t.strictSame((await collected(fcHosts, host)).value, [
    {
      id: '21:00:00:24:ff:7f:0a:10',
      name: 'host9',
      portName: '21:00:00:24:ff:7f:0a:10',
      nodeName: null,
      state: 'Linkdown',
      portType: null,
      speedBitsPerSecond: null,
      fabricName: null,
      statistics: {},
    },
    {
      id: '21:00:00:24:ff:7f:0a:11',
      name: 'host10',
      portName: '21:00:00:24:ff:7f:0a:11',
      nodeName: '20:00:00:24:ff:7f:0a:11',
      state: 'Online',
      portType: 'NPort (fabric via point-to-point)',
      speedBitsPerSecond: 16e9,
      fabricName: '10:00:00:05:1e:0a:1b:2c',
      statistics: { link_failure_count: 2, tx_words: 1e10 },
    },
  ])
})

t.test('words and numbers of Fibre Channel', (t) => {
  t.strictSame(['1 Gbit', '128 Gbit', 'Not Negotiated', 'unknown'].map(parseFcSpeed), [
    1e9,
    128e9,
    null,
    null,
  ])
  t.equal(parseWwn('0x24ff7f0a11'), '00:00:00:24:ff:7f:0a:11')
  t.throws(() => parseWwn('21000024ff7f0a11'), { code: 'ERR_PARSE' })
  t.throws(() => parseFcCounter('12'), { code: 'ERR_PARSE' })
  t.end()
})

t.test('a target that listens and an initiator that is logged in', async (t) => {
  t.strictSame((await collected(iscsi, openRecording('01-steady'))).value, {
    listening: [
      { address: '0.0.0.0', port: 3260 },
      { address: '::', port: 3260 },
    ],
    initiatorName: 'iqn.1993-08.org.debian:01:media01',
    initiatorSessions: [
      {
        id: 'session1',
        target: 'iqn.2026-01.org.example:disk1',
        portal: '127.0.0.1:3260',
        state: 'LOGGED_IN',
      },
    ],
  })
})

t.test('a session that failed, one whose connection is gone, one that went away', async (t) => {
  const host = machineOf({
    files: {
      '/proc/net/tcp': '  sl  local_address rem_address   st\n',
      '/sys/class/iscsi_session/session2/targetname': 'iqn.a:1\n',
      '/sys/class/iscsi_session/session2/state': 'FAILED\n',
      '/sys/class/iscsi_connection/connection2:0/persistent_address': 'fd00::10\n',
      '/sys/class/iscsi_connection/connection2:0/persistent_port': '3260\n',
      '/sys/class/iscsi_session/session10/targetname': 'iqn.a:2\n',
      '/sys/class/iscsi_session/session3/state': 'FREE\n',
    },
  })
  t.strictSame((await collected(iscsi, host)).value, {
    listening: [],
    initiatorName: null,
    initiatorSessions: [
      { id: 'session2', target: 'iqn.a:1', portal: '[fd00::10]:3260', state: 'FAILED' },
      { id: 'session10', target: 'iqn.a:2', portal: null, state: 'unknown' },
    ],
  })
})

t.test('a machine without either', async (t) => {
  const host = machineOf({ files: { '/proc/net/tcp': '  sl  local_address rem_address   st\n' } })
  t.equal(await iscsi.collect(host, defaultSettings), ABSENT)
  t.equal(await fcHosts.collect(host, defaultSettings), ABSENT)
})

t.test('addresses of listeners', (t) => {
  const lines = [
    '  sl  local_address rem_address   st',
    '   0: 0F02000A:0CBC 00000000:0000 0A 0',
    '   1: 0F02000A:0CBC 0202000A:A30E 01 0',
    '   2: 0100007F:0016 00000000:0000 0A 0',
    '   3: B80D0120000000000000000001000000:0CBC 0:0 0A 0',
    '   4: 0000000000000000FFFF00000F02000A:0CBC 0:0 0A 0',
  ]
  t.strictSame(parseListeners(lines.join('\n')), [
    { address: '10.0.2.15', port: 3260 },
    { address: '127.0.0.1', port: 22 },
    { address: '2001:db8::1', port: 3260 },
    { address: '::ffff:a00:20f', port: 3260 },
  ])
  t.throws(() => parseListeners('nothing of the kind'), { message: '/proc/net/tcp: no header' })
  t.throws(() => parseListeners(`${lines[0]}\n 0: 0F02000A 0 0A`), {
    code: 'ERR_PARSE',
    message: '/proc/net/tcp: "0: 0F02000A 0 0A" is not a socket',
  })
  t.end()
})

t.test(
  'among many connections the listeners are read, and behind a hundred of those as well',
  async (t) => {
    const table = (states: readonly string[]) =>
      [
        '  sl  local_address rem_address   st'.padEnd(149),
        ...states.map((state, index) => {
          const port = (index === states.length - 1 || state !== '0A' ? 3260 : 22).toString(16)
          const local = `0F02000A:${port.toUpperCase().padStart(4, '0')}`
          return `${index}: ${local} 00000000:0000 ${state} 0`.padEnd(149)
        }),
        '',
      ].join('\n')
    const listen = (count: number) => Array.from({ length: count }, () => '0A')
    const portal = { address: '10.0.2.15', port: 3260 }
    for (const states of [listen(300), listen(2), listen(120)]) {
      const connected = Array.from({ length: 400 }, () => '06')
      for (const text of [
        table(states),
        table(states) + table(connected).split('\n').slice(1).join('\n'),
      ]) {
        const read: unknown[] = []
        const host = machineOf({ files: { '/proc/net/tcp': text } })
        host.readText = async (path, options?: { enoughBytes?: number }) => {
          if (path !== '/proc/net/tcp') throw new NotFoundError(path)
          read.push(options)
          return text.slice(0, options?.enoughBytes)
        }
        t.strictSame((await collected(iscsi, host)).value.listening, [portal])
        // A second time only where more may listen.
        t.equal(read.length, states.length < 100 ? 1 : 2)
      }
    }
  },
)

t.test('a host that tells who listens is asked for no table', async (t) => {
  const host: Host = machineOf({ files: {} })
  host.tcpListeners = async () => [
    { address: '0a00020f', port: 3260 },
    { address: '20010db8000000000000000000000001', port: 3260 },
    { address: '7f000001', port: 22 },
  ]
  t.strictSame((await collected(iscsi, host)).value.listening, [
    { address: '10.0.2.15', port: 3260 },
    { address: '2001:db8::1', port: 3260 },
  ])
  const old: Host = machineOf({
    files: { '/proc/net/tcp': '  sl  local_address rem_address   st\n' },
  })
  old.tcpListeners = () => Promise.reject(new ReadError('TCP listeners', 'ENOENT'))
  t.equal(await iscsi.collect(old, defaultSettings), ABSENT, 'an old kernel is asked for it')
})

t.test('the name of the initiator among comments', (t) => {
  t.equal(
    parseInitiatorName('## DO NOT EDIT\n#InitiatorName=iqn.x\nInitiatorName=iqn.y:1 \n'),
    'iqn.y:1',
  )
  t.equal(parseInitiatorName('GenerateName=yes\n'), null)
  t.end()
})
