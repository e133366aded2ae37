// What the console costs whoever looks at it: script of the first load, time until it can be used, shifts of its
// layout, and frames a second while 50 alerts change ten times a second and while what is large is scrolled. The peers
// are pages of the same daemon: its documentation, which has no script, and the list of alerts while nothing happens.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { chromium, type Page, type WebSocketRoute } from 'playwright-core'
import { median } from './support/measure.ts'
import { printTable, ratio } from './support/table.ts'
import { growLibraries, manyScst, showMany } from '../test/support/console-many.ts'

const LOADS = 7
const BURST = 50
const BURSTS_A_SECOND = 10
const SECONDS = 5
const SLOTS = 20_000
/** Of a screen's frame: faster than one can look. */
const SCROLLED_PX = 120

interface Frames {
  perSecond: number
  longestMs: number
}

// These run in the page, which has other types than this program.
const LIBRARIES = `fetch('/api/v1/hardware/libraries').then((answer) => answer.json())`
const ALERTS = `fetch('/api/v1/monitoring/alerts?limit=1').then((answer) => answer.json())`
const SHIFTS = `new Promise((resolve) => {
  let sum = 0
  new PerformanceObserver((list) => {
    for (const { hadRecentInput, value } of list.getEntries()) sum += hadRecentInput ? 0 : value
  }).observe({ type: 'layout-shift', buffered: true })
  setTimeout(() => resolve(sum), 200)
})`
const frames = (scrolls: boolean) => `new Promise((resolve) => {
  const long = [...document.querySelectorAll('#content .many, #content .scrolls, #content .scst-map')]
    .find((one) => one.scrollHeight > one.clientHeight)
  const began = performance.now()
  let [count, before, longestMs] = [0, began, 0]
  const next = (at) => {
    count += 1
    longestMs = Math.max(longestMs, at - before)
    before = at
    if (long && ${scrolls}) long.scrollTop = (count * ${SCROLLED_PX}) % (long.scrollHeight - long.clientHeight)
    if (at - began < ${SECONDS * 1000}) requestAnimationFrame(next)
    else resolve({ perSecond: (count * 1000) / (at - began), longestMs })
  }
  requestAnimationFrame(next)
})`

const main = fileURLToPath(new URL('../src/main.js', import.meta.url))
const recording = fileURLToPath(
  new URL('../../fixtures/recordings/06-scst-degraded', import.meta.url),
)
const stateDir = mkdtempSync(join(tmpdir(), 'storwarden-bench-'))
const words = ['--listen', '127.0.0.1:0', '--state-dir', stateDir, '--replay', recording]
const daemon = spawn(process.execPath, [main, ...words], { stdio: ['ignore', 'pipe', 'inherit'] })
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox'],
})
try {
  await measure(await urlOf(daemon))
} finally {
  await browser.close()
  daemon.kill()
  await once(daemon, 'exit')
  rmSync(stateDir, { recursive: true, force: true })
}

async function measure(url: string): Promise<void> {
  const page = await browser.newPage()
  let stream: WebSocketRoute | null = null
  await page.routeWebSocket(/monitoring\/events/, (route) => {
    const server = route.connectToServer()
    server.onMessage((message) => {
      route.send(message)
    })
    stream = route
  })
  await page.goto(url)
  await page.getByLabel('User').fill('admin')
  const password = readFileSync(join(stateDir, 'initial-admin-password'), 'utf8').trim()
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Log in', exact: true }).click()
  await page.locator('.verdict h2').waitFor()

  const scripts = await scriptsOf(page, url)
  const loads = { ours: [] as number[], theirs: [] as number[], shift: [] as number[] }
  for (let load = 0; load < LOADS; load += 1) {
    await page.goto(`${url}/api/docs`)
    loads.theirs.push(await page.evaluate<number>('performance.now()'))
    await page.goto(`${url}/#/overview`)
    await page.locator('.verdict h2').waitFor()
    loads.ours.push(await page.evaluate<number>('performance.now()'))
    await page.waitForLoadState('networkidle')
    loads.shift.push(await page.evaluate<number>(SHIFTS))
  }

  await page.goto(`${url}/#/alerts`)
  await page.locator('tbody tr').first().waitFor()
  const still = await page.evaluate<Frames>(frames(false))
  const [alert] = (await page.evaluate<{ alerts: object[] }>(ALERTS)).alerts
  const changing = changeAlerts(stream, alert ?? {})
  const busy = await page.evaluate<Frames>(frames(false))
  clearInterval(changing)
  await showMany(page, manyScst)
  await growLibraries(page, SLOTS)
  const scrolled = async (where: string, isThere: string) => {
    await page.goto(`${url}/#/${where}`)
    await page.locator(isThere).first().waitFor()
    return await page.evaluate<Frames>(frames(true))
  }
  const [library] = (await page.evaluate<{ items: { id: string }[] }>(LIBRARIES)).items
  const slots = await scrolled(`libraries/${library?.id ?? ''}`, '.slot-grid')
  const tree = await scrolled('scst?q=vol', '.tree.many')
  const map = await scrolled('scst/map', '.scst-map')

  const line = (what: string, ours: number, theirs: number) => [
    what,
    ours,
    theirs,
    ratio(ours, theirs),
  ]
  printTable(
    'The console in Chromium',
    ['what', 'console', 'peer', 'ratio'],
    [
      ['script of the first load, KiB', scripts.plain / 1024, '', ''],
      ['the same compressed, KiB', scripts.gzip / 1024, '', ''],
      line('until it can be used, ms', median(loads.ours), median(loads.theirs)),
      ['shift of the layout (CLS), at most', Math.max(...loads.shift), '', ''],
      line('frames a second while alerts change', busy.perSecond, still.perSecond),
      line('longest frame meanwhile, ms', busy.longestMs, still.longestMs),
      line(`the same, ${SLOTS} slots scrolled`, slots.perSecond, still.perSecond),
      line('the same, tree of 2,000 LUNs scrolled', tree.perSecond, still.perSecond),
      line('the same, map of 500 sessions scrolled', map.perSecond, still.perSecond),
    ],
  )
}

async function scriptsOf(page: Page, url: string): Promise<{ plain: number; gzip: number }> {
  const sizes = { plain: 0, gzip: 0 }
  page.on('response', (response) => {
    if (response.request().resourceType() !== 'script') return
    void response.body().then((body) => {
      sizes.plain += body.length
      sizes.gzip += gzipSync(body, { level: 9 }).length
    })
  })
  await page.goto('about:blank')
  await page.goto(url)
  await page.locator('.verdict h2').waitFor()
  await page.waitForLoadState('networkidle')
  page.removeAllListeners('response')
  return sizes
}

/** Fifty alerts begin and end, again and again. */
function changeAlerts(stream: WebSocketRoute | null, alert: object): NodeJS.Timeout {
  let turn = 0
  return setInterval(() => {
    turn += 1
    for (let index = 0; index < BURST; index += 1) {
      const state = turn % 2 === 0 ? 'resolved' : 'firing'
      const data = { ...alert, id: `bench-${index}`, state, event: state }
      stream?.send(
        JSON.stringify({ type: 'alert', data, timestamp: new Date().toISOString(), seq: turn }),
      )
    }
  }, 1000 / BURSTS_A_SECOND)
}

async function urlOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('its output is read')
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url] = /listening on (\S+)/.exec(line) ?? []
    if (url !== undefined) return url
  }
  throw new Error('the daemon ended')
}
