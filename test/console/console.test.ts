import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { firstAdmin, logIn, startBrowser, withoutBrowser } from '../support/browser.ts'
import { startTestDaemon } from '../support/daemon.ts'

const recordings = fileURLToPath(new URL('../../fixtures/recordings', import.meta.url))
const replay = ['--replay', join(recordings, '06-scst-degraded')]

t.test(
  'who logs in sees what is wrong, and acknowledges it',
  { skip: withoutBrowser },
  async (t) => {
    const daemon = await startTestDaemon(t, { arguments: replay })
    const browser = await startBrowser(t)
    const { page, complaints } = await browser.open()
    await logIn(page, daemon.url, await firstAdmin(daemon))

    const wrong = page.locator('.verdict li', { hasText: 'SCST target disabled' })
    t.match(await wrong.innerText(), /Critical[^]*iqn\.2026-01\.org\.example:vtl1/)
    t.match(await page.locator('.parts').innerText(), /Targets enabled\s*1 of 3/)

    await wrong.getByRole('link', { name: 'SCST target disabled' }).click()
    await page.getByRole('button', { name: 'Acknowledge' }).click()
    await page.getByLabel('Comment').fill('switched off for the move')
    await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click()
    await page.getByText('acknowledged by admin', { exact: true }).waitFor()
    t.match(await page.locator('main').innerText(), /switched off for the move/)
    t.match(page.url(), /#\/alerts\/[0-9a-f-]{36}$/, 'the address leads there again')

    t.strictSame(complaints, [])
  },
)

t.test('the page lives through a restart of the daemon', { skip: withoutBrowser }, async (t) => {
  const daemon = await startTestDaemon(t, { arguments: replay })
  const browser = await startBrowser(t)
  const { page } = await browser.open()
  await logIn(page, daemon.url, await firstAdmin(daemon))
  await page.getByText('Live', { exact: true }).waitFor()
  await page.locator('.verdict', { hasText: 'SCST target disabled' }).waitFor()

  await daemon.end('SIGTERM')
  await page.getByText(/No connection for/).waitFor()
  t.match(await page.locator('.verdict').innerText(), /SCST target disabled/, 'it stays readable')
  await page.evaluate('location.hash = "#/silences"')
  await page.getByText('This could not be read').waitFor()

  const { host } = new URL(daemon.url)
  const { stateDir } = daemon
  await startTestDaemon(t, { arguments: [...replay, '--listen', host], stateDir })
  await page.getByText('Live', { exact: true }).waitFor()
  t.equal(await page.getByText(/No connection for/).count(), 0)
  // What could not be read meanwhile is asked for again without being told to.
  await page.getByText('Nothing is silenced now').waitFor()
})
