import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Content, Message } from '../../src/notify/notifier.ts'
import {
  dateAndTime,
  notifications,
  objects,
  snmpNotifications,
} from '../../src/notify/snmp-objects.ts'
import { SnmpTrap, type SnmpSecurity, type SnmpTrapOptions } from '../../src/notify/snmp-trap.ts'
import { Clock } from '../support/clock.ts'
import {
  alertsContent,
  appliance,
  digestContent,
  eventContent,
  messageWith,
  news,
  testContent,
} from '../support/news.ts'
import { lacks, run } from '../support/peer.ts'
import { failure } from '../support/receiver.ts'
import { engineId, freeUdpPort, mibs, ownMibs, snmptrapd } from '../support/snmptrapd.ts'

const skip = lacks('snmptrapd', '-v')

const community: SnmpSecurity = { version: '2c', community: 'c0mmunity' }

const user = (name: string, engineId: string | null = null): SnmpSecurity => ({
  ...{ version: '3', user: name, engineId },
  auth: { protocol: 'sha256', password: 'authpassword' },
  privacy: { protocol: 'aes', password: 'privpassword' },
})

const channel = (port: number, options: Partial<SnmpTrapOptions> = {}) =>
  new SnmpTrap({
    ...{ host: '127.0.0.1', port, inform: true, security: community, appliance },
    ...{ now: () => new Date('2026-11-20T21:03:01Z'), ...options },
  })

/** Of the alert, as snmptrapd says them. */
const alertLines = (news: string, state = 'firing') => [
  'stwMessageId = b0e5a3c6-0000-4000-8000-000000000001',
  'stwHost = backup01',
  `stwNews = ${news}`,
  'stwAlertId = 7d3a3a36-0000-4000-8000-000000000001',
  `stwAlertFingerprint = ${'f1'.repeat(32)}`,
  'stwAlertRule = TapeDriveUnreachable',
  'stwSeverity = critical',
  'stwSource = tape',
  'stwAlertResource = HU1234ABCD',
  'stwAlertTitle = Laufwerk "Ü" — 1',
  'stwMessage = HP Ultrium 6-SCSI, drive 2 (element 257) of STK L700 (XYZZY_A), with ABC123L6 loaded, does not answer.',
  'stwAlertAction = Look at the front panel of the drive; power it off and on when no job uses it.',
  `stwAlertState = ${state}`,
  'stwAlertLabels = library=XYZZY_A, serial=HU1234ABCD',
  'stwAlertStartedAt = 2026-11-20,21:0:0.0,+0:0',
  'stwUrl = https://backup01.example.org/#/alerts/7d3a3a36-0000-4000-8000-000000000001',
  'stwRunbookUrl = https://backup01.example.org/runbooks/TapeDriveUnreachable',
]

const about = (event: Parameters<typeof news>[0]) =>
  messageWith(alertsContent(news(event, { title: 'Laufwerk "Ü" — 1' })))

const trapOid = (name: string) => `SNMPv2-SMI::snmpModules.1.1.4.1.0 = ${name}`

t.test('snmptrapd is told what the MIB says, by version 2c', { skip }, async (t) => {
  const { port, told } = await snmptrapd(t)
  const inform = channel(port)
  t.equal(await inform.send(about('firing')), 'confirmed')
  t.equal(await inform.send(about('acknowledged')), 'confirmed')
  t.equal(await inform.send(about('resolved')), 'confirmed')
  for (const content of [eventContent, digestContent, testContent]) {
    await inform.send(messageWith(content))
  }
  const trap = channel(port, { inform: false })
  t.equal(await trap.send(about('flapping')), 'sent; of a trap there is no receipt')

  const by = (how: string) => `${how}, SNMP v2c, community c0mmunity`
  const common = alertLines('').slice(0, 2)
  const url = 'stwUrl = https://backup01.example.org'
  t.strictSame(await told(7), [
    [by('INFORM'), trapOid('stwAlertFiring'), ...alertLines('firing')],
    [by('INFORM'), trapOid('stwAlertAcknowledged'), ...alertLines('acknowledged')],
    [
      ...[by('INFORM'), trapOid('stwAlertResolved'), ...alertLines('resolved', 'resolved')],
      'stwAlertResolvedAt = 2026-11-20,21:30:0.0,+0:0',
    ],
    [
      ...[by('INFORM'), trapOid('stwEvent'), ...common, 'stwSeverity = critical'],
      'stwSource = tape-alerts',
      ...['stwMessage = HP Ultrium 6-SCSI (HU1234ABCD): media (flag 4)', url],
    ],
    [
      ...[by('INFORM'), trapOid('stwDigest'), ...common],
      'stwMessage = 1 alert fires, 3 ended, from 2026-11-19 07:00:00 UTC to 2026-11-20 07:00:00 UTC.',
      ...[url, 'stwFiringCount = 1 alerts', 'stwResolvedCount = 3 alerts'],
    ],
    [
      ...[by('INFORM'), trapOid('stwTest'), ...common],
      ...['stwMessage = A test message of storwarden.', url],
    ],
    [by('TRAP2'), trapOid('stwAlertFiring'), ...alertLines('flapping')],
  ])
})

t.test('snmptrapd is told by version 3, encrypted', { skip }, async (t) => {
  const { port, told } = await snmptrapd(t)
  await channel(port, { security: user('informer') }).send(about('firing'))
  const authentic = {
    ...({ version: '3', user: 'authentic', engineId: null, privacy: null } as const),
    auth: { protocol: 'sha512', password: 'authpassword' } as const,
  }
  await channel(port, { security: authentic }).send(about('firing'))

  // Traps go by the clock of the sender, over its restarts too.
  const clock = new Clock()
  const trap = () =>
    channel(port, {
      ...{ inform: false, security: user('trapper', engineId), now: () => clock.now },
    })
  const first = trap()
  await first.send(about('firing'))
  clock.advance(3600)
  await first.send(about('repeated'))
  clock.advance(1)
  await trap().send(about('resolved'))
  const as = (how: string, name: string, lines: string[]) => [
    `${how}, SNMP v3, user ${name}, context `,
    ...lines,
  ]
  const firing = [trapOid('stwAlertFiring'), ...alertLines('firing')]
  t.strictSame(await told(5), [
    as('INFORM', 'informer', firing),
    as('INFORM', 'authentic', firing),
    as('TRAP2', 'trapper', firing),
    as('TRAP2', 'trapper', [trapOid('stwAlertFiring'), ...alertLines('repeated')]),
    as('TRAP2', 'trapper', [
      ...[trapOid('stwAlertResolved'), ...alertLines('resolved', 'resolved')],
      'stwAlertResolvedAt = 2026-11-20,21:30:0.0,+0:0',
    ]),
  ])
})

t.test('what is not confirmed is said to be so, without a secret', { skip }, async (t) => {
  const { port } = await snmptrapd(t)
  const timeoutMs = 400
  const failed = (options: Partial<SnmpTrapOptions>, to = port) =>
    failure(channel(to, { timeoutMs, ...options }).send(about('firing')))
  const wrong = { ...user('informer'), auth: { protocol: 'sha256', password: 'wrongpassword' } }
  t.strictSame(await failed({ security: { version: '2c', community: 'wrong' } }), [
    'no receipt within 400 ms',
    ...[true, null],
  ])
  t.strictSame(await failed({ security: user('nobody') }), [
    'not confirmed: Unknown User Name',
    ...[true, null],
  ])
  t.strictSame(await failed({ security: wrong as SnmpSecurity }), [
    'not confirmed: Wrong Digest (incorrect password, community or key)',
    ...[true, null],
  ])
  t.strictSame(await failed({}, await freeUdpPort()), ['no receipt within 400 ms', true, null])
  t.strictSame(await failed({ host: 'nobody.invalid' }), [
    'nobody.invalid: not found: ENOTFOUND',
    ...[true, null],
  ])
})

t.test('the MIB and the code agree in names, numbers and order', (t) => {
  const mib = readFileSync(join(ownMibs, 'STORWARDEN-MIB.txt'), 'utf8')
  const numbersBelow = (node: string) =>
    Object.fromEntries(
      [
        ...mib.matchAll(
          new RegExp(
            String.raw`^(stw\w+) (?:OBJECT|NOTIFICATION)-TYPE[^]*?::= \{ (\w+) (\d+) \}`,
            'gm',
          ),
        ),
      ]
        .filter(([, , parent]) => parent === node)
        .map(([, name = '', , number]) => [name, Number(number)]),
    )
  t.strictSame(numbersBelow('stwObjects'), { ...objects })
  t.strictSame(numbersBelow('stwNotifications'), { ...notifications })

  const objectsOf = (name: string) =>
    new RegExp(String.raw`^${name} NOTIFICATION-TYPE\s+OBJECTS \{([^}]*)\}`, 'm')
      .exec(mib)?.[1]
      ?.match(/\w+/g)
  const sent = (content: Content) => {
    const [notification] = snmpNotifications(messageWith(content), appliance)
    return notification?.objects.map(({ oid }) => {
      const number = Number(oid.split('.').at(-2))
      return Object.entries(objects).find(([, known]) => known === number)?.[0]
    })
  }
  t.strictSame(
    [
      ...(['firing', 'resolved', 'acknowledged'] as const).map((event) =>
        sent(alertsContent(news(event))),
      ),
      ...[eventContent, digestContent, testContent].map(sent),
    ],
    Object.keys(notifications).map(objectsOf),
  )
  t.end()
})

t.test('smilint finds nothing wrong with the MIB', { skip: lacks('smilint', '-V') }, (t) => {
  t.equal(
    run('smilint', ['-l', '4', '-s', join(ownMibs, 'STORWARDEN-MIB.txt')], { SMIPATH: mibs }),
    '',
  )
  t.end()
})

t.test(
  'snmptranslate knows every name by the number that is sent',
  { skip: lacks('snmptranslate', '-V') },
  (t) => {
    const names = { stwNotifications: notifications, stwObjects: objects }
    for (const [node, below] of Object.entries(names)) {
      const translated = run(
        'snmptranslate',
        [
          ...['-M', `${mibs}:${ownMibs}`, '-m', 'STORWARDEN-MIB', '-On'],
          ...Object.keys(below).map((name) => `STORWARDEN-MIB::${name}`),
        ],
        { SNMP_PERSISTENT_DIR: t.testdir(), SNMPCONFPATH: t.testdirName },
      )
      const parent = { stwNotifications: 0, stwObjects: 1 }[node]
      t.strictSame(
        translated.split('\n').filter((line) => line.startsWith('.')),
        Object.values(below).map(
          (number) => `.1.3.6.1.4.1.8072.9999.9999.7892.${parent ?? ''}.${number}`,
        ),
      )
    }
    t.end()
  },
)

/** What a notification of version 3 is on the wire. */
async function datagramOf(t: Test, message: Message, options: Partial<SnmpTrapOptions>) {
  const receiving = createSocket('udp4').bind(0, '127.0.0.1')
  t.teardown(() => {
    receiving.close()
  })
  await once(receiving, 'listening')
  const arrived = once(receiving, 'message') as Promise<[Buffer]>
  const { port } = receiving.address()
  await channel(port, { inform: false, security: user('trapper', engineId), ...options }).send(
    message,
  )
  const [datagram] = await arrived
  return datagram
}

t.test('a datagram is not longer than nets pass on whole', async (t) => {
  const long = 'Ü😀'.repeat(2000)
  const different = { title: long, message: long, action: long, labels: { a: long }, rule: long }
  const message = messageWith(alertsContent(news('resolved', different, long)))
  const { length } = await datagramOf(t, message, {})
  t.ok(length <= 1472, `${length} bytes`)
  t.ok(length > 1200, `${length} bytes`)
})

t.test('a receiver that has not been told for long takes a trap for a new one', async (t) => {
  const clock = new Clock()
  const now = () => {
    const time = clock.now
    clock.advance(3600)
    return time
  }
  const datagram = await datagramOf(t, about('firing'), { now })
  // snmpEngineBoots and snmpEngineTime: seconds from 2020 to the start, and two hours from then on.
  const boots = Buffer.alloc(4)
  boots.writeUInt32BE((Date.UTC(2026, 10, 20, 21) - Date.UTC(2020, 0)) / 1000)
  t.ok(datagram.includes(Buffer.from([0x02, 0x04, ...boots, 0x02, 0x02, 0x1c, 0x20])))
})

t.test('a time is told in Universal Time', (t) => {
  t.strictSame(
    [...dateAndTime(new Date('2026-11-20T21:03:04.567Z'))],
    [0x07, 0xea, 11, 20, 21, 3, 4, 5, 0x2b, 0, 0],
  )
  t.end()
})
