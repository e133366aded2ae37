import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { marked } from 'marked'
import t from 'tap'
import { htmlText } from '../../src/notify/html.ts'
import { plainText } from '../../src/notify/plain-text.ts'
import { wordsOf } from '../../src/notify/words.ts'
import { packageRoot } from '../../src/package.ts'
import type { WeeklyFacts } from '../../src/reports/facts.ts'
import { reportMarkdown } from '../../src/reports/markdown.ts'
import { weeklyReport } from '../../src/reports/weekly.ts'
import { badWeek } from '../support/bad-week.ts'
import { alertAt } from '../support/notices.ts'
import { appliance } from '../support/news.ts'
import { goodWeek, newInstallation, read, unreadWeek } from '../support/weekly-facts.ts'

const expected = (name: string) =>
  readFileSync(join(packageRoot, 'fixtures', 'reports', `${name}.md`), 'utf8')
const written = (facts: WeeklyFacts, named = true) => reportMarkdown(weeklyReport(facts, { named }))

t.test('a week in which all went well is told in few words', (t) => {
  t.equal(written(goodWeek()), expected('good-week'))
  t.end()
})

t.test('a week in which much went wrong is told with what is worst first', (t) => {
  t.equal(written(badWeek()), expected('bad-week'))
  t.end()
})

t.test('of a new installation it is said that nothing is known of most of the week', (t) => {
  t.equal(written(newInstallation()), expected('new-installation'))
  t.end()
})

t.test('what could not be read is named, and nothing counts as well', (t) => {
  const report = weeklyReport(unreadWeek(), { named: true })
  t.equal(reportMarkdown(report), expected('unread-week'))
  t.strictSame(
    report.sections.filter(({ severity }) => severity === null),
    [],
  )
  t.end()
})

t.test('one part that could not be read does not stop the others', (t) => {
  const facts = {
    ...badWeek(),
    loads: { state: 'failed', error: 'no answer within 20 s' } as const,
  }
  const titles = (of: WeeklyFacts) =>
    weeklyReport(of, { named: true }).sections.map(({ title }) => title)
  t.strictSame(titles(facts), titles(badWeek()))
  t.match(written(facts), /\nLoads of cartridges could not be read: no answer within 20 s\.\n/)
  t.end()
})

t.test('alerts that only inform leave the appliance well', (t) => {
  const { alerts, ...others } = goodWeek()
  const firing = [alertAt('slot', { severity: 'info' })]
  const firingCounts = { critical: 0, warning: 0, info: 1 }
  const value = alerts.state === 'read' ? { ...alerts.value, firing, firingCounts } : null
  const report = weeklyReport(
    { ...others, alerts: value === null ? alerts : read(value) },
    { named: true },
  )
  t.equal(report.verdict, 'vault is well: only 1 informational alert.')
  t.equal(report.headline, 'well, only 1 informational alert')
  t.end()
})

t.test('who may not know of users is told how many secrets there are to replace', (t) => {
  t.match(written(badWeek()), 'API token grafana of ada')
  const told = written(badWeek(), false)
  t.match(told, /\n1 API token or password to replace or revoke\.\n/)
  t.notMatch(told, 'grafana')
  t.end()
})

t.test('what devices say is shown as they say it, and is nothing else', (t) => {
  const evil = '<script>alert(1)</script>[x](http://evil.example)\u202e\u001b[31m|`\n# heading'
  const facts = badWeek()
  const alert = alertAt(evil, { title: evil, message: evil, action: evil, severity: 'critical' })
  const { alerts, availability } = facts
  if (alerts.state !== 'read' || availability.state !== 'read') throw new Error('was read')
  const report = weeklyReport(
    {
      ...facts,
      host: evil,
      alerts: read({ ...alerts.value, firing: [alert] }),
      availability: read(availability.value.map((one) => ({ ...one, name: evil }))),
      drives: { state: 'failed', error: evil },
    },
    { named: true },
  )
  const UNSEEN = /[\u0000-\u0009\u000b-\u001f\u202e]/
  const markdown = reportMarkdown(report)
  t.notMatch(markdown, UNSEEN)
  t.notMatch(markdown, /^# heading/m)
  const page = marked.parse(markdown, { async: false })
  t.notMatch(page, /<script|<a /)
  const words = wordsOf({ kind: 'report', ...report }, appliance)
  t.notMatch(htmlText(words), /<script|evil\.example"/)
  t.notMatch(plainText(words) + words.subject, UNSEEN)
  t.match(htmlText(words), '&#60;script&#62;alert(1)')
  t.end()
})

t.test('as text each row is a line, with the titles of its columns', (t) => {
  const words = wordsOf({ kind: 'report', ...weeklyReport(badWeek(), { named: true }) }, appliance)
  t.equal(words.subject, '[REPORT] vault: 1 critical, 1 warning fire')
  const text = plainText(words)
  t.match(
    text,
    '\n- filesystem /srv/repo; Used: 7.3 TiB of 8.2 TiB; A day: 82.8 GiB; Full about: 2026-12-13; ' +
      'Between: 2026-12-08 and 2026-12-22\n',
  )
  t.match(text, /^vault is not well: .*\nFrom 2026-11-16 06:00 to 2026-11-23 06:00; /)
  t.end()
})
