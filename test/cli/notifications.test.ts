import t from 'tap'
import { runCli } from '../support/cli.ts'

process.env.TZ = 'Europe/Berlin'

const now = new Date('2026-11-20T21:00:00Z')
const path = '/api/v1/monitoring/notifications'
const ids = {
  one: '11111111-1111-4111-8111-111111111111',
  twin: '11111111-2222-4111-8111-111111111111',
}
const message = (changes: object = {}) => ({
  id: ids.one,
  channel: 'email',
  kind: 'alerts',
  group: 'library=L700',
  summary: 'Tape drive does not answer, firing: it is silent',
  alerts: [{ id: 'a1', event: 'firing', title: 'Tape drive does not answer', resource: 'HU1' }],
  state: 'delivered',
  attempts: 1,
  created_at: '2026-11-20T20:57:00Z',
  next_attempt_at: null,
  delivered_at: '2026-11-20T20:57:01Z',
  given_up_at: null,
  answer: '250 queued',
  last_error: null,
  ...changes,
})
const refused = message({
  ...{ id: ids.twin, channel: 'webhook', state: 'given_up', attempts: 3, delivered_at: null },
  ...{ given_up_at: '2026-11-20T20:58:00Z', last_error: 'answered with 400' },
})
const rowsOf = (out: string) =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/))

t.test('messages are listed with what became of them', async (t) => {
  const said = await runCli(['notifications', '--channel', 'email', '--state', 'given_up'], {
    now,
    answers: {
      [`GET ${path}?channel=email&state=given_up&limit=50`]: {
        ...{ notifications: [message(), refused], total: 7 },
      },
    },
  })
  t.strictSame(rowsOf(said.out), [
    ['ID', 'CHANNEL', 'STATE', 'TRIED', 'SAYS', 'CREATED', 'ERROR'],
    [
      ...['11111111-1', 'email', 'delivered', '1'],
      ...['Tape drive does not answer, firing: it is silent', '21:57 (3 min ago)'],
    ],
    [
      ...['11111111-2', 'webhook', 'given up', '3'],
      ...['Tape drive does not answer, firing: it is silent', '21:57 (3 min ago)'],
      'answered with 400',
    ],
  ])
  t.strictSame([said.status, said.error], [0, '2 of 7 messages; --limit NUMBER shows more\n'])
  const none = await runCli(['notifications', 'list'], {
    answers: { [path]: { notifications: [], total: 0 } },
  })
  t.match(none, { status: 0, out: 'no such messages\n' })
})

t.test('one message is shown with each attempt', async (t) => {
  const attempts = [
    ...[{ at: '2026-11-20T20:57:00Z', duration_seconds: 10, delivered: false }].map((one) => ({
      ...{ ...one, answer: 'no answer within 10000 ms' },
    })),
    { at: '2026-11-20T20:57:20Z', duration_seconds: 0.31, delivered: true, answer: '250 queued' },
  ]
  const answers = {
    [`GET ${path}?limit=1000`]: { notifications: [message(), refused], total: 2 },
    [`GET ${path}/${ids.one}`]: {
      ...message(),
      content: { kind: 'alerts' },
      attempt_log: attempts,
    },
  }
  const said = await runCli(['notifications', 'show', '11111111-1'], { now, answers })
  t.equal(
    said.out,
    [
      'message    11111111-1111-4111-8111-111111111111',
      'channel    email',
      'says       Tape drive does not answer, firing: it is silent',
      'state      delivered',
      'created    2026-11-20 21:57:00 (3 min ago)',
      'delivered  2026-11-20 21:57:01 (2 min ago)',
      '',
      'NEWS    ALERT                       RESOURCE  ID',
      'firing  Tape drive does not answer  HU1       a1',
      '',
      'TRIED                              TOOK  ANSWER',
      '2026-11-20 21:57:00 (3 min ago)  10.0 s  no answer within 10000 ms',
      '2026-11-20 21:57:20 (2 min ago)   0.3 s  250 queued',
      '',
    ].join('\n'),
  )
  const several = await runCli(['notifications', 'show', '1111'], { answers })
  t.match(several, { status: 1, error: /message 1111: may be 11111111-1.*11111111-2/ })
  const whole = await runCli(['notifications', 'show', ids.one, '--json'], { answers })
  t.match(JSON.parse(whole.out), { id: ids.one, content: { kind: 'alerts' } })
  t.match(await runCli(['notifications', 'show']), { status: 2, error: /ID is missing/ })
})

t.test('a test message tells what became of it, and fails when it was not taken', async (t) => {
  const waiting = message({ channel: 'slack', state: 'waiting', last_error: 'not reached' })
  const unheard = message({ channel: 'snmp', state: 'waiting' })
  const all = await runCli(['notifications', 'test'], {
    answers: {
      [`POST ${path}/test {}`]: { notifications: [message(), refused, waiting, unheard] },
    },
  })
  t.strictSame(rowsOf(all.out), [
    ['email', 'delivered: 250 queued'],
    ['webhook', 'answered with 400'],
    ['slack', 'not reached; tried again later'],
    ['snmp', 'no answer yet; it is in the delivery log'],
  ])
  t.equal(all.status, 1)
  const one = await runCli(['notifications', 'test', 'email', '--message', 'hello'], {
    answers: {
      [`POST ${path}/test {"channel":"email","message":"hello"}`]: { notifications: [message()] },
    },
  })
  t.match(one, { status: 0, out: 'email  delivered: 250 queued\n' })
})

t.test('wrong words are named', async (t) => {
  t.match(await runCli(['notifications', '--state', 'lost']), {
    ...{ status: 2, error: /--state lost: must be one of waiting, delivered, given_up/ },
  })
  t.match(await runCli(['notifications', 'list', 'x']), { status: 2, error: /one word too many/ })
  t.match(await runCli(['notifications', 'tests']), {
    ...{ status: 2, error: /tests: must be list, show or test/ },
  })
})
