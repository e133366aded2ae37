import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { startTestDaemon, until } from '../support/daemon.ts'
import { evaluateIn, INSPECTED } from '../support/inspector.ts'
import { openNotifySocket, type NotifySocket } from '../support/notify-socket.ts'
import { shortFolder } from '../support/short-folder.ts'

const recording = fileURLToPath(new URL('../../fixtures/recordings/01-steady', import.meta.url))
const skip = spawnSync('python3', ['--version']).error !== undefined && 'python3 receives'
/** The watchdog wants to be fed within it, in microseconds. */
const WATCHDOG_USEC = 200_000

t.test('systemd hears of the life of the daemon, and that it lives', { skip }, async (t) => {
  const names = [join(shortFolder(t), 'notify'), `@storwarden-daemon-${process.pid}`]
  for (const name of names) {
    const socket = await openNotifySocket(t, name)
    const under = ['env', `NOTIFY_SOCKET=${name}`, `WATCHDOG_USEC=${WATCHDOG_USEC}`]
    const daemon = await startTestDaemon(t, { arguments: ['--replay', recording], under })
    const next = async () => {
      const { message, pid } = await socket.next()
      t.equal(pid, daemon.pid, 'the daemon itself speaks')
      return message
    }
    const nextButWatchdog = async () => {
      for (;;) {
        const message = await next()
        if (message !== 'WATCHDOG=1') return message
      }
    }

    t.equal(await next(), 'READY=1', 'first of all, and not before it listens')
    t.equal(await next(), `STATUS=listening on ${daemon.url}`)
    t.equal(await next(), 'WATCHDOG=1')
    const began = performance.now()
    for (let fed = 0; fed < 5; fed += 1) t.equal(await next(), 'WATCHDOG=1')
    const everyMs = (performance.now() - began) / 5
    t.ok(everyMs > 25 && everyMs < WATCHDOG_USEC / 1000, `fed every ${everyMs} ms, in time`)

    process.kill(daemon.pid, 'SIGHUP')
    t.match(await nextButWatchdog(), /^RELOADING=1\nMONOTONIC_USEC=\d+$/)
    t.equal(await nextButWatchdog(), 'READY=1', 'it has read its configuration again')

    const ended = daemon.end('SIGTERM')
    t.equal(await nextButWatchdog(), 'STOPPING=1')
    t.equal(await ended, 0)
  }
})

t.test('a watchdog that is meant for another process is not fed', { skip }, async (t) => {
  const socket = await openNotifySocket(t, `@storwarden-another-${process.pid}`)
  const watchdog = [`WATCHDOG_USEC=${WATCHDOG_USEC / 10}`, `WATCHDOG_PID=${process.pid}`]
  const daemon = await startTestDaemon(t, {
    arguments: ['--replay', recording],
    under: ['env', `NOTIFY_SOCKET=${socket.name}`, ...watchdog],
  })
  await daemon.get('/api/v1/hardware/drives')
  t.equal(await daemon.end('SIGTERM'), 0)
  const messages = []
  for (let came = 0; came < 3; came += 1) messages.push((await socket.next()).message)
  t.strictSame(messages, ['READY=1', `STATUS=listening on ${daemon.url}`, 'STOPPING=1'])
})

/** A collector reads each ten seconds, and the watchdog is fed for a moment then. */
const BITES_MS = 3_000

const ends = {
  'a loop that is blocked': 'for (;;);',
  // Nobody has read anything for 300 s of its clock 0.3 s after he did.
  'collectors that are dead': `{
    const Real = Date
    const began = Real.now()
    const now = () => began + (Real.now() - began) * 1000
    globalThis.Date = class extends Real {
      constructor(...given) {
        if (given.length > 0) super(...given)
        else super(now())
      }
      static now() {
        return now()
      }
    }
  }`,
}

for (const [what, expression] of Object.entries(ends)) {
  t.test(`${what}, and systemd ends the daemon with its database`, { skip }, async (t) => {
    const socket = await openNotifySocket(t, `@storwarden-watchdog-${process.pid}`)
    const watchdog = [`NOTIFY_SOCKET=${socket.name}`, `WATCHDOG_USEC=${BITES_MS * 1000}`]
    const daemon = await startTestDaemon(t, {
      arguments: ['--replay', recording],
      under: ['env', ...watchdog, ...INSPECTED],
    })
    for (let fed = 0; fed < 3;) if ((await socket.next()).message === 'WATCHDOG=1') fed += 1
    const pidFile = join(daemon.stateDir, 'postgresql/data/postmaster.pid')
    const server = readFileSync(pidFile, 'utf8').split('\n')[0] ?? ''
    await evaluateIn(daemon, expression)
    await bite(socket)
    t.equal(await daemon.end('SIGABRT'), null, 'it is the signal that ends it')
    await until(
      () => Promise.resolve(existsSync(`/proc/${server}`)),
      (runs) => !runs,
    )
    t.notOk(existsSync(pidFile), 'the database has shut down in order')
  })
}

/** Resolves when nothing was heard for as long as the watchdog waits. */
async function bite(socket: NotifySocket): Promise<void> {
  for (;;) {
    const heard = socket.next()
    // The receiver may end with the test.
    heard.catch(() => undefined)
    if ((await Promise.race([heard, pause(BITES_MS)])) === undefined) return
  }
}
