import t from 'tap'
import { DatabaseUnavailableError } from '../../src/db/database.ts'
import { arrayDegraded } from '../../src/rules/md-arrays.ts'
import { UNKNOWN } from '../support/api-samples.ts'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'

const database = await openTestDatabase(t)
const api = await startTestApi(database, await makeStateDirectory(t), { rules: [arrayDegraded] })
t.teardown(() => api.stop())
const tokens = {
  viewer: await api.session('viewer'),
  operator: await api.session('operator'),
  admin: await api.session('admin'),
}

const RULES = '/api/v1/monitoring/rules'

const ask = async (method: string, path: string, body?: object, token = tokens.operator) => {
  const answer = await api.ask(method, path, { token, ...(body === undefined ? {} : { body }) })
  return { ...answer, body: answer.body as Record<string, unknown> }
}
const errorsOf = async (method: string, path: string, body: object) => {
  const answer = await ask(method, path, body)
  return { status: answer.status, code: answer.body.code, errors: answer.body.errors }
}
const names = async () => {
  const { body } = await ask('GET', RULES)
  return (body.rules as { name: string }[]).map(({ name }) => name)
}

const given = {
  name: 'Processors busy',
  description: 'Backups take longer.',
  action: 'See what runs.',
  query: 'cpu_usage > 80',
  clear_threshold: 70,
  for_seconds: 300,
  keep_firing_seconds: 60,
  severity: 'critical',
  labels: { team: 'storage' },
}

t.test('a rule is written, read, replaced and removed', async (t) => {
  const made = await ask('POST', RULES, given)
  const { id } = made.body as { id: string }
  const by = made.body.created_by
  t.match(by, /^operator-/)
  const whole = {
    id,
    title: given.name,
    ...given,
    threshold_value: 80,
    source: 'system',
    enabled: true,
    builtin: false,
    faults: [],
    created_at: '2026-11-20T21:00:00.000Z',
    created_by: by,
    updated_at: '2026-11-20T21:00:00.000Z',
    updated_by: by,
  }
  t.strictSame([made.status, made.body], [201, whole])
  t.equal(made.headers.get('location'), `${RULES}/${id}`)
  t.strictSame((await ask('GET', `${RULES}/${id}`, undefined, tokens.viewer)).body, whole)
  t.strictSame(await names(), [arrayDegraded.alert, given.name])

  api.clock.advance(60)
  const changed = { name: 'Busy', condition: 'max(drive_temperature)', threshold_value: 60 }
  const replaced = await ask('PUT', `${RULES}/${id}`, changed, tokens.admin)
  t.match(replaced.body.updated_by, /^admin-/)
  const after = {
    ...whole,
    ...{ title: 'Busy', name: 'Busy', query: 'max(drive_temperature)', threshold_value: 60 },
    ...{ description: '', action: '', clear_threshold: null, for_seconds: 0 },
    ...{ keep_firing_seconds: 0, severity: 'warning', source: 'tape', labels: {} },
    updated_at: '2026-11-20T21:01:00.000Z',
    updated_by: replaced.body.updated_by,
  }
  t.strictSame([replaced.status, replaced.body], [200, after])

  t.strictSame((await ask('DELETE', `${RULES}/${id}`)).status, 204)
  t.match(await ask('GET', `${RULES}/${id}`), { status: 404, body: { code: 'rule_not_found' } })
  t.match(await ask('DELETE', `${RULES}/${id}`), { status: 404 })

  const { body: trail } = await ask('GET', `/api/v1/audit?subject=${id}`, undefined, tokens.admin)
  t.match(trail, {
    total: 3,
    entries: [
      { action: 'rule.delete', before: { name: 'Busy' }, after: null },
      { action: 'rule.update', before: { name: given.name }, after: { query: changed.condition } },
      { action: 'rule.create', actor: by, before: null, after: { threshold_value: 80 } },
    ],
  })
})

t.test('an alert that is posted is a rule', async (t) => {
  const query = { name: 'CPU', description: 'x', query: 'cpu_usage > 80', threshold_value: 80 }
  const { status, body } = await ask('POST', '/api/v1/monitoring/alerts', query)
  t.match({ status, body }, { status: 201, body: { ...query, builtin: false } })
  t.strictSame((await ask('GET', `${RULES}/${String(body.id)}`)).body, body)
  await ask('DELETE', `${RULES}/${String(body.id)}`)
})

t.test('every fault of every field is told at once, with its place', async (t) => {
  const bad = {
    name: ' x\u0007',
    description: 1,
    query: 'cpu_usge > 80 and\n drive_temperature >',
    clear_threshold: 'a',
    for_seconds: -1,
    severity: 'bad',
    labels: { 'a-b': 'x', ok: 1 },
    more: true,
  }
  for (const [method, path] of [
    ['POST', RULES],
    ['POST', '/api/v1/monitoring/alerts'],
    ['PUT', `${RULES}/${UNKNOWN}`],
    ['POST', `${RULES}/test`],
  ] as const) {
    const { status, errors } = await errorsOf(method, path, bad)
    t.equal(status, 400)
    t.strictSame(
      errors,
      [
        { path: '/body/more', message: 'is not known' },
        { path: '/body/description', message: 'must be string' },
        { path: '/body/clear_threshold', message: 'must be number' },
        { path: '/body/for_seconds', message: 'must be >= 0' },
        { path: '/body/severity', message: 'must be one of info, warning, critical' },
        { path: '/body/labels/ok', message: 'must be string' },
        { path: '/body/name', message: 'must not begin or end with blanks' },
        {
          path: '/body/query',
          message: 'line 1, column 1: there is no metric cpu_usge; is it cpu_usage or system_cpus?',
          at: { line: 1, column: 1, offset: 0, length: 8 },
        },
        {
          path: '/body/query',
          message: 'line 2, column 21: expected a number, a name or "(", found the end',
          at: { line: 2, column: 21, offset: 38, length: 1 },
        },
      ],
      `${method} ${path}`,
    )
  }
  const faults = async (body: object) => (await errorsOf('POST', RULES, body)).errors
  t.strictSame(await faults({}), [
    { path: '/body/name', message: 'is missing' },
    { path: '/body/query', message: 'is missing' },
  ])
  t.strictSame(await faults({ name: 'a', query: 1 }), [
    { path: '/body/query', message: 'must be string' },
  ])
  t.strictSame(await faults({ name: 'a', query: 'load1 > 1', condition: 'load1 > 2' }), [
    { path: '/body/condition', message: 'is another word for query: give one of them' },
  ])
  t.strictSame(await faults({ name: 'a\u0007b', condition: 'quux' }), [
    { path: '/body/name', message: 'must not hold control characters' },
    {
      path: '/body/condition',
      message: 'line 1, column 1: there is no metric quux',
      at: { line: 1, column: 1, offset: 0, length: 4 },
    },
  ])
  t.strictSame(
    await faults({ name: 'a', query: 'load1 > 1', threshold_value: 2, labels: { 'a b': 'c' } }),
    [
      {
        path: '/body/labels/a b',
        message: 'must be a name of letters, digits and _, as labels have',
      },
      { path: '/body/threshold_value', message: 'is not what the query compares with, 1' },
    ],
  )
  t.strictSame(await faults({ name: 'a', query: 'load1' }), [
    {
      path: '/body/threshold_value',
      message: 'is missing: the query is a number, and compares with none',
    },
  ])
  t.strictSame(await faults({ name: 'a', query: 'load1 > 1', clear_threshold: 2 }), [
    {
      path: '/body/clear_threshold',
      message: 'has to be 1 or less: the query is about what is above',
    },
  ])
  t.strictSame(await names(), [arrayDegraded.alert])
})

t.test('built-in rules are listed and not changed; names are taken once', async (t) => {
  t.match((await ask('GET', `${RULES}/${arrayDegraded.alert}`)).body, {
    id: arrayDegraded.alert,
    name: arrayDegraded.alert,
    title: arrayDegraded.name,
    builtin: true,
    query: null,
    action: arrayDegraded.action,
    created_at: null,
  })
  const rule = { name: 'Own', query: 'load1 > 1' }
  const conflicts: [string, string, object | undefined, string, unknown[]][] = [
    ['PUT', `${RULES}/${arrayDegraded.alert}`, rule, 'rule_built_in', []],
    ['DELETE', `${RULES}/${arrayDegraded.alert}`, undefined, 'rule_built_in', []],
    [
      ...(['POST', RULES, { ...rule, name: arrayDegraded.alert.toLowerCase() }] as const),
      'rule_name_taken',
      [
        {
          path: '/body/name',
          message: `rule ${arrayDegraded.alert.toLowerCase()}: another rule has this name`,
        },
      ],
    ],
  ]
  for (const [method, path, body, code, errors] of conflicts) {
    const answer = await ask(method, path, body)
    t.strictSame([answer.status, answer.body.code, answer.body.errors], [409, code, errors])
  }
})

t.test('without a database nothing is changed', async (t) => {
  api.db.failure = new DatabaseUnavailableError('gone')
  api.db.of = /^begin$/
  t.teardown(() => {
    api.db.failure = null
    api.db.of = /^/
  })
  const { status } = await ask('POST', RULES, { name: 'Own', query: 'load1 > 1' })
  t.equal(status, 503)
  t.strictSame(await names(), [arrayDegraded.alert])
})
