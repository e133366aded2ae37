import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { firstAdmin, logIn, startBrowser, withoutBrowser } from '../support/browser.ts'
import { startTestDaemon } from '../support/daemon.ts'

const recordings = fileURLToPath(new URL('../../fixtures/recordings', import.meta.url))

if (withoutBrowser !== false) {
  t.plan(0, withoutBrowser)
  process.exit()
}

const daemon = await startTestDaemon(t, {
  arguments: ['--replay', join(recordings, '06-scst-degraded')],
})
const browser = await startBrowser(t)
const { page, complaints } = await browser.open()
await logIn(page, daemon.url, await firstAdmin(daemon))

t.test('who starts a task sees first what it would do, and then what it does', async (t) => {
  await page.goto(`${daemon.url}/#/tasks`)
  await page.getByRole('button', { name: 'Start a task' }).click()
  await page.getByLabel('What it is to do').selectOption('monitoring_data_retention')
  await page.getByLabel('Only these').fill('events')
  await page.getByRole('button', { name: 'Show what it would do' }).click()
  t.match(await page.locator('.task-plan').innerText(), /forget events that are older than 30 days/)

  await page.getByRole('button', { name: 'Start it' }).click()
  await page.locator('.verdict', { hasText: 'Completed' }).waitFor()
  t.match(page.url(), /#\/tasks\/[0-9a-f-]{36}$/)
  t.match(await page.locator('.task-log').innerText(), /asked for by admin[^]*completed/)
})

t.test('a task is asked for again and again, until that is switched off', async (t) => {
  await page.goto(`${daemon.url}/#/tasks`)
  await page.getByRole('button', { name: 'Start a task' }).click()
  await page.getByLabel('What it is to do').selectOption('database_maintenance')
  await page.getByLabel('When').selectOption('again')
  await page.getByLabel('Name of the schedule').fill('Sunday upkeep')
  await page.getByLabel('Cron expression').fill('0 3 * * sun')
  await page.getByText('every Sunday at 03:00', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Show what it would do' }).click()
  await page.getByRole('button', { name: 'Start it' }).click()

  const row = page.locator('tbody tr', { hasText: 'Sunday upkeep' })
  t.match(await row.innerText(), /Maintain the database\s+On\s+every Sunday at 03:00/)
  await row.getByRole('button', { name: 'Switch off' }).click()
  await row.getByText('Off', { exact: true }).waitFor()
  t.match(await daemon.get('/api/v1/tasks/schedules'), {
    schedules: [{ name: 'Sunday upkeep', cron: '0 3 * * sun', enabled: false, owner: 'admin' }],
  })
  await row.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByText('Nothing is asked for again and again').waitFor()
})

t.test('what happens appears on top of the events', async () => {
  await page.goto(`${daemon.url}/#/events?source=tasks`)
  await page.getByRole('link', { name: /monitoring_data_retention was completed/ }).waitFor()
  await daemon.post('/api/v1/tasks', { kind: 'database_maintenance' })
  await page
    .locator('tbody tr')
    .first()
    .getByText('the task database_maintenance was completed')
    .waitFor()
})

t.test('an incident shows what came before it', async (t) => {
  await page.goto(`${daemon.url}/#/incidents`)
  await page.getByRole('button', { name: 'Open an incident' }).click()
  await page.getByLabel('What happens').fill('No backup runs')
  await page.getByRole('button', { name: 'Open it' }).click()
  await page.getByRole('heading', { level: 1, name: 'No backup runs' }).waitFor()
  const before = page.locator('.timeline li', { hasText: 'before' })
  await before.filter({ hasText: 'SCST target disabled' }).first().waitFor()
  const lines = await page.locator('.timeline > li').allInnerTexts()
  const began = lines.findIndex((line) => line.startsWith('The incident began'))
  t.ok(began > 0 && lines.slice(0, began).some((line) => line.includes('SCST target disabled')))
  t.match(lines[began + 1], /admin: opened/)
})

t.test('a difference says what it would take to restore it', async (t) => {
  await page.goto(`${daemon.url}/#/consistency`)
  await page.getByRole('button', { name: 'Compare now' }).click()
  await page.getByRole('link', { name: /^enabled of the target .*:vtl1/ }).click()
  const panel = page.locator('.panel', { hasText: 'What it would take to restore it' })
  await panel.getByText(/Writes “1” into .*vtl1\/enabled/).waitFor()
  t.strictSame(complaints, [])
})
