import t from 'tap'
import type { Alert } from '../../src/alerts/alert.ts'
import { matching, parseMatchers } from '../../src/alerts/matchers.ts'
import { InvalidSilenceError, newSilence, type SilenceDraft } from '../../src/alerts/new-silence.ts'
import type { Silence } from '../../src/alerts/silence.ts'
import { readSilence, silencingBy } from '../../src/alerts/silences.ts'
import { found, ruleOf, run } from '../support/evaluation.ts'

const now = new Date('2026-11-20T21:00:00Z')
const time = (text: string) => new Date(`2026-11-${text}Z`)

/** An alert of a drive in a library. */
const [alert] = run(
  [ruleOf({ alert: 'TapeDriveTooWarm', source: 'tape' })],
  [found({ labels: { serial: 'D1' }, partOf: { library: 'L1' }, message: 'warm' })],
).flatMap(({ alerts }) => alerts) as [Alert]

const draft = (given: Partial<SilenceDraft> = {}): SilenceDraft => ({
  matchers: ['serial=D1'],
  maintenance: false,
  startsAt: null,
  endsAt: null,
  schedule: null,
  comment: '',
  ...given,
})
const silenceOf = (given: Partial<SilenceDraft> = {}, id = 's1') =>
  newSilence(draft(given), { id, author: 'ada', now })
const mutedBy = (silences: Silence[], at = now, of = alert) =>
  silencingBy(silences, (_silence, error) => {
    throw error
  })(of, at)

t.test('matchers are read as Prometheus writes them', (t) => {
  const matcher = (name: string, operator: string, value: string) => ({
    ...{ name, value },
    ...{ isRegex: operator.endsWith('~'), isEqual: operator.startsWith('=') },
  })
  const texts: [string, ReturnType<typeof matcher>[]][] = [
    ['severity="warning"', [matcher('severity', '=', 'warning')]],
    ['severity=warning', [matcher('severity', '=', 'warning')]],
    [' severity != "warning" ', [matcher('severity', '!=', 'warning')]],
    ['severity=~"warning|info"', [matcher('severity', '=~', 'warning|info')]],
    ['target!~iqn\\.2026.*', [matcher('target', '!~', 'iqn\\.2026.*')]],
    [
      'target=iqn.2026-01.org.example:disk1',
      [matcher('target', '=', 'iqn.2026-01.org.example:disk1')],
    ],
    ['resource="a \\"b\\", \\\\c\\n\\d"', [matcher('resource', '=', 'a "b", \\c\n\\d')]],
    ['{a="1", b=~"2,3"}', [matcher('a', '=', '1'), matcher('b', '=~', '2,3')]],
    ['a=1,b!=2,', [matcher('a', '=', '1'), matcher('b', '!=', '2')]],
    ['library=', [matcher('library', '=', '')]],
    ['', []],
    ['{}', []],
  ]
  for (const [text, matchers] of texts) t.strictSame(parseMatchers(text), matchers, text)
  for (const text of [
    'severity',
    '=x',
    'a="x',
    'a=x y',
    'a==b',
    'a="x"y',
    'a=b,,c=d',
    '{a=b',
    'a=~b{1,2}',
  ]) {
    t.throws(() => parseMatchers(text), { code: 'ERR_MATCHER' }, text)
  }
  t.end()
})

t.test('a matcher looks at labels, at what the place belongs to, and at the alert itself', (t) => {
  const matches = (text: string) => matching(parseMatchers(text))(alert)
  t.strictSame(
    [
      ...['serial=D1', 'library=L1', 'rule=TapeDriveTooWarm', 'alertname=TapeDriveTooWarm'],
      ...['severity=warning', 'source=tape', 'resource=D1', 'serial=~D.', 'library!=L2'],
      ...['library=~"L1|L2",serial!~X.*', 'vendor=', 'vendor!=IBM', 'vendor=~.*'],
    ].filter((text) => !matches(text)),
    [],
  )
  t.strictSame(
    [
      ...['serial=D', 'serial=~D', 'library!=L1', 'serial=D1,library=L2', 'severity=critical'],
      ...['vendor=IBM', 'vendor=~.+', 'vendor!=', 'serial!~D.', 'message=warm'],
    ].filter(matches),
    [],
    'the whole of a value, and all of the matchers',
  )
  t.end()
})

t.test('a silence mutes from its start until its end, the end not included', (t) => {
  const silence = silenceOf({ startsAt: time('20T22:00:00'), endsAt: time('20T23:00:00') })
  const at = (text: string) => [
    readSilence(silence).stateAt(time(text)),
    ...mutedBy([silence], time(text)),
  ]

  t.strictSame(at('20T21:59:59'), ['pending'])
  t.strictSame(at('20T22:00:00'), ['active', 's1'])
  t.strictSame(at('20T22:59:59'), ['active', 's1'])
  t.strictSame(at('20T23:00:00'), ['expired'])
  t.end()
})

t.test('a silence that a user ends is over', (t) => {
  const ended = { ...silenceOf(), cancelledAt: time('20T22:00:00'), cancelledBy: 'bob' }
  t.strictSame(mutedBy([ended], time('20T21:59:59')), ['s1'])
  t.strictSame(mutedBy([ended], time('20T22:00:00')), [])
  t.equal(readSilence(ended).stateAt(time('20T22:00:00')), 'expired')
  t.end()
})

t.test('an alert knows every silence that mutes it', (t) => {
  const silences = [
    silenceOf({}, 's1'),
    silenceOf({ matchers: ['serial=D2'] }, 's2'),
    silenceOf({ matchers: ['library=L1', 'severity!=critical'] }, 's3'),
  ]
  t.strictSame(mutedBy(silences), ['s1', 's3'])
  t.end()
})

t.test('maintenance mutes whatever is not critical, or of that what it names', (t) => {
  const all = silenceOf({ matchers: [], maintenance: true })
  const one = silenceOf({ matchers: ['library=L2'], maintenance: true }, 's2')
  const grave: Alert = { ...alert, severity: 'critical' }
  t.strictSame(mutedBy([all, one]), ['s1'])
  t.strictSame(mutedBy([all, one], now, grave), [])
  t.strictSame(mutedBy([all, one], now, { ...alert, labels: { library: 'L2' } }), ['s1', 's2'])
  t.end()
})

t.test('a schedule mutes in its windows, and only while the silence lasts', (t) => {
  const silence = silenceOf({
    startsAt: time('21T00:00:00'),
    endsAt: time('23T03:00:00'),
    // Every night from two to four, by the clocks of Berlin.
    schedule: { cron: '0 2 * * *', durationSeconds: 7200, timeZone: 'Europe/Berlin' },
  })
  const { stateAt, windowAt } = readSilence(silence)
  const at = (text: string) => [stateAt(time(text)), mutedBy([silence], time(text)).length]

  t.strictSame(at('20T23:30:00'), ['pending', 0])
  t.strictSame(at('21T00:59:59'), ['pending', 0])
  t.strictSame(at('21T01:00:00'), ['active', 1])
  t.strictSame(at('21T02:59:59'), ['active', 1])
  t.strictSame(at('21T03:00:00'), ['pending', 0])
  t.strictSame(at('23T02:59:59'), ['active', 1])
  t.strictSame(at('23T03:00:00'), ['expired', 0])
  t.strictSame(windowAt(time('20T12:00:00')), {
    startsAt: time('21T01:00:00'),
    endsAt: time('21T03:00:00'),
  })
  t.strictSame(windowAt(time('23T03:00:00')), null)
  t.end()
})

t.test('a silence whose last window is over before its end has expired', (t) => {
  const silence = silenceOf({
    endsAt: time('21T12:00:00'),
    schedule: { cron: '0 2 * * *', durationSeconds: 3600, timeZone: 'UTC' },
  })
  t.equal(readSilence(silence).stateAt(time('21T02:30:00')), 'active')
  t.equal(readSilence(silence).stateAt(time('21T03:00:00')), 'expired')
  t.end()
})

t.test('one that cannot be read mutes nothing, and the others do', (t) => {
  const broken = silenceOf({}, 's1')
  const unreadable: string[] = []
  const silencing = silencingBy(
    [
      { ...broken, matchers: [{ name: 'a', value: '(', isRegex: true, isEqual: true }] },
      silenceOf({}, 's2'),
    ],
    ({ id }) => unreadable.push(id),
  )
  t.strictSame([silencing(alert, now), unreadable], [['s2'], ['s1']])
  t.end()
})

t.test('what is asked for is completed', (t) => {
  t.strictSame(
    newSilence(
      draft({
        matchers: [
          'severity=~"warning|info",library=L1',
          { name: 'serial', value: 'D1', isRegex: false, isEqual: false },
        ],
        endsAt: time('21T00:00:00'),
        schedule: { cron: '0 2 * * 7', durationSeconds: 3600, timeZone: 'Europe/Berlin' },
        comment: 'new firmware',
      }),
      { id: 's1', author: 'ada', now },
    ),
    {
      id: 's1',
      author: 'ada',
      matchers: [
        { name: 'severity', value: 'warning|info', isRegex: true, isEqual: true },
        { name: 'library', value: 'L1', isRegex: false, isEqual: true },
        { name: 'serial', value: 'D1', isRegex: false, isEqual: false },
      ],
      startsAt: now,
      endsAt: time('21T00:00:00'),
      schedule: { cron: '0 2 * * 7', durationSeconds: 3600, timeZone: 'Europe/Berlin' },
      maintenance: false,
      comment: 'new firmware',
      createdAt: now,
      cancelledAt: null,
      cancelledBy: null,
    },
  )
  t.match(
    silenceOf({ schedule: { cron: '0 2 * * *', durationSeconds: 60, timeZone: null } }).schedule,
    { timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone },
  )
  t.strictSame(
    silenceOf({ matchers: ['no_such_label=x'] }).matchers.length,
    1,
    'it may mute nothing',
  )
  t.end()
})

t.test('every fault of what is asked for is named', (t) => {
  const faultsOf = (given: Partial<SilenceDraft>) => {
    try {
      silenceOf(given)
      return []
    } catch (error) {
      if (!(error instanceof InvalidSilenceError)) throw error
      return error.faults.map(({ path, message }) => `${path} ${message}`)
    }
  }
  t.match(
    faultsOf({
      matchers: [
        'severity',
        'library=~"("',
        '',
        { name: 'serial', value: '(?=x)', isRegex: true, isEqual: true },
      ],
      startsAt: time('21T00:00:00'),
      endsAt: time('20T00:00:00'),
      schedule: { cron: '61 2 * * *', durationSeconds: 60, timeZone: 'Mars/Olympus' },
    }),
    [
      /^\/matchers\/0 severity: is no matcher such as severity="warning"/,
      /^\/matchers\/1 the pattern of library: missing closing \)/,
      '/matchers/2 must not be empty',
      /^\/matchers\/3 the pattern of serial: .*`\(\?=`/,
      '/end must be after the start',
      /^\/schedule\/time_zone .*Mars\/Olympus/,
      /^\/schedule\/cron .*61/,
    ],
  )
  const schedule = (cron: string) => ({ cron, durationSeconds: 60, timeZone: 'UTC' })
  t.strictSame(faultsOf({ matchers: [] }), [
    '/matchers must be at least one, except for maintenance',
  ])
  t.strictSame(faultsOf({ startsAt: time('19T00:00:00'), endsAt: time('20T00:00:00') }), [
    '/end must be in the future',
  ])
  t.strictSame(faultsOf({ schedule: schedule('0 0 30 2 *') }), ['/schedule/cron never comes'])
  t.strictSame(faultsOf({ schedule: schedule('@daily') }), [
    '/schedule/cron must be five fields: minute, hour, day, month, weekday',
  ])
  t.strictSame(faultsOf({ matchers: Array.from({ length: 101 }, () => 'a=b') }), [
    '/matchers must not be more than 100',
  ])
  t.end()
})
