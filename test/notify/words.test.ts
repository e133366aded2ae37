import t from 'tap'
import { htmlText } from '../../src/notify/html.ts'
import { plainText } from '../../src/notify/plain-text.ts'
import { fitted, oneLine, quoted, shortened, shortenedBytes } from '../../src/notify/printable.ts'
import { wordsOf } from '../../src/notify/words.ts'
import { alertsContent, appliance, digestContent, eventContent, news } from '../support/news.ts'
import { testContent } from '../support/news.ts'

const linesOf = (content: Parameters<typeof wordsOf>[0]) => {
  const words = wordsOf(content, appliance)
  return [words.subject, '', ...plainText(words).trimEnd().split('\n')]
}

t.test('one alert says what is wrong, what to do, why, where, since when and from what', (t) => {
  t.strictSame(linesOf(alertsContent(news())), [
    '[CRITICAL] Tape drive does not answer: HU1234ABCD',
    '',
    'HP Ultrium 6-SCSI, drive 2 (element 257) of STK L700 (XYZZY_A), with ABC123L6 loaded, does not answer.',
    'What to do: Look at the front panel of the drive; power it off and on when no job uses it.',
    'Why it matters: Backups that use the drive wait or fail.',
    'Where: serial=HU1234ABCD, part of library=XYZZY_A',
    'Since: 2026-11-20 21:00:00 UTC',
    'Evidence:',
    '  device: /dev/sg3',
    '  hctl: 3:0:1:0',
    '  stuck_calls: 1',
    'Alert: https://backup01.example.org/#/alerts/7d3a3a36-0000-4000-8000-000000000001',
    'Runbook: https://backup01.example.org/runbooks/TapeDriveUnreachable',
    '',
    'storwarden on backup01: https://backup01.example.org',
  ])
  t.end()
})

t.test('a rule that has no runbook has no link to one', (t) => {
  const lines = linesOf(alertsContent(news('firing', { runbook_url: null })))
  t.strictSame(
    lines.filter((line) => line.startsWith('Runbook')),
    [],
  )
  t.end()
})

t.test('the subject tells what has become of an alert', (t) => {
  const subjects = (
    ['firing', 'repeated', 'escalated', 'flapping', 'acknowledged', 'resolved'] as const
  ).map((event) => wordsOf(alertsContent(news(event)), appliance).subject)
  t.strictSame(subjects, [
    '[CRITICAL] Tape drive does not answer: HU1234ABCD',
    '[CRITICAL] Tape drive does not answer: HU1234ABCD (still firing)',
    '[CRITICAL] Tape drive does not answer: HU1234ABCD (not acknowledged)',
    '[CRITICAL] Tape drive does not answer: HU1234ABCD (comes and goes)',
    '[ACKNOWLEDGED] Tape drive does not answer: HU1234ABCD',
    '[RESOLVED] Tape drive does not answer: HU1234ABCD',
  ])
  t.end()
})

t.test('who acknowledged or resolved it is told, and how it ended', (t) => {
  const factsOf = (...said: Parameters<typeof news>) =>
    linesOf(alertsContent(news(...said))).filter((line) => /^(?:Ended|Acknowledged)/.test(line))
  const acknowledged = {
    ...{ acknowledged: true, acknowledged_by: 'maria', acknowledge_comment: 'spare is ordered' },
    acknowledged_at: '2026-11-20T21:10:00.000Z',
    acknowledge_expires_at: '2026-11-21T21:10:00.000Z',
  }
  t.strictSame(factsOf('acknowledged', acknowledged), [
    'Acknowledged: 2026-11-20 21:10:00 UTC, until 2026-11-21 21:10:00 UTC, by maria: spare is ordered',
  ])
  t.strictSame(factsOf('resolved'), ['Ended: 2026-11-20 21:30:00 UTC, by itself'])
  t.strictSame(factsOf('resolved', { resolution: 'manual', resolved_by: 'maria' }), [
    'Ended: 2026-11-20 21:30:00 UTC, by maria',
  ])
  t.strictSame(factsOf('resolved', { resolution: 'absent' }), [
    'Ended: 2026-11-20 21:30:00 UTC, what it was about is not there any more',
  ])
  t.end()
})

t.test('a group is one message, the gravest first, and what is over is told apart', (t) => {
  const drives = Array.from({ length: 8 }, (_, index) =>
    news('firing', { resource: `HU${index}`, severity: index === 5 ? 'critical' : 'warning' }),
  )
  const subjectOf = (...alerts: ReturnType<typeof news>[]) =>
    wordsOf(alertsContent(...alerts), appliance).subject
  t.equal(subjectOf(...drives), '[CRITICAL] Library XYZZY_A: 8 alerts')
  t.equal(
    subjectOf(news('resolved'), ...drives, news('acknowledged')),
    '[CRITICAL] Library XYZZY_A: 8 alerts, 1 acknowledged, 1 resolved',
  )
  t.equal(subjectOf(news('resolved'), news('resolved')), '[RESOLVED] Library XYZZY_A: 2 alerts')
  t.equal(
    subjectOf(news('acknowledged'), news('resolved')),
    '[ACKNOWLEDGED] Library XYZZY_A: 1 acknowledged, 1 resolved',
  )
  t.equal(
    subjectOf(news('resolved'), news('firing', { severity: 'info' })),
    '[INFO] Library XYZZY_A: 1 alert, 1 resolved',
  )
  const { passages, severity, omitted } = wordsOf(
    alertsContent(news('resolved'), ...drives, news('acknowledged')),
    appliance,
  )
  t.strictSame(
    passages.map(({ heading }) => heading?.replace('Tape drive does not answer', '…')),
    [
      '[CRITICAL] …: HU5',
      ...[0, 1, 2, 3, 4, 6, 7].map((index) => `[WARNING] …: HU${index}`),
      '[ACKNOWLEDGED] …: HU1234ABCD',
      '[RESOLVED] …: HU1234ABCD',
    ],
  )
  t.strictSame({ severity, omitted }, { severity: 'critical', omitted: 0 })

  const byRule = {
    ...alertsContent(news(), news()),
    group: { key: 'rule=X', labels: { rule: 'X' } },
  }
  t.equal(wordsOf(byRule, appliance).subject, '[CRITICAL] Tape drive does not answer: 2 alerts')
  const many = alertsContent(...Array.from({ length: 100 }, () => news()))
  t.match(wordsOf(many, appliance), { omitted: 60, passages: { length: 40 } })
  t.match(plainText(wordsOf(many, appliance)), /\n\nand 60 more\n\n/)
  t.end()
})

t.test('a test, an event and a digest', (t) => {
  t.strictSame(linesOf(testContent), [
    '[TEST] storwarden on backup01',
    '',
    'A test message of storwarden.',
    'Asked for by: operator',
    '',
    'storwarden on backup01: https://backup01.example.org',
  ])
  t.strictSame(linesOf(eventContent), [
    '[CRITICAL] HP Ultrium 6-SCSI (HU1234ABCD): media (flag 4)',
    '',
    'HP Ultrium 6-SCSI (HU1234ABCD): media (flag 4)',
    'From: tape-alerts (tape)',
    '',
    'storwarden on backup01: https://backup01.example.org',
  ])
  t.strictSame(linesOf(digestContent), [
    '[DIGEST] backup01: 1 alert fires, 3 ended',
    '',
    '1 alert fires, 3 ended, from 2026-11-19 07:00:00 UTC to 2026-11-20 07:00:00 UTC.',
    '',
    '[CRITICAL] Tape drive does not answer: HU1234ABCD',
    'HP Ultrium 6-SCSI, drive 2 (element 257) of STK L700 (XYZZY_A), with ABC123L6 loaded, does not answer.',
    'Since: 2026-11-20 21:00:00 UTC',
    'Alert: https://backup01.example.org/#/alerts/7d3a3a36-0000-4000-8000-000000000001',
    '',
    '[RESOLVED] Import/export station full: HU1234ABCD',
    'HP Ultrium 6-SCSI, drive 2 (element 257) of STK L700 (XYZZY_A), with ABC123L6 loaded, does not answer.',
    'Ended: 2026-11-20 21:30:00 UTC, by itself',
    'Since: 2026-11-20 21:00:00 UTC',
    'Alert: https://backup01.example.org/#/alerts/7d3a3a36-0000-4000-8000-000000000001',
    '',
    'and 2 more',
    '',
    'storwarden on backup01: https://backup01.example.org',
  ])
  t.end()
})

t.test('as a page nothing that hardware says is markup', (t) => {
  const hostile = news('firing', {
    title: '<script>alert(1)</script>',
    message: `"><img src=x onerror='x'>`,
    labels: { serial: '</td>&amp;' },
  })
  const page = htmlText(wordsOf(alertsContent(hostile, hostile), appliance))
  const tags = new Set(page.match(/<\/?[a-z!]+/gi))
  t.strictSame(
    [...tags].filter((tag) => /script|img/.test(tag)),
    [],
  )
  t.match(page, '&#60;script&#62;alert(1)&#60;/script&#62;')
  t.match(page, '&#34;&#62;&#60;img src=x onerror=&#39;x&#39;&#62;')
  t.match(page, 'serial=&#60;/td&#62;&#38;amp;')
  t.match(page, '<a href="https://backup01.example.org/runbooks/TapeDriveUnreachable">Runbook</a>')
  t.end()
})

t.test('a text is one line, and no longer than it may be', (t) => {
  t.equal(
    oneLine(' ABC\r\nBcc: x\u2028y\u0000\u001b[31m\u202e\ud800 L8 '),
    'ABC Bcc: x y\ufffd [31m \ufffd L8',
  )
  t.strictSame(
    ['Bücher', 'Bücherei', '😀😀😀'].map((text) => shortened(text, 6)),
    ['Bücher', 'Büche…', '😀😀😀'],
  )
  t.strictSame([shortened('😀😀😀', 4), shortened('😀😀😀', 5)], ['😀…', '😀😀…'])
  t.strictSame(
    [12, 11, 10, 7, 6, 3, 2].map((bytes) => shortenedBytes('😀😀😀', bytes)),
    ['😀😀😀', '😀😀…', '😀…', '😀…', '…', '…', ''],
  )
  t.strictSame(fitted(['aaaaaaaaaa', 'bb', 'cccccccccc'], 16), ['aaaa…', 'bb', 'cccc…'])
  t.strictSame(fitted(['a', 'b'], 2), ['a', 'b'])
  t.end()
})

t.test('what the other side says is not told where it holds a secret', (t) => {
  const secrets = ['hünter "2"', '\0user\0hünter']
  t.equal(quoted(' no\r\nsuch user ', secrets), 'no such user')
  for (const said of [
    'wrong password hünter "2"',
    JSON.stringify({ password: 'hünter "2"' }),
    `Basic ${Buffer.from('hünter "2"').toString('base64')}`,
    `?password=${encodeURIComponent('hünter "2"')}`,
    Buffer.from('\0user\0hünter').toString('base64'),
  ]) {
    t.equal(quoted(said, secrets), 'not quoted, it holds a secret', said)
  }
  t.equal(quoted('x'.repeat(1000), secrets).length, 200)
  t.end()
})
