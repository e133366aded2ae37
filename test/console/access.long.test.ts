import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { firstAdmin, logIn, startBrowser, withoutBrowser } from '../support/browser.ts'
import { startTestDaemon } from '../support/daemon.ts'

if (withoutBrowser !== false) {
  t.plan(0, withoutBrowser)
  process.exit()
}

const recordings = fileURLToPath(new URL('../../fixtures/recordings', import.meta.url))
const daemon = await startTestDaemon(t, {
  arguments: ['--replay', join(recordings, '06-scst-degraded')],
})
const browser = await startBrowser(t)
const { page, complaints } = await browser.open()
await logIn(page, daemon.url, await firstAdmin(daemon))
const goTo = (place: string) => page.goto(`${daemon.url}/#/${place}`)
const dialog = page.getByRole('dialog')

t.test('a rule is tried before it is saved, and its faults are shown at their place', async (t) => {
  await goTo('rules/new')
  await page.getByLabel('Name', { exact: true }).fill('Repository busy')
  await page.getByLabel('Query').fill('cpu_usge > 80 and foo(1)')
  await page.getByRole('button', { name: 'Test', exact: true }).click()
  await page.locator('mark').first().waitFor()
  t.strictSame(await page.locator('mark').allInnerTexts(), ['cpu_usge', 'foo'])

  await page.getByLabel('Query').fill('filesystem_used_ratio > 60%')
  await page.getByRole('button', { name: 'Test', exact: true }).click()
  await page.getByText('The condition holds at 2 places.').waitFor()
  t.equal(await page.locator('mark').count(), 0)

  const before = complaints.length
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { level: 1, name: 'Repository busy' }).waitFor()
  t.match(await page.locator('main').innerText(), /filesystem_used_ratio > 60%/)
  t.strictSame(complaints.slice(before), [])
})

t.test('a maintenance window by a schedule is planned, and ended', async (t) => {
  await goTo('silences')
  await page.getByRole('button', { name: 'New silence' }).click()
  await dialog.getByLabel('What', { exact: true }).selectOption('maintenance')
  await dialog.getByLabel('When').selectOption('schedule')
  await dialog.getByLabel('Begins (cron)').fill('30 22 * * mon-fri')
  await dialog.getByText('every Monday to Friday at 22:30').waitFor()
  await dialog.getByLabel('Why').fill('nightly jobs')
  await dialog.getByRole('button', { name: 'Silence', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  const { silences } = await daemon.get<{ silences: { id: string }[] }>(
    '/api/v1/monitoring/silences',
  )
  t.equal(silences.length, 1)

  await goTo(`silences/${silences[0]?.id ?? ''}`)
  await page.getByRole('button', { name: 'End it' }).click()
  await dialog.getByRole('button', { name: 'End it' }).click()
  await page.getByText('Over', { exact: true }).waitFor()
})

t.test('a token is shown once, opens what it should, and is revoked', async (t) => {
  await goTo('account')
  await page.getByRole('button', { name: 'New token' }).click()
  await dialog.getByLabel('Name').fill('prometheus')
  await dialog.getByRole('button', { name: 'Make the token' }).click()
  const token = await dialog.getByLabel('To copy').inputValue()
  const asked = await fetch(`${daemon.url}/api/v1/auth/me`, {
    headers: { authorization: `Bearer ${token}` },
  })
  t.match(await asked.json(), { username: 'admin', role: 'viewer' })

  await dialog.getByRole('button', { name: 'I have it' }).click()
  t.notMatch(await page.content(), token)
  await page.getByRole('button', { name: 'Revoke' }).click()
  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('There is no API token').waitFor()
})

t.test('what was done stands in the audit trail, as what was and what is', async (t) => {
  await goTo('audit?action=token.create')
  const row = page.locator('tbody tr', { hasText: 'API token made' })
  t.match(await row.innerText(), /name\s+prometheus[^]*role\s+viewer/)
})
