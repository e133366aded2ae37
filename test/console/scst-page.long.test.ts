import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import t from 'tap'
import { manyScst, showMany } from '../support/console-many.ts'
import {
  firstAdmin,
  logIn,
  startBrowser,
  withoutBrowser,
  type TestBrowser,
} from '../support/browser.ts'
import { startTestDaemon } from '../support/daemon.ts'

const recordings = fileURLToPath(new URL('../../fixtures/recordings', import.meta.url))
const PASSWORD = 'correct horse battery staple'

if (withoutBrowser !== false) {
  t.plan(0, withoutBrowser)
  process.exit()
}

const daemon = await startTestDaemon(t, {
  arguments: ['--replay', join(recordings, '06-scst-degraded')],
})
const browser = await startBrowser(t)
const admin = await firstAdmin(daemon)
await daemon.post('/api/v1/monitoring/consistency/check', { checks: ['scst'] })

async function at(place: string, from: TestBrowser = browser, who = admin) {
  const { page, complaints } = await from.open()
  await logIn(page, daemon.url, who)
  await page.goto(`${daemon.url}/#/${place}`)
  return { page, complaints }
}

/** The line that the keyboard is at. */
const current = (page: Page) =>
  page.getByRole('treeitem', { selected: true }).innerText().then(inOneLine)

const inOneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim()

t.test('the tree is gone through by keyboard, down to the page of a device', async (t) => {
  const { page, complaints } = await at('scst')
  await page.getByRole('tree').focus()
  t.match(await current(page), /^iscsi iqn\.2026-01\.org\.example:disk1 enabled/)
  for (const key of ['ArrowDown', 'ArrowDown']) await page.keyboard.press(key)
  t.match(await current(page), /^LUN 0 esx_ds0 backing file gone .* Critical$/)
  for (const key of ['ArrowLeft', 'ArrowLeft']) await page.keyboard.press(key)
  t.match(await current(page), /^Group esx_hosts/)
  t.equal(await page.getByRole('treeitem', { name: 'esx_ds0' }).count(), 0, 'it is closed')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'esx_ds0' }).waitFor()
  t.match(await page.locator('main').innerText(), /Backing file of an SCST device missing/)
  t.strictSame(complaints, [])
})

t.test('a search leaves what it finds, and stands in the address', async (t) => {
  const { page } = await at('scst')
  await page.getByRole('searchbox').fill('lun_thin')
  await page.getByText('3 lines').waitFor()
  t.match(page.url(), /q=lun_thin/)
  t.match(await page.getByRole('tree').innerText(), /LUN 5\s+lv_thin/)
})

t.test('what is chosen in the map is said in words', async (t) => {
  const { page } = await at('scst/map')
  await page.getByRole('button', { name: /^null0/ }).press('Enter')
  await page.getByRole('heading', { name: 'Chosen: null0' }).waitFor()
  t.match(
    inOneLine(await page.locator('.ways').innerText()),
    /iqn\.1998-01\.com\.vmware:esx01 LUN 7 not connected through esx_hosts/,
  )
})

t.test('the difference to the file is shown, and a plan before it is carried out', async (t) => {
  const { page } = await at('scst/configuration')
  await page.locator('.diff').waitFor()
  const lines = await page.locator('.diff li').allInnerTexts()
  t.strictSame(lines.map(inOneLine), [
    'TARGET_DRIVER iscsi',
    'TARGET iqn.2026-01.org.example:disk1',
    '- LUN 3 thin_lun in the file, not running',
    '+ LUN 9 null0 running, not in the file',
    'GROUP esx_hosts',
    '+ INITIATOR iqn.2001-05.com.example:rogue running, not in the file',
    'TARGET iqn.2026-01.org.example:vtl1',
    '- enabled 1 in the file',
    '+ enabled 0 running',
  ])
  t.equal(await page.getByRole('button', { name: 'Restore the configuration' }).count(), 0)
  await page.getByRole('button', { name: 'Plan: restore what the file says' }).click()
  await page.locator('.plan-steps').waitFor()
  t.equal(await page.locator('.plan-steps li').count(), 4)
  await page.getByRole('button', { name: 'Restore the configuration' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Initiators may lose what they may be using').check()
  await dialog.getByRole('button', { name: 'Restore the configuration' }).click()
  t.equal(
    inOneLine(await dialog.getByRole('alert').innerText()),
    'this daemon plays a recording: there is nothing to change',
  )
})

t.test('who may not change anything is offered nothing', async (t) => {
  const viewer = { username: 'vera', password: PASSWORD }
  await daemon.post('/api/v1/users', { ...viewer, role: 'viewer' })
  const { page } = await at('scst/configuration', browser, viewer)
  await page.locator('.diff').waitFor()
  t.strictSame(await page.locator('main button').allInnerTexts(), [])
})

t.test('2,000 LUNs and 500 sessions are drawn where they are seen, and found', async (t) => {
  const { page, complaints } = await at('alerts')
  await showMany(page, manyScst)
  await page.goto(`${daemon.url}/#/scst`)
  await page.getByRole('button', { name: 'Open all' }).click()
  await page.getByText('3110 lines').waitFor()
  t.ok((await page.getByRole('treeitem').count()) < 60)
  await page.getByRole('searchbox').fill('vol1999')
  await page.getByText('3 lines').waitFor()
  await page.goto(`${daemon.url}/#/scst/map`)
  await page.getByRole('button', { name: /^20 like vol0/ }).waitFor()
  t.equal(await page.locator('.map-box').count(), 300)
  t.strictSame(complaints, [])
})
