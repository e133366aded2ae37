import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { Answer } from '../../src/cli/answer.ts'
import { DaemonError } from '../../src/cli/client.ts'
import { runCli } from '../support/cli.ts'
import { makeStateDirectory } from '../support/database.ts'

process.env.TZ = 'Etc/UTC'
const now = new Date('2026-11-20T21:00:00Z')
const RULES = '/api/v1/monitoring/rules'
const id = '11111111-1111-4111-8111-111111111111'

const builtIn = {
  ...{ id: 'ArrayDegraded', name: 'ArrayDegraded', title: 'RAID array degraded' },
  ...{ severity: 'critical', source: 'storage', for_seconds: 0, keep_firing_seconds: 0 },
  ...{ description: 'One more disk.', action: 'Replace it.', query: null, labels: {} },
  ...{ threshold_value: null, clear_threshold: null, enabled: true, builtin: true, faults: [] },
  ...{ created_at: null, created_by: null, updated_at: null, updated_by: null },
}
const own = {
  ...{ id, name: 'Busy', title: 'Busy', severity: 'warning', source: 'system' },
  ...{ for_seconds: 300, keep_firing_seconds: 60, description: 'Slow.', action: 'Look.' },
  ...{ query: 'cpu_usage', threshold_value: 80, clear_threshold: 70, labels: { team: 'a' } },
  ...{ enabled: true, builtin: false, faults: [] as object[] },
  ...{ created_at: '2026-11-20T20:00:00Z', created_by: 'jo' },
  ...{ updated_at: '2026-11-20T20:57:00Z', updated_by: 'eve' },
}
const listing = (...rules: object[]) => ({ rules, total: rules.length })
const given = {
  ...{ name: 'Busy', description: 'Slow.', action: 'Look.', query: 'cpu_usage' },
  ...{ threshold_value: 80, clear_threshold: 70, for_seconds: 300, keep_firing_seconds: 60 },
  ...{ severity: 'warning', source: 'system', labels: { team: 'a' }, enabled: true },
}
const rows = (out: string) =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/))

t.test('rules are listed with their conditions', async (t) => {
  const off = { ...own, name: 'Off', query: 'load1 > 3', threshold_value: 3, enabled: false }
  const broken = {
    ...own,
    name: 'Broken',
    query: 'quux{a=">"}',
    faults: [{ path: '/body/query', message: 'x' }],
  }
  const answers = { [RULES]: listing(builtIn, own, off, broken) }
  t.strictSame(rows((await runCli(['rules'], { answers, now })).out), [
    ['NAME', 'SEVERITY', 'SOURCE', 'FOR', 'STATE', 'CONDITION'],
    ['ArrayDegraded', 'critical', 'storage', '0 s', 'built in', 'RAID array degraded'],
    ['Busy', 'warning', 'system', '5 min', 'on', 'cpu_usage > 80'],
    ['Off', 'warning', 'system', '5 min', 'off', 'load1 > 3'],
    ['Broken', 'warning', 'system', '5 min', 'not evaluated', 'quux{a=">"} > 80'],
  ])
  const { out } = await runCli(['rules', '--own', '--json'], { answers })
  t.strictSame(JSON.parse(out), listing(own, off, broken))
  t.match(await runCli(['rules', '--own'], { answers: { [RULES]: listing(builtIn) } }), {
    out: 'no such rules\n',
  })
})

t.test('one rule is shown whole, found by the begin of its name', async (t) => {
  const faults = [
    { path: '/body/query', message: 'line 1, column 1: x', at: { line: 1, column: 1, length: 9 } },
  ]
  const answers = { [RULES]: listing(builtIn, { ...own, faults }) }
  const { out, error } = await runCli(['rules', 'show', 'bu'], { answers, now })
  t.strictSame(rows(out), [
    ['name', 'Busy'],
    ['severity', 'warning'],
    ['source', 'system'],
    ['state', 'not evaluated'],
    ['query', 'cpu_usage'],
    ['threshold', '80'],
    ['over at', '70'],
    ['fires after', '5 min'],
    ['fires on for', '1 min'],
    ['labels', 'team=a'],
    ['why', 'Slow.'],
    ['what to do', 'Look.'],
    ['written', '2026-11-20 20:00:00 (1 h ago) by jo'],
    ['changed', '2026-11-20 20:57:00 (3 min ago) by eve'],
  ])
  t.equal(error, '  query: line 1, column 1: x\n    cpu_usage\n    ^^^^^^^^^\n')
  const none = await runCli(['rules', 'show', 'x'], { answers })
  t.strictSame([none.status, none.error], [1, 'storwarden rules show: rule x: not found\n'])
})

t.test('a rule is written from options, from a file, or both', async (t) => {
  const rule = {
    ...{ name: 'Busy', query: 'cpu_usage', threshold_value: 80, clear_threshold: 70.5 },
    ...{ for_seconds: 300, keep_firing_seconds: 90, severity: 'critical', source: 'system' },
    ...{ description: 'Slow.', action: 'Look.', labels: { team: 'a', b: 'c=d' }, enabled: false },
  }
  const answers = { [RULES]: own }
  const options = [
    ...['--query', 'cpu_usage', '--threshold', '80', '--clear-threshold', '70.5', '--for', '5m'],
    ...['--keep-firing', '90', '--severity', 'critical', '--source', 'system', '--disabled'],
    ...['--description', 'Slow.', '--action', 'Look.', '--labels', 'team=a, b=c=d'],
  ]
  const said = await runCli(['rules', 'add', '--name', 'Busy', ...options], { answers, now })
  t.strictSame([said.status, said.asked], [0, [`POST ${RULES} ${JSON.stringify(rule)}`]])
  t.match(said.out, /^name {10}Busy$/m)

  const file = join(await makeStateDirectory(t), 'rule.json')
  await writeFile(file, JSON.stringify({ name: 'File', query: 'load1 > 1', for_seconds: 3 }))
  const both = await runCli(['rules', 'add', file, '--for', '1h', '--json'], { answers })
  t.strictSame(both.asked, [`POST ${RULES} {"name":"File","query":"load1 > 1","for_seconds":3600}`])
  t.strictSame(JSON.parse(both.out), own)
})

t.test('a fault of the query stands under its place', async (t) => {
  const query = 'cpu_usge > 80 and\n\tdrive\u0007_temperature >'
  const problem = Answer.of({
    code: 'invalid_request',
    errors: [
      { path: '/body/name', message: 'is missing' },
      {
        path: '/body/query',
        message: 'line 1, column 1: there is no metric cpu_usge; is it cpu_usage?',
        at: { line: 1, column: 1, offset: 0, length: 8 },
      },
      {
        path: '/body/query',
        message: 'line 2, column 22: expected a number',
        at: { line: 2, column: 22, offset: 39, length: 1 },
      },
    ],
  })
  const error = new DaemonError('the whole', 400, { problem })
  const said = await runCli(['rules', 'add', '--query', query], { answers: { [RULES]: error } })
  t.strictSame([said.status, said.out], [1, ''])
  t.strictSame(said.error.split('\n'), [
    'storwarden rules add: the rule has 3 faults',
    '  name: is missing',
    '  query: line 1, column 1: there is no metric cpu_usge; is it cpu_usage?',
    '    cpu_usge > 80 and',
    '    ^^^^^^^^',
    '  query: line 2, column 22: expected a number',
    '    \\u0009drive\\u0007_temperature >',
    // Under what is printed, with what is written out.
    `    ${' '.repeat('\\u0009drive\\u0007_temperature >'.length)}^`,
    '',
  ])
  const other = new DaemonError('rule Busy: another rule has this name', 409, {
    problem: Answer.of({ code: 'rule_name_taken', errors: [{ path: '/body/name' }] }),
  })
  const taken = await runCli(['rules', 'add', '--query', 'x'], { answers: { [RULES]: other } })
  t.strictSame(
    [taken.status, taken.error],
    [1, 'storwarden rules add: rule Busy: another rule has this name\n'],
  )
})

t.test('a change keeps what is not said, but not the thresholds of another query', async (t) => {
  const answers = { [`GET ${RULES}`]: listing(own), [`${RULES}/${id}`]: own }
  const put = async (...words: string[]) => {
    const said = await runCli(['rules', 'edit', 'Busy', ...words], { answers, now })
    t.equal(said.status, 0, said.error)
    const [, body = ''] = said.asked.at(-1)?.split(`PUT ${RULES}/${id} `) ?? []
    return JSON.parse(body) as object
  }
  t.strictSame(await put('--disable'), { ...given, enabled: false })
  t.strictSame(await put('--rename', 'Other', '--for', '2h', '--enable'), {
    ...given,
    ...{ name: 'Other', for_seconds: 7200 },
  })
  t.strictSame(await put('--query', 'load1 > 3'), {
    ...given,
    ...{ query: 'load1 > 3', threshold_value: null, clear_threshold: null },
  })
  const file = join(await makeStateDirectory(t), 'rule.json')
  await writeFile(file, JSON.stringify({ query: 'load1 > 1' }))
  t.strictSame(await put('--file', file), { name: 'Busy', query: 'load1 > 1' })
})

t.test('a rule is deleted by its name', async (t) => {
  const answers = { [`GET ${RULES}`]: listing(builtIn, own), [`${RULES}/${id}`]: {} }
  const said = await runCli(['rules', 'delete', 'Busy'], { answers })
  t.strictSame([said.status, said.out], [0, 'Busy: deleted\n'])
  t.strictSame(said.asked, [`GET ${RULES}`, `DELETE ${RULES}/${id}`])
})

const trial = {
  rule: given,
  now: {
    findings: [{ labels: { serial: '1' }, value: 61, message: 'serial 1: it is hot.' }],
    findings_total: 1,
    places: [
      { labels: { serial: '1' }, value: 61, holds: true },
      { labels: { serial: '2' }, value: 41, holds: false },
    ],
    ...{ places_total: 2, undecided: [{ serial: '3' }, {}], undecided_total: 2 },
    unread: [
      { metric: 'storwarden_tape_drive_online', labels: { serial: '3' }, error: 'no answer' },
      { metric: 'system_load1', labels: {}, error: 'not read yet' },
    ],
  },
  past: {
    ...{ since: '2026-11-19T21:00:00Z', until: '2026-11-20T21:00:00Z', step_seconds: 30 },
    stored_since: '2026-11-20T10:00:00Z',
    periods: [
      {
        labels: { serial: '1' },
        pending_at: '2026-11-20T11:00:00Z',
        fired_at: '2026-11-20T11:05:00Z',
        resolved_at: '2026-11-20T12:00:00Z',
      },
      { labels: {}, pending_at: '2026-11-20T20:59:00Z', fired_at: null, resolved_at: null },
    ],
    ...{ periods_total: 2, too_short: 1, undecided_steps: 4 },
  },
}

t.test('a trial says what holds now and when it would have fired', async (t) => {
  const answers = { [`GET ${RULES}`]: listing(own), [`${RULES}/test`]: trial }
  const said = await runCli(['rules', 'test', 'Busy', '--since', '3d', '--for', '0'], {
    answers,
    now,
  })
  const body = { ...given, for_seconds: 0, since: '2026-11-17T21:00:00.000Z' }
  t.equal(said.asked.at(-1), `POST ${RULES}/test ${JSON.stringify(body)}`)
  t.strictSame(said.out.split('\n'), [
    'now  it holds at 1 of 2 places',
    '  serial 1: it is hot.',
    '  it cannot tell of serial=3; others there may be',
    '  not read: storwarden_tape_drive_online of serial=3: no answer',
    '  not read: system_load1: not read yet',
    '',
    'past  2026-11-19 21:00:00 to 2026-11-20 21:00:00, every 30 s: 1 time it would have fired',
    'PENDING              FIRED                OVER                 PLACE',
    '2026-11-20 11:00:00  2026-11-20 11:05:00  2026-11-20 12:00:00  serial=1',
    '2026-11-20 20:59:00  not yet              not yet            ',
    '  1 time it was pending and came to nothing',
    '  4 times it could not tell of some place',
    '  nothing is stored of its metrics before 2026-11-20 10:00:00',
    '',
  ])
  t.strictSame([said.status, said.error], [0, ''])
  const json = await runCli(['rules', 'test', '--query', 'x > 1', '--json'], { answers })
  t.strictSame(JSON.parse(json.out), trial)
  t.equal(json.asked.at(-1), `POST ${RULES}/test {"query":"x > 1"}`)
})

t.test('where it holds nowhere its places are told with their values', async (t) => {
  const quiet = {
    now: { findings: [], places: trial.now.places.slice(1), places_total: 1, undecided_total: 0 },
    past: {
      ...trial.past,
      stored_since: null,
      periods: [],
      periods_total: 0,
      too_short: 0,
      undecided_steps: 0,
    },
  }
  const answers = { [`${RULES}/test`]: quiet }
  const { out } = await runCli(['rules', 'test', '--query', 'x > 1', '--until', '2026-11-20'], {
    answers,
    now,
  })
  t.strictSame(out.split('\n'), [
    'now  it holds at 0 of 1 place',
    'PLACE     VALUE',
    'serial=2     41',
    '',
    'past  2026-11-19 21:00:00 to 2026-11-20 21:00:00, every 30 s: 0 times it would have fired',
    '  nothing is stored of its metrics in that time',
    '',
  ])
})

t.test('bad usage is told before anybody is asked', async (t) => {
  const folder = await makeStateDirectory(t)
  const list = join(folder, 'list.json')
  await writeFile(list, '[]')
  const cases: [string[], string][] = [
    [['add'], 'a FILE or --query is missing'],
    [['add', '--query', 'x', '--threshold', 'x'], '--threshold x: must be a number'],
    [['add', '--query', 'x', '--for', '5y'], '--for 5y: must be a time such as 90s, 5m, 2h or 1d'],
    [
      ['add', '--query', 'x', '--labels', 'a'],
      '--labels a: must be NAME=VALUE, with commas between several',
    ],
    [
      ['add', '--query', 'x', '--severity', 'bad'],
      '--severity bad: must be one of info, warning, critical',
    ],
    [['add', list], `${list}: must be a JSON object`],
    [['edit', 'x'], 'nothing to change is said'],
    [['edit', 'x', '--enable', '--disable'], '--enable and --disable do not go together'],
    [['test'], 'a NAME, --file or --query is missing'],
    [
      ['test', '--query', 'x', '--since', 'soon'],
      '--since soon: must be a time such as 8h, 3d, 2026-11-20 or "2026-11-20 22:00"',
    ],
    [['delete'], 'NAME is missing'],
  ]
  for (const [[command = '', ...words], fault] of cases) {
    const said = await runCli(['rules', command, ...words])
    const error = `storwarden rules ${command}: ${fault}; see storwarden rules ${command} --help\n`
    t.strictSame([said.status, said.error, said.asked], [2, error, []])
  }
  const missing = await runCli(['rules', 'add', join(folder, 'no.json')])
  t.match(missing, { status: 2, error: /ENOENT/ })
})
