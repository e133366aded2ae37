import t from 'tap'
import { defaultSettings } from '../../src/collectors/collector.ts'
import { network, speedOf } from '../../src/collectors/network.ts'
import { collected } from '../support/collected.ts'
import { machineOf, within } from '../support/machine.ts'
import { openRecording } from '../support/recording.ts'

t.test('an interface of a recording', async (t) => {
  const { value } = await collected(network, openRecording('01-steady'))
  t.strictSame(value, [
    {
      id: 'eth0',
      name: 'eth0',
      macAddress: '52:54:00:1a:b0:01',
      state: 'up',
      speedBitsPerSecond: null,
      mtuBytes: 1500,
      physical: true,
      carrierChanges: 2,
      receivedBytes: 198706,
      receivedPackets: 1632,
      receiveErrors: 0,
      receiveDropped: 0,
      transmittedBytes: 1763015,
      transmittedPackets: 1552,
      transmitErrors: 0,
      transmitDropped: 0,
      bond: null,
      bondMode: null,
      bondMembersDown: [],
    },
  ])
})

const counters = within('statistics', {
  rx_bytes: '1\n',
  rx_packets: '2\n',
  rx_errors: '3\n',
  rx_dropped: '4\n',
  tx_bytes: '18446744073709551615\n',
  tx_packets: '6\n',
  tx_errors: '7\n',
  tx_dropped: '8\n',
})

const link = (name: string, more: Record<string, string | Error> = {}) =>
  within(`/sys/class/net/${name}`, { operstate: 'up\n', mtu: '9000\n', ...counters, ...more })

t.test('a bond, its members, and one of them down', async (t) => {
  const host = machineOf({
    files: {
      '/sys/class/net/bonding_masters': 'bond0\n',
      ...link('lo'),
      ...link('bond0', {
        'bonding/mode': 'active-backup 1\n',
        'bonding/slaves': 'eth0 eth1 eth2 gone\n',
      }),
      ...link('eth0', {
        speed: '10000\n',
        'bonding_slave/mii_status': 'up\n',
        'device/vendor': '0x8086\n',
      }),
      ...link('eth1', {
        operstate: 'down\n',
        speed: new Error('EINVAL'),
        'bonding_slave/mii_status': 'going back\n',
      }),
      ...link('eth2'),
      ...link('br0'),
      ...link('tap0'),
    },
    links: {
      '/sys/class/net/eth0/master': '../bond0',
      '/sys/class/net/eth1/master': '../bond0',
      '/sys/class/net/tap0/master': '../br0',
    },
  })
  const { value } = await collected(network, host)
  t.strictSame(
    value.map(({ name, bond, bondMode, bondMembersDown }) => [
      name,
      bond,
      bondMode,
      bondMembersDown,
    ]),
    [
      ['bond0', null, 'active-backup', ['eth1', 'gone']],
      ['br0', null, null, []],
      ['eth0', 'bond0', null, []],
      ['eth1', 'bond0', null, []],
      ['eth2', null, null, []],
      ['tap0', null, null, []],
    ],
  )
  t.match(value[2], { physical: true, speedBitsPerSecond: 10e9, mtuBytes: 9000 })
  t.match(value[3], { physical: false, speedBitsPerSecond: null, state: 'down' })
  t.match(value[2], { receivedBytes: 1, receiveDropped: 4, transmitErrors: 7 })
})

t.test('no link has no speed, however the driver says it', (t) => {
  t.strictSame([1000, 0, -1, 0xffffffff, null].map(speedOf), [1e9, null, null, null, null])
  t.end()
})

t.test(
  'an interface that goes away is left out, one that tells nonsense is not guessed at',
  async (t) => {
    const host = machineOf({
      files: { ...link('eth0'), '/sys/class/net/veth1/operstate': 'up\n' },
    })
    t.match((await collected(network, host)).value, [{ name: 'eth0' }])
    const odd = machineOf({ files: link('eth0', { 'statistics/rx_bytes': 'many\n' }) })
    await t.rejects(network.collect(odd, defaultSettings), {
      code: 'ERR_PARSE',
      message: '/sys/class/net/eth0/statistics/rx_bytes: "many" is not a count',
    })
  },
)
