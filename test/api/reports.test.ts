import { randomUUID } from 'node:crypto'
import t from 'tap'
import { enqueue } from '../../src/notify/outbox.ts'
import { reportMarkdown } from '../../src/reports/markdown.ts'
import { weeklyReport } from '../../src/reports/weekly.ts'
import { TaskEngine } from '../../src/tasks/engine.ts'
import { weeklyReportKind } from '../../src/tasks/kinds/weekly-report.ts'
import { startTestApi } from '../support/api.ts'
import { badWeek } from '../support/bad-week.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'

const WEEKLY = '/api/v1/monitoring/reports/weekly'
const database = await openTestDatabase(t)
const asked: unknown[] = []
let takers = ['email']
const tasks = new TaskEngine({
  ...{ database, owner: 'test', now: () => new Date('2026-11-20T21:00:00Z'), newId: randomUUID },
  kinds: [weeklyReportKind(async () => ({ channels: ['email'], headline: 'well' }), randomUUID)],
  onEvents: () => undefined,
  onError: (error) => {
    throw error
  },
})
const api = await startTestApi(database, await makeStateDirectory(t), {
  tasks,
  reports: {
    async write(wanted) {
      asked.push(wanted)
      return weeklyReport(badWeek(), wanted)
    },
    takers: () => takers,
    weekKey: () => 'weekly report 2026-W47',
  },
})
t.teardown(() => api.stop())
const operator = await api.session('operator')

t.test('the report is Markdown, or JSON with the Markdown in it', async (t) => {
  const report = weeklyReport(badWeek(), { named: false })
  const markdown = reportMarkdown(report)
  const response = await fetch(api.url + WEEKLY, {
    headers: { authorization: `Bearer ${operator}` },
  })
  t.equal(response.headers.get('content-type'), 'text/markdown; charset=utf-8')
  t.equal(await response.text(), markdown)
  const { status, body } = await api.ask('GET', `${WEEKLY}?format=json&days=3`, { token: operator })
  t.strictSame({ status, body }, { status: 200, body: { ...report, markdown } })
  t.strictSame(asked.splice(0), [
    { days: 7, named: false },
    { days: 3, named: false },
  ])
})

t.test('an admin is told whose secrets are old; a viewer is told nothing', async (t) => {
  const { body } = await api.ask('GET', `${WEEKLY}?format=json`, {
    token: await api.session('admin'),
  })
  t.match((body as { markdown: string }).markdown, 'API token grafana of ada')
  const viewer = await api.session('viewer')
  t.match(await api.ask('GET', WEEKLY, { token: viewer }), { status: 403 })
  t.match(await api.ask('POST', `${WEEKLY}/send`, { token: viewer, body: {} }), { status: 403 })
})

t.test('it is of a day at least, and of a month at most', async (t) => {
  for (const days of ['0', '32', '1.5', 'x']) {
    t.match(await api.ask('GET', `${WEEKLY}?days=${days}`, { token: operator }), {
      status: 400,
      body: { code: 'invalid_request', errors: [{ path: '/query/days' }] },
    })
  }
})

t.test('it is sent by a task, which is in the audit trail', async (t) => {
  const body = { days: 3, channels: ['email'] }
  const made = await api.ask('POST', `${WEEKLY}/send`, { token: operator, body })
  t.match(made, {
    status: 201,
    body: { kind: 'weekly_report', params: body, state: 'pending', idempotency_key: null },
  })
  const { id } = made.body as { id: string }
  t.equal(made.headers.get('location'), `/api/v1/tasks/${id}`)
  t.match(await database.query('select action, subject, actor from audit'), [
    { action: 'task.create', subject: id, actor: /^operator-/ },
  ])
})

t.test('once is once a week', async (t) => {
  const ask = () => api.ask('POST', `${WEEKLY}/send`, { token: operator, body: { once: true } })
  const first = await ask()
  t.match(first, { status: 201, body: { idempotency_key: 'weekly report 2026-W47' } })
  const second = await ask()
  t.equal(second.status, 200)
  t.equal((second.body as { id: string }).id, (first.body as { id: string }).id)
  const together = await Promise.all([ask(), ask(), ask()])
  t.strictSame(
    together.map(({ status }) => status),
    [200, 200, 200],
  )
})

t.test('where nobody takes it, it cannot be sent', async (t) => {
  const ask = (body: object) => api.ask('POST', `${WEEKLY}/send`, { token: operator, body })
  t.match(await ask({ channels: ['pager'] }), {
    status: 409,
    body: {
      code: 'task_not_possible',
      detail: 'the channel pager is not set up, or takes no reports',
    },
  })
  takers = []
  t.match(await ask({}), {
    status: 409,
    body: { code: 'task_not_possible', detail: 'no channel is set up that takes reports' },
  })
  takers = ['email']
})

t.test('of a report that was sent others than admins see no sections', async (t) => {
  const id = randomUUID()
  const content = { kind: 'report', ...weeklyReport(badWeek(), { named: true }) } as const
  await enqueue(database, [{ channel: 'email', id, at: new Date(), content }])
  const path = `/api/v1/monitoring/notifications/${id}`
  const seen = async (role: 'viewer' | 'operator' | 'admin') => {
    const { body } = await api.ask('GET', path, { token: await api.session(role) })
    return body as { summary: string; content: { sections: unknown[] } }
  }
  for (const role of ['viewer', 'operator'] as const) {
    const { summary, content: shown } = await seen(role)
    t.equal(summary, 'Report: 1 critical, 1 warning fire')
    t.strictSame(shown.sections, [])
  }
  t.strictSame((await seen('admin')).content, content)
})
