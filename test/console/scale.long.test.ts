import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { firstAdmin, logIn, startBrowser, withoutBrowser } from '../support/browser.ts'
import { growLibraries } from '../support/console-many.ts'
import { startTestDaemon, until } from '../support/daemon.ts'

const recordings = fileURLToPath(new URL('../../fixtures/recordings', import.meta.url))
const RULES = 5
const SLOTS = 5000

t.test('more than a thousand alerts', { skip: withoutBrowser }, async (t) => {
  const daemon = await startTestDaemon(t, {
    arguments: ['--replay', join(recordings, '12-large-scst')],
  })
  // Every device of the recording, by several rules.
  for (let index = 0; index < RULES; index += 1) {
    await daemon.post('/api/v1/monitoring/rules', {
      name: `Many${index}`,
      query: 'storwarden_scst_device_exports >= 0',
      severity: index === 0 ? 'critical' : 'info',
    })
  }
  const { total } = await until(
    () => daemon.get<{ total: number }>('/api/v1/monitoring/alerts?state=firing&limit=1'),
    (answer) => answer.total > 1000,
  )

  const browser = await startBrowser(t)
  const { page, complaints } = await browser.open()
  await logIn(page, daemon.url, await firstAdmin(daemon))
  await page.getByRole('navigation').getByRole('link', { name: 'Alerts' }).click()
  await page.getByText(String(total), { exact: true }).first().waitFor()
  const rows = page.locator('tbody tr:not(.gap)')
  await rows.first().waitFor()
  t.ok((await rows.count()) < 100, 'only those are drawn that are seen')

  const table = page.getByRole('region', { name: 'Alerts' })
  await table.focus()
  for (let line = 0; line < 60; line += 1) await page.keyboard.press('ArrowDown')
  t.equal(await page.locator('tr.current').getAttribute('aria-rowindex'), '61')
  await page.keyboard.press('x')
  await page.keyboard.press('a')
  await page.getByRole('dialog').getByLabel('Comment').fill('known')
  await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click()
  await page.getByRole('status').getByText('Acknowledged').waitFor()
  t.match(
    await daemon.get('/api/v1/monitoring/alerts?state=firing&acknowledged=true'),
    { total: 1 },
    'the one that was chosen with the keyboard alone',
  )

  const badge = page.getByRole('navigation').locator('.count')
  await daemon.delete(`/api/v1/monitoring/rules/${await idOf('Many1')}`)
  const left = await until(
    async () => Number(await badge.innerText()),
    (count) => count < total - 150,
  )
  t.ok(left > 0, 'what ends is gone at once')
  t.strictSame(complaints, [])

  async function idOf(name: string): Promise<string> {
    const { rules } = await daemon.get<{ rules: { id: string; name: string }[] }>(
      '/api/v1/monitoring/rules',
    )
    return rules.find((rule) => rule.name === name)?.id ?? ''
  }
})

t.test('a library of five thousand slots', { skip: withoutBrowser }, async (t) => {
  const daemon = await startTestDaemon(t, {
    arguments: ['--replay', join(recordings, '11-big-library')],
  })
  const browser = await startBrowser(t)
  const { page, complaints } = await browser.open()
  await growLibraries(page, SLOTS)
  await logIn(page, daemon.url, await firstAdmin(daemon))
  await page.getByRole('navigation').getByRole('link', { name: 'Libraries' }).click()
  await page.locator('tbody a').first().click()
  await page.getByText(/5,000/).first().waitFor()
  const nodes = await page.evaluate<number>('document.querySelectorAll("*").length')
  t.ok(nodes < 4000, `${nodes} nodes`)

  await page.getByRole('searchbox').first().fill('BIG04321')
  await page.getByText('BIG04321').first().waitFor()
  t.strictSame(complaints, [])
})
