import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { alertToJson, runbookUrl, type Alert } from '../../src/alerts/alert.ts'
import { renderRunbook } from '../../src/api/runbook-page.ts'
import { packageRoot } from '../../src/package.ts'
import { builtInRules } from '../../src/rules/index.ts'
import { ALERT, storeSamples } from '../support/api-samples.ts'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'

const database = await openTestDatabase(t)
const api = await startTestApi(database, await makeStateDirectory(t))
t.teardown(() => api.stop())
await storeSamples(database, api.clock.now)

t.test('every page answers as HTML without a script, to anybody', async (t) => {
  for (const { alert, name } of builtInRules()) {
    const { status, body, headers } = await api.ask('GET', `/runbooks/${alert}`)
    const page = String(body)
    t.equal(status, 200, alert)
    t.equal(headers.get('content-type'), 'text/html; charset=utf-8')
    t.match(headers.get('content-security-policy'), "default-src 'self'")
    t.ok(page.includes(`<h1>${alert}: ${name}</h1>`), alert)
    t.notMatch(page, /<script| style=|href="(?!\/(?:runbooks|icon\.svg|style\.css|"))|\.md"/, alert)
  }
})

t.test('the links of a page lead to pages that are there', async (t) => {
  const { body } = await api.ask('GET', '/runbooks')
  const links = [...String(body).matchAll(/href="(\/runbooks\/[^"]*)"/g)].map(
    ([, link = '']) => link,
  )
  t.equal(links.length, builtInRules().length)
  for (const link of new Set(links)) {
    const { status, body } = await api.ask('GET', link)
    t.equal(status, 200, link)
    for (const [, other = ''] of String(body).matchAll(/href="(\/runbooks\/[^"]*)"/g)) {
      t.ok(links.includes(other), `${link} links to ${other}`)
    }
  }
})

t.test('whoever asks for Markdown gets the file as it is', async (t) => {
  const file = readFileSync(join(packageRoot, 'docs', 'runbooks', 'ArrayDegraded.md'), 'utf8')
  const ask = (accept: string) =>
    api.ask('GET', '/runbooks/ArrayDegraded', { headers: { Accept: accept } })
  t.match(await ask('text/markdown'), { status: 200, body: file })
  t.equal((await ask('text/markdown')).headers.get('content-type'), 'text/markdown; charset=utf-8')
  t.equal((await ask('text/markdown')).headers.get('vary'), 'Accept')
  for (const accept of ['*/*', 'text/html,text/markdown;q=0.5', 'text/plain']) {
    t.match((await ask(accept)).headers.get('content-type'), 'text/html', accept)
  }
})

t.test('there is nothing else to be had there', async (t) => {
  t.match(await api.ask('GET', '/runbooks/NoSuchRule'), {
    status: 404,
    body: { code: 'runbook_not_found' },
  })
  for (const name of ['..%2F..%2Fpackage', 'ArrayDegraded.md', 'a%00b', 'A'.repeat(101)]) {
    const { status } = await api.ask('GET', `/runbooks/${name}`)
    t.equal(status, 400, name)
  }
  t.equal((await api.ask('GET', '/runbooks/../package.json')).status, 404)
  t.equal((await api.ask('POST', '/runbooks')).status, 405)
})

t.test('an alert of a built-in rule names its page, one of a rule of a user none', async (t) => {
  const token = await api.session('viewer')
  t.match((await api.ask('GET', `/api/v1/monitoring/alerts/${ALERT}`, { token })).body, {
    runbook_url: '/runbooks/StorageCapacityCritical',
    action: 'Make room.',
  })
  t.equal(runbookUrl({ rule: 'cpu is high' }), null)
  t.equal(runbookUrl({ rule: 'README' }), null)
  t.equal(alertToJson({ ...sample, rule: 'mine' }).runbook_url, null)
})

t.test('what a page links besides other pages is text', (t) => {
  const page = renderRunbook(
    '# A & <b>: it\n\n[one](ArrayDegraded.md) [list](README.md) [`x`](../a.md)\n',
  )
  t.match(page, '<title>A &amp; &lt;b>: it</title>')
  t.match(
    page,
    '<a href="/runbooks/ArrayDegraded">one</a> <a href="/runbooks">list</a> <code>x</code>',
  )
  t.end()
})

const at = new Date('2026-11-20T21:00:00Z')
const sample: Alert = {
  ...{ id: 'a', fingerprint: 'a', rule: 'ArrayDegraded', title: 'x', severity: 'info' },
  ...{ source: 'system', resource: 'x', labels: {}, message: 'x', description: 'x', action: 'x' },
  ...{ partOf: {}, evidence: {}, state: 'firing', count: 1, startedAt: at, firedAt: at },
  ...{ lastSeenAt: at, resolvedAt: null, resolvedBy: null, resolution: null },
  ...{ resolveComment: null, acknowledgedAt: null, acknowledgedBy: null },
  ...{ acknowledgeComment: null, acknowledgeExpiresAt: null, acknowledgementLapsedAt: null },
  ...{ goneSince: null, flapping: false, inhibitedBy: null, silencedBy: [] },
}
