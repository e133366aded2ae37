import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts'

const recordings = fileURLToPath(new URL('../../fixtures/recordings', import.meta.url))
const CHROMIUM = '/usr/bin/chromium'

/** A page of Debian's Chromium; everything the page complains about ends up in `complaints`. */
async function openPage(t: Test, complaints: string[]): Promise<Page> {
  const profile = await mkdtemp(join(tmpdir(), 'storwarden-chromium-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
  t.teardown(async () => {
    await context.close()
    await rm(profile, { recursive: true, force: true })
  })
  const page = await context.newPage()
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  return page
}

async function logIn(page: Page, { url, stateDir }: TestDaemon): Promise<void> {
  const password = await readFile(join(stateDir, 'initial-admin-password'), 'utf8')
  await page.goto(url)
  await page.fill('[name=username]', 'admin')
  await page.fill('[name=password]', password.trim())
  await page.click('#login button')
  await page.waitForSelector('#console:not([hidden])')
}

t.test('the page shows the appliance, and takes an acknowledgement', async (t) => {
  if (!existsSync(CHROMIUM) && process.env.CI === undefined) {
    t.comment('chromium is not installed here; CI has it')
    return
  }
  const daemon = await startTestDaemon(t, {
    arguments: ['--replay', join(recordings, '06-scst-degraded')],
  })
  const complaints: string[] = []
  const page = await openPage(t, complaints)
  await logIn(page, daemon)

  const alert = page.locator('#alerts tr', { hasText: 'SCST target disabled' })
  await alert.waitFor()
  t.match(await alert.innerText(), /critical[^]*iqn\.2026-01\.org\.example:vtl1/)
  await alert.getByRole('button', { name: /^Acknowledge/ }).click()
  await alert.getByText('acknowledged by admin').waitFor()

  const library = page.locator('#libraries .card', { hasText: 'STK L700 (XYZZY_A)' })
  t.match(await library.innerText(), /virtual: online[^]*Slots: 25 of 39 occupied/)
  t.equal(await library.locator('li').count(), 4 + 39 + 4)

  const drive = page.locator('#drives tr', { hasText: 'serial DEC3005001' })
  t.match(
    await drive.innerText(),
    /serial DEC3005001 = \/dev\/sg22 = st8 = LUN 1 of target iqn\.2026-01\.org\.example:vtl1/,
  )

  const target = page.locator('#targets .card', { hasText: 'iqn.2026-01.org.example:vtl1' })
  t.match(await target.innerText(), /disabled[^]*13:1:0:0[^]*No session/)
  t.match(await page.locator('#numbers').innerText(), /Targets enabled\s*1 of 3/)
  t.equal(await page.locator('#connection').innerText(), 'live')

  // The first question, who is logged in, is answered with 401 before the login.
  t.strictSame(
    complaints.filter((complaint) => !complaint.includes('401')),
    [],
  )

  await daemon.end('SIGTERM')
  await page.getByText('disconnected, trying again').waitFor()
})
