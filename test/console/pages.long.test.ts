import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import t from 'tap'
import { navigation } from '../../dashboard/words/en/navigation.ts'
import { seriousFaults } from '../support/axe.ts'
import { firstAdmin, logIn, startBrowser, withoutBrowser } from '../support/browser.ts'
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts'

const recordings = fileURLToPath(new URL('../../fixtures/recordings', import.meta.url))
const PASSWORD = 'correct horse battery staple'

/** One's own account is behind one's name. */
const MENU = Object.values(navigation).filter((title) => title !== navigation.account)

/** What only some are shown, by the role that is shown it. */
const hidden = {
  viewer: ['Users', 'Audit', 'Settings'],
  operator: ['Users', 'Audit', 'Settings'],
  admin: [],
}

if (withoutBrowser !== false) {
  t.plan(0, withoutBrowser)
  process.exit()
}

const daemon = await startTestDaemon(t, {
  arguments: ['--replay', join(recordings, '06-scst-degraded')],
})
const browser = await startBrowser(t)

/** Logs in as somebody new of a role. */
async function enterAs(page: Page, daemon: TestDaemon, role: string): Promise<void> {
  const username = `${role}-of-the-test`
  await daemon.post('/api/v1/users', { username, role, password: PASSWORD })
  await logIn(page, daemon.url, { username, password: PASSWORD })
}

for (const role of ['viewer', 'operator', 'admin'] as const) {
  t.test(`every page that a ${role} is shown is whole`, async (t) => {
    const { page, complaints } = await browser.open()
    await enterAs(page, daemon, role)
    const titles = await menuOf(page)
    t.strictSame(
      titles,
      MENU.filter(
        // One's own account is behind one's name, not in the menu; a fleet is only where there is one.
        (title) =>
          ![navigation.account, navigation.fleet].includes(title) &&
          !(hidden[role] as string[]).includes(title),
      ),
    )
    for (const title of titles) {
      await page.getByRole('navigation').getByRole('link', { name: title }).click()
      await settled(page, title)
      t.equal(await page.locator('.blank .icon-broken').count(), 0, `${title} could be read`)
    }
    t.strictSame(complaints, [])
  })
}

for (const colorScheme of ['light', 'dark'] as const) {
  t.test(`axe finds nothing serious on any page, ${colorScheme}`, async (t) => {
    const { page } = await browser.open({ colorScheme })
    await page.goto(daemon.url)
    await page.getByLabel('User').waitFor()
    t.strictSame(await seriousFaults(page), [], 'the form to log in')
    await logIn(page, daemon.url, await firstAdmin(daemon))
    for (const title of await menuOf(page)) {
      await page.getByRole('navigation').getByRole('link', { name: title }).click()
      await settled(page, title)
      t.strictSame(await seriousFaults(page), [], title)
    }
  })
}

t.test('no page is wider than a telephone', async (t) => {
  const { page } = await browser.open({ viewport: { width: 380, height: 800 } })
  await logIn(page, daemon.url, await firstAdmin(daemon))
  for (const title of await menuOf(page)) {
    await page.getByRole('button', { name: 'Menu' }).click()
    await page.getByRole('navigation').getByRole('link', { name: title }).click()
    await settled(page, title)
    const over = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    )
    t.equal(over, 0, title)
  }
})

t.test('an alert is acknowledged without a pointer', async (t) => {
  const { page } = await browser.open()
  const { username, password } = await firstAdmin(daemon)
  await page.goto(daemon.url)
  await page.getByLabel('User').waitFor()
  // The first field has the focus.
  await page.keyboard.type(username)
  await page.keyboard.press('Tab')
  await page.keyboard.type(password)
  await page.keyboard.press('Enter')
  await settled(page, 'Overview')

  await page.keyboard.press('g')
  await page.keyboard.press('a')
  await settled(page, 'Alerts')
  const table = page.getByRole('region', { name: 'Alerts' })
  for (
    let tabs = 0;
    tabs < 60 && (await table.and(page.locator(':focus')).count()) === 0;
    tabs += 1
  ) {
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('j')
  const title = await page.locator('tr.current strong').innerText()
  await page.keyboard.press('Enter')
  await settled(page, title)

  await page.keyboard.press('a')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.type('with the keyboard alone')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByText('acknowledged by admin', { exact: true }).waitFor()
  t.match(await page.locator('main').innerText(), /with the keyboard alone/)

  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
})

/** What the menu leads to; beside "Alerts" stands their count. */
async function menuOf(page: Page): Promise<string[]> {
  const texts = await page.getByRole('navigation').locator('li a').allInnerTexts()
  return texts.map((text) => text.split('\n')[0] ?? '')
}

/** Waits until the page is there, with all that it asks for. */
async function settled(page: Page, title: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name: title }).waitFor()
  await page.waitForLoadState('networkidle')
  await page.locator('.loading').first().waitFor({ state: 'detached' })
}
