import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium, type BrowserContextOptions, type Page } from 'playwright-core'
import type { Teardown } from './database.ts'
import type { TestDaemon } from './daemon.ts'

const CHROMIUM = '/usr/bin/chromium'

/** Why tests in a browser are left out here; false where they are not. CI has to have one. */
export const withoutBrowser =
  existsSync(CHROMIUM) || process.env.CI !== undefined ? false : 'chromium is not installed here'

/** Debian's Chromium, until the test ends. */
export interface TestBrowser {
  /** A page of somebody who was never here; what it complains about is in `complaints`. */
  open(options?: BrowserContextOptions): Promise<TestPage>
}

/** A page, and everything that it complained about. */
export interface TestPage {
  page: Page
  complaints: readonly string[]
}

/** Starts a browser without a window. */
export async function startBrowser(t: Teardown): Promise<TestBrowser> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  })
  t.teardown(() => browser.close())
  return {
    async open(options = {}) {
      const context = await browser.newContext(options)
      const page = await context.newPage()
      const complaints: string[] = []
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('console', (message) => {
        // The first question, who is logged in, is answered with 401 before the login.
        const expected = message.location().url.endsWith('/api/v1/auth/me')
        if (message.type() === 'error' && !expected) complaints.push(message.text())
      })
      return { page, complaints }
    },
  }
}

/** Somebody who can log in. */
export interface Credentials {
  username: string
  password: string
}

/** The first one there is. */
export async function firstAdmin({ stateDir }: TestDaemon): Promise<Credentials> {
  const password = await readFile(join(stateDir, 'initial-admin-password'), 'utf8')
  return { username: 'admin', password: password.trim() }
}

/** Logs in, and waits for the console. */
export async function logIn(page: Page, url: string, who: Credentials): Promise<void> {
  await page.goto(url)
  await page.getByLabel('User').fill(who.username)
  await page.getByLabel('Password').fill(who.password)
  await page.getByRole('button', { name: 'Log in', exact: true }).click()
  await page.locator('#content').waitFor()
}
