import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { startTestDaemon } from '../support/daemon.ts'
import { openNotifySocket } from '../support/notify-socket.ts'
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
    t.ok(everyMs > 50 && everyMs < WATCHDOG_USEC / 1000, `fed every ${everyMs} ms, in time`)

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
