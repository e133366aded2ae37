import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { startTestDaemon, until } from '../support/daemon.ts'
import { makeStateDirectory } from '../support/database.ts'
import { INSPECTED, openInspector } from '../support/inspector.ts'
import { receiver } from '../support/receiver.ts'
import { fastClock, figuresOf, fillUp, slopeOf, tableOf, takeFiles } from '../support/soak.ts'
import type { Figures } from '../support/soak.ts'

const recordings = fileURLToPath(new URL('../../fixtures/recordings', import.meta.url))
const HOURS = 24
/** Seconds of a day that are one: an evaluation a second is one in six minutes. */
const SPEED = 360
/** How long each recording is: no database that hangs, and is waited for, keeps the daemon from looking for so long. */
const STEP_SECONDS = 15
/** An evaluation waits ten seconds for a database that hangs, and so may the one that finds a begin or an end. */
const TOLERANCE_MS = 15 * SPEED * 1000
/** After it nothing is to grow any more. */
const WARM_HOURS = 6

/** What is wrong in a recording, in one place each. */
const broken = {
  '07-raid-degraded-and-full': ['ArrayDegraded'],
  '06-scst-degraded': ['ScstTargetDisabled', 'ScstConfigurationDiffers'],
  '05a-library-offline': ['ChangerOffline'],
} as const

interface Alert {
  id: string
  rule: string
  resource: string
  state: string
  started_at: string
  fired_at: string | null
  resolved_at: string | null
}

interface Post {
  alerts?: { event: string; alert: { id: string; rule: string } }[]
}

const mounts = spawnSync('unshare', ['-m', 'true'])
const skip = (mounts.status !== 0 || process.getuid?.() !== 0) && 'a full disk takes a mount'

t.setTimeout(900_000)

t.test(
  'a day of trouble loses no alert, tells each once, and leaves nothing behind',
  { skip },
  async (t) => {
    const web = await receiver(t)
    const folder = t.testdir({
      'config.yaml': [
        'monitoring: {evaluation_interval_seconds: 1}',
        `notifications: {allowed_networks: [127.0.0.0/8], group_interval_seconds: 0, repeat_interval_seconds: 0, webhook: {url: '${web.url}'}}`,
      ].join('\n'),
    })
    const names = Object.keys(broken)
    mkdirSync(join(folder, 'recordings'))
    for (let step = 0; step < (HOURS * 3600) / SPEED / STEP_SECONDS; step += 1) {
      const name = step % 2 === 0 ? '01-steady' : (names[((step - 1) / 2) % names.length] ?? '')
      const target = join(folder, 'recordings', String(step).padStart(3, '0'))
      symlinkSync(join(recordings, name), target)
    }
    const stateDir = await makeStateDirectory(t)
    const mount = 'mount -t tmpfs -o size=400m,mode=755 tmpfs "$0" && exec "$@"'
    const daemon = await startTestDaemon(t, {
      stateDir,
      under: ['env', ...INSPECTED, 'unshare', '-m', 'sh', '-c', mount, stateDir],
      arguments: [
        ...['--config', join(folder, 'config.yaml')],
        ...['--replay', join(folder, 'recordings'), '--replay-step', String(STEP_SECONDS)],
      ],
    })
    const inside = `/proc/${daemon.pid}/root${stateDir}`
    const ask = await asAdmin(daemon.url, inside)
    const inspector = await openInspector(daemon)
    const metrics = async () => await (await fetch(`${daemon.url}/metrics`)).text()
    await until(
      () => Promise.resolve(replayed(daemon.log).length),
      (count) => count > 1,
    )
    await inspector.evaluate(fastClock(SPEED))
    const began = performance.now() - STEP_SECONDS * 1000
    const hour = () => ((performance.now() - began) / 3_600_000) * SPEED

    const killDatabase = async () => {
      const path = join(inside, 'postgresql', 'data', 'postmaster.pid')
      const [pid = ''] = readFileSync(path, 'utf8').split('\n')
      process.kill(Number(pid), 'SIGKILL')
      await Promise.resolve()
    }
    const restartDatabase = async () => {
      const path = join(inside, 'postgresql', 'data', 'postmaster.pid')
      const [pid = ''] = readFileSync(path, 'utf8').split('\n')
      process.kill(Number(pid), 'SIGINT')
      await Promise.resolve()
    }
    const fullDisk = async () => {
      const makeRoom = fillUp(inside)
      await pause(8_000)
      makeRoom()
    }
    const noFiles = async () => {
      const before = replayed(daemon.log).length
      await until(
        () => Promise.resolve(replayed(daemon.log).length),
        (count) => count > before,
      )
      // A recording that begins meanwhile could not be read.
      const give = takeFiles(daemon.pid)
      await pause(8_000)
      give()
    }
    const jump = (seconds: number) => () => inspector.evaluate(`jumpClock(${seconds})`)
    const troubles: [number, string, () => Promise<unknown>][] = [
      [6.6, 'the database is killed', killDatabase],
      [7.6, 'the disk is full', fullDisk],
      [10.4, 'the clock jumps 2 h forwards', jump(7200)],
      [11.1, 'there are no files', noFiles],
      [13.8, 'the clock jumps 1 h back', jump(-3600)],
      [14.9, 'the database is restarted', restartDatabase],
      [16.1, 'the disk is full', fullDisk],
      [17.7, 'the database is killed', killDatabase],
      [18.6, 'there are no files', noFiles],
      [21.9, 'the database is killed', killDatabase],
    ]
    const samples: { hour: number; figures: Figures }[] = []
    for (let next = 1; next <= HOURS; next += 1) {
      for (const [at, what, make] of troubles.filter(([at]) => at >= next - 1 && at < next)) {
        await pause(Math.max(0, ((at - hour()) * 3_600_000) / SPEED))
        t.comment(`hour ${hour().toFixed(1)}: ${what}`)
        await make()
      }
      await pause(Math.max(0, ((next - hour()) * 3_600_000) / SPEED))
      samples.push({ hour: hour(), figures: await figuresOf(daemon.pid, inspector, metrics) })
    }
    for (const line of tableOf(samples)) t.comment(line)
    // The last recording is held; what it ends is written down.
    await pause(STEP_SECONDS * 1000)

    const played = replayed(daemon.log)
    const { alerts } = (await ask('/api/v1/monitoring/alerts?limit=1000&state=resolved')) as {
      alerts: Alert[]
    }
    const told = web.received.flatMap(({ body, headers }) =>
      ((JSON.parse(body) as Post).alerts ?? []).map(({ event, alert }) => ({
        ...{ event, id: alert.id, message: String(headers['idempotency-key']) },
      })),
    )
    const problems: string[] = []
    let conditions = 0
    for (const [step, at] of played.entries()) {
      const end = played[step + 1]
      if (step % 2 === 0 || end === undefined) continue
      const rules = broken[(names[((step - 1) / 2) % names.length] ?? '') as keyof typeof broken]
      for (const rule of rules) {
        conditions += 1
        const found = alerts.filter((alert) => {
          return alert.rule === rule && near(alert.started_at, at) && near(alert.resolved_at, end)
        })
        if (found.length !== 1) {
          const times = alerts
            .filter((alert) => alert.rule === rule)
            .map(({ started_at, resolved_at }) => `${started_at}..${resolved_at ?? ''}`)
          problems.push(
            `${rule} ${at.toISOString()}..${end.toISOString()}: ${found.length} of ${times.join(' ')}`,
          )
        }
        for (const { id } of found) {
          for (const event of ['firing', 'resolved']) {
            const messages = told.filter((news) => news.id === id && news.event === event)
            const distinct = new Set(messages.map(({ message }) => message))
            if (distinct.size !== 1) problems.push(`${rule} ${event}: told ${distinct.size} times`)
          }
        }
      }
    }
    t.comment(`${conditions} conditions, ${alerts.length} alerts, ${web.received.length} messages`)
    for (const { id, rule } of alerts) {
      for (const event of ['firing', 'resolved']) {
        const messages = told.filter((news) => news.id === id && news.event === event)
        const distinct = new Set(messages.map(({ message }) => message))
        if (distinct.size > 1) problems.push(`${rule} ${event}: told ${distinct.size} times`)
      }
    }
    const repeated = told.length - new Set(told.map((news) => JSON.stringify(news))).size
    t.comment(`${repeated} of ${told.length} were sent again with the key that they had`)
    t.strictSame(problems, [], 'each condition has its alert, with its times, and was told of once')
    const warm = samples.filter(({ hour }) => hour > WARM_HOURS).map(({ figures }) => figures)
    const heapSlope = slopeOf(warm.map(({ heapBytes }) => heapBytes))
    const fileSlope = slopeOf(warm.map(({ files }) => files))
    t.comment(
      `an hour adds ${(heapSlope / 1024).toFixed(0)} KiB of heap, ${fileSlope.toFixed(2)} files`,
    )
    t.ok(heapSlope < 512 * 1024, 'the heap does not grow')
    t.ok(fileSlope < 0.5, 'nor do open files')
    // A process waits for who inspects it.
    inspector.close()
    t.equal(await daemon.end('SIGTERM'), 0, 'it has not died, and stops when it is told to')
  },
)

/** Asks with a token that no clock ends. */
async function asAdmin(url: string, stateDir: string): Promise<(path: string) => Promise<unknown>> {
  const password = readFileSync(join(stateDir, 'initial-admin-password'), 'utf8').trim()
  const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const response = await fetch(url + path, {
      ...{ method: 'POST', body: JSON.stringify(body) },
      headers: { ...headers, 'content-type': 'application/json' },
    })
    return ((await response.json()) as { token: string }).token
  }
  const session = await post('/api/v1/auth/login', { username: 'admin', password })
  const authorization = `Bearer ${session}`
  const token = await post(
    '/api/v1/auth/tokens',
    { name: 'soak', role: 'admin' },
    { authorization },
  )
  return async (path) => {
    const response = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return await response.json()
  }
}

/** When each recording began, by the clock of the daemon. */
function replayed(log: readonly string[]): Date[] {
  return log.flatMap((line) => {
    const [, time = ''] = /^(\S+) \S+ +replaying /.exec(line) ?? []
    return time === '' ? [] : [new Date(time)]
  })
}

function near(time: string | null, expected: Date): boolean {
  return time !== null && Math.abs(Date.parse(time) - expected.getTime()) < TOLERANCE_MS
}
