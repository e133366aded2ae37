import t from 'tap'
import { runCli } from '../support/cli.ts'

process.env.TZ = 'Europe/Berlin'

const now = new Date('2026-11-20T21:00:00Z')
const path = '/api/v1/monitoring/events'
const event = (changes: object = {}) => ({
  ...{ id: '11111111-1111-4111-8111-111111111111', seq: 7, type: 'tape', event_type: 'log' },
  ...{ source: 'collectors/changers', level: 'info', message: 'A00001L6 was moved' },
  ...{ tags: {}, payload: {}, timestamp: '2026-11-20T20:57:00Z' },
  ...changes,
})
const page = (events: object[], more: object = {}) => ({
  ...{ events, total: events.length, more_than_total: false, next_cursor: null, ...more },
})

t.test('events are listed with what is to be obeyed by no terminal', async (t) => {
  const odd = event({ level: 'error', source: 'x', message: 'one\n\u001b[2Jtwo' })
  const said = await runCli(['events'], {
    now,
    answers: { [`GET ${path}?limit=50`]: page([event(), odd], { total: 9 }) },
  })
  t.strictSame(
    said.out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/)),
    [
      ['TIME', 'LEVEL', 'SOURCE', 'MESSAGE'],
      ['2026-11-20 21:57:00', 'info', 'collectors/changers', 'A00001L6 was moved'],
      ['2026-11-20 21:57:00', 'error', 'x', 'one\\u000a\\u001b[2Jtwo'],
    ],
  )
  t.strictSame([said.status, said.error], [0, '2 of 9 events; --limit NUMBER shows more\n'])
})

t.test('what is wanted is asked for, page by page', async (t) => {
  const words = ['--search', 'moved', '--level', 'info', '--tag', 'a=b', '--since', '2h']
  const asked = `q=moved&level=info&tags=a%3Db&start_time=2026-11-20T19%3A00%3A00.000Z`
  const said = await runCli(['events', ...words, '--limit', '1001'], {
    now,
    answers: {
      [`GET ${path}?${asked}&limit=1000`]: page(
        Array.from({ length: 1000 }, () => event()),
        { next_cursor: 'abc' },
      ),
      [`GET ${path}?${asked}&limit=1&cursor=abc`]: page([event()], {
        ...{ total: 10_000, more_than_total: true, next_cursor: 'def' },
      }),
    },
  })
  t.equal(said.out.split('\n').length, 1003)
  t.equal(said.error, '1001 of more than 10000 events; --limit NUMBER shows more\n')
  const none = await runCli(['events', '--json'], { answers: { [path]: page([]) } })
  t.strictSame(JSON.parse(none.out), { events: [], total: 0, more_than_total: false })
  t.match(await runCli(['events'], { answers: { [path]: page([]) } }), { out: 'no such events\n' })
})

t.test('what cannot be meant is bad usage', async (t) => {
  for (const words of [['--level', 'warn'], ['--since', 'yesterday'], ['--limit', '0'], ['7']]) {
    t.match(await runCli(['events', ...words], { now }), { status: 2, out: '' }, words.join(' '))
  }
})
