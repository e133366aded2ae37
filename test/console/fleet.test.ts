import t from 'tap'
import { join } from 'node:path'
import { byTrouble, isTroubled, type Troubled } from '../../dashboard/pages/fleet/trouble.ts'
import { consoleOf } from '../../dashboard/wire/address.ts'
import type { Database } from '../../src/db/database.ts'
import { appendEvents } from '../../src/events/store.ts'
import { packageRoot } from '../../src/package.ts'
import type { Snapshot } from '../../src/snapshot.ts'
import { ALERT, storeSamples } from '../support/api-samples.ts'
import { startTestApi } from '../support/api.ts'
import { startBrowser, withoutBrowser } from '../support/browser.ts'
import { until } from '../support/embedded.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'
import { snapshotOfRecording } from '../support/recording-snapshot.ts'
import { applianceOf, copyAlert, storeAppliance, ToldFleet } from '../support/told-fleet.ts'

const quiet = { critical: 0, warning: 0, info: 0 }
const well: Troubled = {
  ...{ name: 'a', state: 'reporting', health: 'up', alerts: quiet, missing: 0, other: null },
}

t.test('the appliance with the most trouble stands first', (t) => {
  const appliances: Troubled[] = [
    well,
    { ...well, name: 'tape-10', alerts: { ...quiet, warning: 3 } },
    { ...well, name: 'tape-9', alerts: { ...quiet, warning: 3 } },
    { ...well, name: 'ill', health: 'down' },
    { ...well, name: 'grave', alerts: { ...quiet, critical: 1 } },
    { ...well, name: 'torn', missing: 2 },
    { ...well, name: 'twice', other: {} },
    { ...well, name: 'silent', state: 'silent', health: 'unknown' },
  ]
  const names = ['silent', 'twice', 'grave', 'ill', 'tape-9', 'tape-10', 'torn', 'a']
  t.strictSame(
    byTrouble(appliances).map(({ name }) => name),
    names,
  )
  t.strictSame(
    byTrouble(appliances)
      .filter(isTroubled)
      .map(({ name }) => name),
    names.slice(0, 6),
  )
  t.end()
})

t.test('an address that an appliance told is gone to when it is one of the web', (t) => {
  const told = ['https://a:8443', 'HTTP://b', 'javascript:alert(1)', 'a.example', 'https://', null]
  t.strictSame(
    told.map((url) => consoleOf(url)),
    ['https://a:8443', 'HTTP://b', null, null, null, null],
  )
  t.equal(consoleOf('https://proxy/a/', '#/tasks/7'), 'https://proxy/a/#/tasks/7')
  t.end()
})

const OF_TAPE_01 = '77777777-7777-4777-8777-777777777777'

t.test(
  'a fleet is shown with its trouble first, and one of its appliances is chosen',
  { skip: withoutBrowser },
  async (t) => {
    const database = await openTestDatabase(t)
    const { snapshot, expected } = await withDrives()
    const fleet = new ToldFleet().add(applianceOf('tape-01'), snapshot.readings)
    for (let number = 2; number <= 200; number += 1) {
      const name = `tape-${String(number).padStart(2, '0')}`
      fleet.add(applianceOf(name, number === 77 ? silent : {}), number < 4 ? snapshot.readings : {})
    }
    const api = await startTestApi(database, await makeStateDirectory(t), {
      fleet,
      staticDir: join(packageRoot, 'dist', 'page'),
    })
    t.teardown(() => api.stop())
    await storeSamples(database, api.clock.now)
    await storeAppliance(database, 'tape-01', api.clock.now)
    await copyAlert(database, { from: ALERT, to: OF_TAPE_01, appliance: 'tape-01' })
    await tellTasks(database, api.clock.now)
    const own = api.context.numbers() as Readonly<Record<string, object>>
    const withLoad = (load1: number) => ({ ...own, system: { ...own.system, load1 } })
    fleet.add(applianceOf('tape-01'), snapshot.readings, withLoad(0.25))

    const browser = await startBrowser(t)
    const { page, complaints } = await browser.open()
    const value = await api.session('operator')
    await page.context().addCookies([{ name: 'storwarden_session', value, url: api.url }])
    await page.goto(`${api.url}/#/fleet`)
    const rows = page.locator('.fleet tbody tr')
    await rows.first().waitFor()
    t.match(await rows.nth(0).innerText(), /tape-77\s+Silent/)
    t.match(await rows.nth(1).innerText(), /tape-01\s+Reports\s+1\s+Critical\s+Up/)
    t.match(await page.locator('.fleet-sums').innerText(), /199 of 200 report\s+1 silent/)

    await rows.nth(1).locator('.alert-counts').click()
    const chosen = page.getByLabel('Appliance')
    await page.locator('.alert-list tbody tr').first().waitFor()
    t.equal(await chosen.inputValue(), 'tape-01')
    t.equal(await page.locator('.alert-list tbody tr').count(), 1)
    await page.locator('.alert-list tbody a').first().click()
    await page.getByText('This is an alert of tape-01').waitFor()
    t.equal(
      await page.getByRole('link', { name: 'To the console of tape-01' }).getAttribute('href'),
      `https://tape-01.example:8443/#/alerts/${OF_TAPE_01}`,
    )
    t.equal(await page.getByRole('button', { name: 'Acknowledge' }).count(), 0)

    await page.getByRole('link', { name: 'Drives', exact: true }).click()
    await page.locator('tbody tr').first().waitFor()
    t.match(page.url(), /#\/drives\?appliance=tape-01$/, 'it stays chosen')
    t.equal(await page.locator('tbody tr').count(), expected)
    await chosen.selectOption('All appliances')
    await page.getByRole('columnheader', { name: 'Appliance' }).waitFor()
    t.equal(await page.locator('tbody tr').count(), expected * 3)
    await chosen.selectOption('tape-77')
    await page.getByText(/tape-77 fell silent/).waitFor()

    const linkOf = (name: string) => page.getByRole('link', { name, exact: true })
    await linkOf('Overview').click()
    await page.getByText('How the appliance is now is not known').waitFor()
    const load = page.locator('.part', { hasText: 'Load, 1 min' }).locator('dd').nth(2)
    t.equal(await load.innerText(), 'unknown')
    await chosen.selectOption('tape-01')
    await page.getByText('0.25', { exact: true }).waitFor()
    await until(() => api.hub.wantsNumbers('tape-01'))
    t.notOk(api.hub.wantsNumbers('tape-02'), 'no others are sent')
    api.hub.publishNumbers(withLoad(9.75), api.clock.now)
    api.hub.publishNumbers(withLoad(8.75), api.clock.now, 'tape-02')
    api.hub.publishNumbers(withLoad(4.5), api.clock.now, 'tape-01')
    await page.getByText('4.50', { exact: true }).waitFor()
    t.equal(await load.innerText(), '4.50', 'live, and its own')
    t.equal(
      await page.locator('.panel', { hasText: 'This is known at the appliance' }).count(),
      1,
      'what is foretold here is nothing of it',
    )

    await linkOf('Tasks').click()
    await page.getByText('These are the tasks of tape-01').waitFor()
    await page.locator('tbody tr').nth(1).waitFor()
    t.equal(await page.locator('tbody tr').count(), 2, 'and none of those of here')
    t.match(await page.locator('tbody tr').nth(0).innerText(), /Evaluate the rules\s+Runs\s+60 %/)
    t.match(await page.locator('tbody tr').nth(1).innerText(), /Back up\s+no room\s+Failed/)
    t.equal(
      await page.locator('tbody tr a').nth(1).getAttribute('href'),
      `https://tape-01.example:8443/#/tasks/${FAILED}`,
    )
    t.equal(await page.getByRole('button', { name: 'Start a task' }).count(), 0)

    const { page: other } = await browser.open()
    const plain = await startTestApi(database, await makeStateDirectory(t), {
      staticDir: join(packageRoot, 'dist', 'page'),
    })
    t.teardown(() => plain.stop())
    const asked: string[] = []
    other.on('request', (request) => asked.push(new URL(request.url()).pathname))
    const session = await plain.session('operator')
    await other
      .context()
      .addCookies([{ name: 'storwarden_session', value: session, url: plain.url }])
    await other.goto(`${plain.url}/#/fleet`)
    await other.getByText('There is no such page.').waitFor()
    await other.goto(`${plain.url}/#/alerts`)
    await other.locator('.alert-list').waitFor()
    t.equal(await other.getByRole('link', { name: 'Fleet' }).count(), 0)
    t.equal(await other.getByLabel('Appliance').count(), 0)
    t.notOk(
      asked.some((path) => /fleet|chooser/.test(path)),
      'nothing of it is loaded',
    )
    t.strictSame(complaints, [])
    t.strictSame(api.mistakes(), [])
  },
)

const FAILED = '88888888-8888-4888-8888-888888888888'
const RUNNING = '99999999-9999-4999-8999-999999999999'

const LEVELS = { failed: 'error', progress: 'debug' } as Readonly<Record<string, 'error' | 'debug'>>

/** Events of tasks of tape-01, and one of a schedule. */
async function tellTasks(database: Database, at: Date): Promise<void> {
  const task = { progress: 0, resource: null, created_by: 'jo', error: null }
  const told: [string, Record<string, unknown>][] = [
    ['created', { ...task, id: FAILED, kind: 'backup', state: 'pending' }],
    ['failed', { ...task, id: FAILED, kind: 'backup', state: 'failed', error: 'no room' }],
    ['started', { ...task, id: RUNNING, kind: 'monitoring_alert_evaluation', state: 'running' }],
    [
      'progress',
      {
        ...task,
        id: RUNNING,
        kind: 'monitoring_alert_evaluation',
        state: 'running',
        progress: 0.6,
      },
    ],
    ['missed', { kind: 'backup', schedule_id: 'a' }],
  ]
  const events = told.map(([event, data], index) => ({
    ...{ type: 'task' as const, source: 'tasks', message: event, at },
    level: LEVELS[event] ?? ('info' as const),
    ...{ data: { ...data, event: `task_${event}` }, appliance: 'tape-01', applianceSeq: index + 1 },
  }))
  await database.transaction((transaction) => appendEvents(transaction, events))
}

const silent = {
  state: 'silent' as const,
  silentSince: new Date('2026-11-20T20:40:00Z'),
  lastHeardAt: new Date('2026-11-20T20:38:00Z'),
}

/** A snapshot of an appliance with drives, and how many. */
async function withDrives(): Promise<{ snapshot: Snapshot; expected: number }> {
  const snapshot = await snapshotOfRecording('01-steady')
  const reading = snapshot.readings.tape_drives
  return { snapshot, expected: reading?.state === 'read' ? reading.value.length : 0 }
}
