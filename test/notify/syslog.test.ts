import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { Syslog, type SyslogOptions } from '../../src/notify/syslog.ts'
import { facilities, syslogLines } from '../../src/notify/syslog-frame.ts'
import { makeCertificate } from '../support/certificate.ts'
import {
  alertsContent,
  appliance,
  digestContent,
  eventContent,
  messageWith,
  news,
  testContent,
} from '../support/news.ts'
import { lacks, run, startPeer } from '../support/peer.ts'
import { failure } from '../support/receiver.ts'
import { freeUdpPort } from '../support/snmptrapd.ts'
import { framesOf, parseSyslog, syslogServer, syslogSocket } from '../support/syslog.ts'

const channel = (port: number, options: Partial<SyslogOptions> = {}) =>
  new Syslog({
    ...{ host: '127.0.0.1', port, transport: 'udp', caFile: null, facility: 'daemon', appliance },
    ...options,
  })

const parsed = (message: Parameters<typeof syslogLines>[0], mostBytes = 1400) =>
  syslogLines(message, { appliance, facility: 'local3', mostBytes }).map((line) =>
    parseSyslog(Buffer.from(line)),
  )

const alert = {
  priority: 19 * 8 + 2,
  timestamp: '2026-11-20T21:03:00.250Z',
  host: 'backup01',
  application: 'storwarden',
  process: '-',
  kind: 'firing',
  data: {
    'storwarden@32473': {
      id: 'b0e5a3c6-0000-4000-8000-000000000001',
      alert: '7d3a3a36-0000-4000-8000-000000000001',
      rule: 'TapeDriveUnreachable',
      severity: 'critical',
      source: 'tape',
      resource: 'a]b"c\\d',
      started_at: '2026-11-20T21:00:00.000Z',
      labels: 'library=XYZZY_A, serial=HU1234ABCD',
      fingerprint: 'f1'.repeat(32),
      url: 'https://backup01.example.org/#/alerts/7d3a3a36-0000-4000-8000-000000000001',
    },
  },
  text:
    '[CRITICAL] Tape drive does not answer: a]b"c\\d - ' +
    'HP Ultrium 6-SCSI, drive 2 (element 257) of STK L700 (XYZZY_A), with ABC123L6 loaded, does not answer. ' +
    'Look at the front panel of the drive; power it off and on when no job uses it.',
}

const message = messageWith(alertsContent(news('firing', { resource: 'a]b"c\\d' })))

t.test('an alert is a line with all that tells it from others as data', (t) => {
  t.strictSame(parsed(message), [alert])
  t.end()
})

t.test('the severity tells how it is now', (t) => {
  const priorities = [
    ...(['critical', 'warning', 'info'] as const).map((severity) => news('firing', { severity })),
    ...[news('acknowledged'), news('resolved')],
  ].map((told) => parsed(messageWith(alertsContent(told)))[0]?.priority)
  t.strictSame(
    priorities,
    [2, 4, 6, 5, 5].map((severity) => 19 * 8 + severity),
  )
  const [{ kind, data, text } = alert] = parsed(messageWith(alertsContent(news('resolved'))))
  t.equal(kind, 'resolved')
  t.match(data, { 'storwarden@32473': { resolved_at: '2026-11-20T21:30:00.000Z' } })
  t.match(text, /^\[RESOLVED\] .* does not answer\.$/)
  t.end()
})

t.test('a line for each alert, and for events, digests and tests', (t) => {
  t.equal(parsed(messageWith(alertsContent(news(), news('resolved')))).length, 2)
  t.strictSame(
    [eventContent, digestContent, testContent].flatMap((content) =>
      parsed(messageWith(content)).map(({ priority, kind, data, text }) => {
        return [priority - 19 * 8, kind, data['storwarden@32473'], text]
      }),
    ),
    [
      [
        ...[2, 'event'],
        { id: 'b0e5a3c6-0000-4000-8000-000000000001', source: 'tape-alerts', type: 'tape' },
        '[CRITICAL] HP Ultrium 6-SCSI (HU1234ABCD): media (flag 4)',
      ],
      [
        ...[6, 'digest', { id: 'b0e5a3c6-0000-4000-8000-000000000001' }],
        '[DIGEST] backup01: 1 alert fires, 3 ended - ' +
          '1 alert fires, 3 ended, from 2026-11-19 07:00:00 UTC to 2026-11-20 07:00:00 UTC.',
      ],
      [
        ...[6, 'test', { id: 'b0e5a3c6-0000-4000-8000-000000000001' }],
        '[TEST] storwarden on backup01 - A test message of storwarden.',
      ],
    ],
  )
  t.end()
})

t.test('no line is longer than it may be, and the text gives way', (t) => {
  const long = '😀]"'.repeat(3000)
  const different = { title: long, message: long, labels: { serial: long }, resource: long }
  for (const bytes of [1400, 8192]) {
    const content = alertsContent(news('firing', different))
    const [line = ''] = syslogLines(messageWith(content), {
      ...{ appliance, facility: 'local3', mostBytes: bytes },
    })
    t.ok(Buffer.byteLength(line) <= bytes)
    const { data, text } = parseSyslog(Buffer.from(line))
    t.equal(data['storwarden@32473']?.rule, 'TapeDriveUnreachable')
    t.ok(Buffer.byteLength(text) >= 250)
  }
  const unnamed = { ...appliance, host: 'büro 1\n' }
  const [line = ''] = syslogLines(message, {
    ...{ appliance: unnamed, facility: 'kern', mostBytes: 1400 },
  })
  t.equal(parseSyslog(Buffer.from(line)).host, 'bro1')
  t.strictSame(
    [facilities.kern, facilities.authpriv, facilities.local0, facilities.local7],
    [0, 10, 16, 23],
  )
  t.end()
})

t.test('over UDP a message is a datagram; that nobody listens is told', async (t) => {
  const { port, datagrams } = await syslogSocket(t)
  t.equal(await channel(port).send(message), 'sent; of a datagram there is no receipt')
  t.strictSame(datagrams.map(parseSyslog), [{ ...alert, priority: 3 * 8 + 2 }])
  t.strictSame(await failure(channel(await freeUdpPort()).send(message)), [
    'not reached: ECONNREFUSED',
    ...[true, null],
  ])
  t.strictSame(await failure(channel(port, { host: 'nobody.invalid' }).send(message)), [
    'not reached: ENOTFOUND',
    ...[true, null],
  ])
})

t.test('over TCP it is taken when the server has read to the end', async (t) => {
  const { port, streams, how } = await syslogServer(t)
  const tcp = channel(port, { transport: 'tcp', timeoutMs: 300 })
  t.equal(await tcp.send(messageWith(alertsContent(news(), news('resolved')))), 'taken')
  t.strictSame(
    framesOf(streams[0] ?? Buffer.alloc(0)).map((frame) => parseSyslog(frame).kind),
    ['firing', 'resolved'],
  )
  how.ended = () => undefined
  t.strictSame(await failure(tcp.send(message)), ['not taken within 300 ms', true, null])
  how.begun = (socket) => socket.resetAndDestroy()
  t.strictSame(await failure(tcp.send(message)), ['not reached: ECONNRESET', true, null])
  const closed = channel(await freeUdpPort(), { transport: 'tcp' })
  t.strictSame(await failure(closed.send(message)), ['not reached: ECONNREFUSED', true, null])
})

t.test(
  'over TLS the server has to be the one',
  { skip: lacks('openssl', 'version') },
  async (t) => {
    const certificate = makeCertificate(t)
    const { port, streams } = await syslogServer(t, certificate)
    const caFile = certificate.certFile
    for (const host of ['127.0.0.1', 'localhost']) {
      const tls = channel(port, { host, transport: 'tls', caFile })
      t.equal(await tls.send(message), 'taken')
    }
    t.strictSame(
      streams.map((stream) => framesOf(stream).map(parseSyslog)),
      [[{ ...alert, priority: 26 }], [{ ...alert, priority: 26 }]],
    )
    t.strictSame(await failure(channel(port, { transport: 'tls' }).send(message)), [
      'not reached: DEPTH_ZERO_SELF_SIGNED_CERT',
      ...[true, null],
    ])
    const missing = join(t.testdirName, 'missing.pem')
    t.strictSame(
      await failure(channel(port, { transport: 'tls', caFile: missing }).send(message)),
      [`${missing}: cannot be read: ENOENT`, ...[true, null]],
    )
    t.equal(streams.length, 2)
  },
)

t.test(
  'rsyslogd takes a line apart as it was put together',
  { skip: lacks('rsyslogd', '-v') },
  async (t) => {
    const [udp, tcp] = [await freeUdpPort(), await freeUdpPort()]
    const directory = t.testdir({
      'rsyslog.conf': [
        'module(load="imudp")',
        'module(load="imtcp")',
        `input(type="imudp" address="127.0.0.1" port="${udp}")`,
        `input(type="imtcp" address="127.0.0.1" port="${tcp}")`,
        'template(name="json" type="list") { property(name="jsonmesg") constant(value="\\n") }',
        `action(type="ompipe" pipe="${join(t.testdirName, 'said')}" template="json")`,
      ].join('\n'),
    })
    const file = (name: string) => join(directory, name)
    run('mkfifo', [file('said')])
    const said = startPeer(t, 'cat', [file('said')])
    startPeer(t, 'rsyslogd', ['-n', '-f', file('rsyslog.conf'), '-i', file('pid')])
    const overTcp = channel(tcp, { transport: 'tcp', facility: 'local7' })
    // It does not say when it has begun to listen.
    while (!(await overTcp.send(message).catch(() => null))) await setImmediate()
    await channel(udp, { facility: 'local7' }).send(message)
    await said.says(/"programname": "storwarden"/, 2)
    const messages = said.lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ programname }) => programname === 'storwarden')
    const data = Object.entries(alert.data['storwarden@32473'])
      .map(([name, value]) => ` ${name}="${value.replace(/["\\\]]/g, '\\$&')}"`)
      .join('')
    const expected = {
      ...{ 'structured-data': `[storwarden@32473${data}]`, msg: `\ufeff${alert.text}` },
      ...{ hostname: 'backup01', 'app-name': 'storwarden', procid: '-', msgid: 'firing' },
      ...{ pri: '186', syslogfacility: '23', syslogseverity: '2' },
      timereported: '2026-11-20T21:03:00.250Z',
    }
    t.match(messages, [
      { inputname: 'imtcp', ...expected },
      { inputname: 'imudp', ...expected },
    ])
  },
)
