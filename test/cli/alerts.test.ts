import t from 'tap'
import { DaemonError } from '../../src/cli/client.ts'
import { runCli } from '../support/cli.ts'

process.env.TZ = 'Europe/Berlin'

const now = new Date('2026-11-20T21:00:00Z')
const ids = {
  one: '11111111-1111-4111-8111-111111111111',
  twin: '11111111-2222-4111-8111-111111111111',
  other: '22222222-1111-4111-8111-111111111111',
  over: '33333333-1111-4111-8111-111111111111',
}
const alert = (changes: object) => ({
  id: ids.one,
  title: 'Storage Capacity Critical',
  severity: 'critical',
  source: 'storage',
  resource: '/srv/backup',
  message: '96 % full',
  state: 'firing',
  acknowledged: false,
  started_at: '2026-11-20T20:57:00Z',
  inhibited_by: null,
  resolved_by: null,
  ...changes,
})
const path = '/api/v1/monitoring/alerts'
const page = (alerts: object[], total = alerts.length, cursor: string | null = null) => ({
  alerts,
  total,
  next_cursor: cursor,
})
const list = (state: string, inhibited = false, limit = 1000) =>
  `GET ${path}?state=${state}&inhibited=${inhibited}&limit=${limit}`

t.test('what fires is listed, the gravest first and of those the newest', async (t) => {
  const said = await runCli(['alerts'], {
    now,
    answers: {
      [list('firing')]: page(
        [
          alert({ severity: 'info', title: 'Cartridges', resource: 'L1', id: ids.other }),
          alert({ started_at: '2026-11-19T20:57:00Z', id: ids.twin, resource: '/old' }),
        ],
        3,
        'next',
      ),
      [`${list('firing')}&cursor=next`]: page([
        alert({
          ...{ acknowledged: true, acknowledged_by: 'jo\u001b[2J' },
          ...{ flapping: true, silenced_by: ['s1'] },
        }),
      ]),
    },
  })
  t.strictSame(said.error, '')
  const rows = said.out
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/))
  t.strictSame(rows, [
    ['ID', 'SEVERITY', 'STATE', 'ALERT', 'RESOURCE', 'MESSAGE', 'SINCE'],
    [
      '11111111-1',
      'critical',
      'firing, acknowledged by jo\\u001b[2J, flapping, silenced',
      'Storage Capacity Critical',
      '/srv/backup',
      '96 % full',
      '21:57 (3 min ago)',
    ],
    [
      '11111111-2',
      'critical',
      'firing',
      'Storage Capacity Critical',
      '/old',
      '96 % full',
      '2026-11-19 21:57 (24 h ago)',
    ],
    ['22222222', 'info', 'firing', 'Cartridges', 'L1', '96 % full', '21:57 (3 min ago)'],
  ])
})

t.test('all means every state, and what is muted', async (t) => {
  const said = await runCli(
    ['alerts', '--all', '--severity', 'critical', '--source', 'storage', '--limit', '1'],
    {
      now,
      answers: {
        [path]: page([]),
        [`GET ${path}?state=firing&inhibited=true&severity=critical&source=storage&limit=1000`]:
          page([alert({ inhibited_by: ids.other })]),
        [`GET ${path}?state=resolved&inhibited=false&severity=critical&source=storage&limit=1`]:
          page([alert({ id: ids.over, state: 'resolved', resolved_by: 'jo' })], 7, 'next'),
      },
    },
  )
  const rows = said.out
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/).slice(0, 3))
  t.strictSame(rows.slice(1), [
    ['11111111', 'critical', 'firing, muted'],
    ['33333333', 'critical', 'resolved, by jo'],
  ])
  t.equal(said.error, '2 of 8 alerts; --limit 8 shows them all\n')
  t.equal(said.asked.length, 5)
})

t.test('nothing wrong is said', async (t) => {
  t.match(await runCli(['alerts'], { answers: { [path]: page([]) } }), {
    status: 0,
    out: 'no such alerts\n',
  })
})

t.test('JSON holds the alerts as the daemon tells them', async (t) => {
  const { out } = await runCli(['alerts', '--state', 'pending', '--json'], {
    answers: { [list('pending')]: page([alert({ state: 'pending' })]) },
  })
  t.strictSame(JSON.parse(out), { alerts: [alert({ state: 'pending' })], total: 1 })
})

const open = {
  [list('firing')]: page([alert({}), alert({ id: ids.twin })]),
  [list('firing', true)]: page([]),
  [list('pending')]: page([alert({ id: ids.other, state: 'pending' })]),
  [list('pending', true)]: page([]),
}

t.test('an alert is acknowledged by the begin of its id', async (t) => {
  const expires = '2026-11-21T05:00:00.000Z'
  const body = { comment: 'disk ordered', expires_at: expires }
  const request = `POST ${path}/${ids.other}/acknowledge ${JSON.stringify(body)}`
  const answered = { ...alert({}), acknowledged: true, acknowledged_by: 'jo' }
  const said = await runCli(['ack', '2', '--comment', 'disk ordered', '--expires', '8h'], {
    now,
    answers: { ...open, [request]: { ...answered, acknowledge_expires_at: expires } },
  })
  t.equal(said.asked.at(-1), request)
  t.strictSame(
    [said.status, said.out],
    [
      0,
      'Storage Capacity Critical /srv/backup: firing, acknowledged by jo\nuntil 2026-11-21 06:00:00 (in 8 h)\n',
    ],
  )
})

t.test('an id that means several, or none, changes nothing', async (t) => {
  const several = await runCli(['ack', '1111'], { answers: open })
  t.strictSame(
    [several.status, several.error],
    [1, `storwarden ack: open alert 1111: may be ${ids.one}, ${ids.twin}\n`],
  )
  const none = await runCli(['resolve', 'x\u001b'], { answers: open })
  t.strictSame(
    [none.status, none.error],
    [1, 'storwarden resolve: open alert x\\u001b: not found\n'],
  )
  for (const { asked } of [several, none]) {
    t.strictSame(
      asked.filter((request) => request.startsWith('POST')),
      [],
    )
  }
})

t.test('a whole id is for the daemon to judge', async (t) => {
  const said = await runCli(['resolve', ids.over.toUpperCase(), '--comment', 'done'], {
    answers: {
      [`${path}/${ids.over}/resolve`]: new DaemonError(`alert ${ids.over}: is resolved`, 409),
    },
  })
  t.strictSame(said, {
    status: 1,
    out: '',
    error: `storwarden resolve: alert ${ids.over}: is resolved\n`,
    asked: [`POST ${path}/${ids.over}/resolve {"comment":"done"}`],
  })
})

t.test('an acknowledgement ends in the future', async (t) => {
  for (const [time, fault] of [
    ['2026-11-20', 'is over already'],
    ['soon', 'must be a time such as 8h, 3d, 2026-11-20 or "2026-11-20 22:00"'],
  ] as const) {
    const said = await runCli(['ack', ids.one, '--expires', time], { now })
    t.strictSame(
      [said.status, said.error, said.asked],
      [2, `storwarden ack: --expires ${time}: ${fault}; see storwarden ack --help\n`, []],
    )
  }
})

t.test('of a fleet alerts name their appliance, and those of one can be asked for', async (t) => {
  const said = await runCli(['alerts', '--appliance', 'tape-01'], {
    now,
    answers: {
      [`GET ${path}?state=firing&inhibited=false&appliance=tape-01&limit=1000`]: page([
        alert({ appliance: 'tape-01' }),
      ]),
    },
  })
  t.strictSame(said.error, '')
  t.match(said.out, /STATE +APPLIANCE +ALERT[^]*firing +tape-01 +Storage Capacity Critical/)
})
