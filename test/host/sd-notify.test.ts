import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadNative } from '../../src/host/load-native.ts'
import { SdNotify } from '../../src/host/sd-notify.ts'
import type { Native } from '../../src/host/native.ts'
import { nativeError } from '../support/fake-native.ts'
import { noNative } from '../support/native.ts'
import { openNotifySocket } from '../support/notify-socket.ts'
import { shortFolder } from '../support/short-folder.ts'
import { SimulatedTime } from '../support/simulated-time.ts'

const noPython = spawnSync('python3', ['--version']).error !== undefined && 'python3 receives'
const noCommand =
  spawnSync('systemd-notify', ['--version']).error !== undefined &&
  'systemd-notify is not installed'
/** Four times in this time the watchdog is fed: every 10 ms. */
const WATCHDOG_USEC = '40000'

function open(given: {
  environment?: Record<string, string>
  native?: Pick<Native, 'notify'> | null
  alive?: () => boolean
}) {
  const failures: string[] = []
  const { environment = {}, native = null, alive = () => true } = given
  const onFailure = (words: string) => failures.push(words)
  return { failures, systemd: new SdNotify({ environment, native, alive, onFailure }) }
}

function addon(): Native {
  const loaded = loadNative()
  if ('missing' in loaded) throw new Error(loaded.missing)
  return loaded.native
}

t.test('datagrams of the addon', { skip: noNative() || noPython }, async (t) => {
  const native = addon()
  for (const name of [join(shortFolder(t), 'notify'), `@storwarden-test-${process.pid}`]) {
    await t.test(name.startsWith('@') ? 'to an abstract name' : 'to a path', async (t) => {
      const socket = await openNotifySocket(t, name)
      for (const message of ['READY=1', '', 'STATUS=Bänder\nMAINPID=1', 'x'.repeat(60_000)]) {
        native.notify(name, message)
        t.strictSame(await socket.next(), { message, pid: process.pid })
      }
    })
  }

  await t.test('what cannot be sent is thrown', (t) => {
    const code = (name: string, message = 'READY=1') => {
      try {
        native.notify(name, message)
        return 'sent'
      } catch (error) {
        const { message, code, syscall } = error as NodeJS.ErrnoException
        t.equal(message, `${syscall ?? ''} ${name}: ${code ?? ''}`)
        return code
      }
    }
    const folder = shortFolder(t)
    writeFileSync(join(folder, 'file'), '')
    t.equal(code(join(folder, 'nothing')), 'ENOENT')
    t.equal(code(join(folder, 'file')), 'ECONNREFUSED', 'nobody listens there')
    t.equal(code('@storwarden-test-nobody'), 'ECONNREFUSED')
    t.equal(code(`/${'n'.repeat(107)}`), 'ENAMETOOLONG')
    t.equal(code(`/${'n'.repeat(106)}`), 'ENOENT', 'the longest name there can be')
    t.equal(code(`@${'n'.repeat(107)}`), 'ECONNREFUSED', 'an abstract one needs no NUL')
    for (const name of ['', '/', '@', 'relative', 'vsock:2:1']) t.equal(code(name), 'EINVAL')
    const nonsense = () => {
      native.notify('/x', 3 as never)
    }
    t.throws(nonsense, { message: 'message is not a string' })
    t.end()
  })
})

t.test('systemd is told how the daemon is', { skip: noNative() || noPython }, async (t) => {
  const socket = await openNotifySocket(t, `@storwarden-life-${process.pid}`)
  let alive = true
  let asked = 0
  const { systemd, failures } = open({
    native: addon(),
    environment: { NOTIFY_SOCKET: socket.name, WATCHDOG_USEC, WATCHDOG_PID: String(process.pid) },
    alive: () => {
      asked += 1
      return alive
    },
  })
  const next = async () => (await socket.next()).message
  const nextButWatchdog = async () => {
    for (;;) {
      const message = await next()
      if (message !== 'WATCHDOG=1') return message
    }
  }
  systemd.status('starting')
  t.equal(await next(), 'STATUS=starting')
  systemd.ready()
  t.equal(await next(), 'READY=1')
  // A timer that nobody waits for does not keep the process: here somebody does.
  systemd.start()
  systemd.start()
  for (let fed = 0; fed < 3; fed += 1) t.equal(await next(), 'WATCHDOG=1')
  t.ok(asked >= 3, 'never without asking')

  alive = false
  const before = asked
  while (asked < before + 3) await new Promise((resolve) => setTimeout(resolve, 5))
  systemd.status('not alive\nREADY=1')
  systemd.status('not alive READY=1')
  t.equal(
    await nextButWatchdog(),
    'STATUS=not alive READY=1',
    'and a line cannot say anything else',
  )
  while (asked < before + 6) await new Promise((resolve) => setTimeout(resolve, 5))
  systemd.reloading()
  const began = process.hrtime.bigint() / 1000n
  const [reloading, at = ''] = (await next()).split('\nMONOTONIC_USEC=')
  t.equal(
    reloading,
    'RELOADING=1',
    'nothing came while it was not alive, nor the same status twice',
  )
  t.ok(BigInt(at) <= began && began - BigInt(at) < 1_000_000n, 'by the clock of systemd')

  alive = true
  systemd.stopping()
  t.equal(await nextButWatchdog(), 'STOPPING=1')
  t.equal(await next(), 'WATCHDOG=1')
  await systemd.stop()
  await systemd.stop()
  t.strictSame(failures, [])
})

t.test('the watchdog is fed twice in its time, from start to stop', async (t) => {
  const time = SimulatedTime.begin(t, new Date('2026-01-01T00:00:00Z'))
  const told: string[] = []
  const { systemd } = open({
    native: { notify: (_socket, message) => told.push(`${message} at ${time.at}`) },
    environment: { NOTIFY_SOCKET: '/run/systemd/notify', WATCHDOG_USEC: '40000000' },
  })
  await time.pass(20)
  systemd.start()
  systemd.start()
  await time.pass(25)
  await systemd.stop()
  await time.pass(60)
  t.strictSame(told, ['WATCHDOG=1 at 30', 'WATCHDOG=1 at 40'])
  systemd.start()
  await time.pass(10)
  await systemd.stop()
  t.equal(told.length, 3, 'and can be started again')
})

t.test('what fails is said once, and never thrown', { skip: noNative() }, async (t) => {
  const name = join(shortFolder(t), 'nobody')
  const { systemd, failures } = open({ native: addon(), environment: { NOTIFY_SOCKET: name } })
  systemd.start()
  systemd.ready()
  systemd.status('one')
  systemd.stopping()
  t.strictSame(failures, [`systemd is not told: sendto ${name}: ENOENT`])
  await systemd.stop()
})

t.test('what systemd has no room for is sent again, in order', async (t) => {
  const time = SimulatedTime.begin(t, new Date('2026-01-01T00:00:00Z'))
  const told: string[] = []
  let room = 0
  const { systemd, failures } = open({
    native: {
      notify(_socket, message) {
        if (room === 0) throw nativeError('EAGAIN', 'sendto')
        room -= 1
        told.push(`${message} at ${time.at}`)
      },
    },
    environment: { NOTIFY_SOCKET: '/run/systemd/notify', WATCHDOG_USEC: '40000000' },
  })
  systemd.start()
  systemd.ready()
  systemd.status('up')
  await time.pass(15)
  room = 1
  await time.pass(5)
  room = 2
  await time.pass(10)
  systemd.stopping()
  t.strictSame(told, ['READY=1 at 20', 'STATUS=up at 25', 'WATCHDOG=1 at 30'])
  await systemd.stop()
  room = 9
  await time.pass(60)
  t.equal(told.length, 3, 'and no more after the stop')
  t.strictSame(failures, Array(3).fill('systemd is not told: sendto: EAGAIN'))
})

t.test('whoever cannot say whether it is alive is not', async (t) => {
  const told: string[] = []
  let asked: () => void = () => undefined
  const twice = new Promise<void>((resolve) => {
    let times = 0
    asked = () => {
      times += 1
      if (times === 2) resolve()
    }
  })
  const { systemd, failures } = open({
    native: { notify: (_socket, message) => told.push(message) },
    environment: { NOTIFY_SOCKET: '/run/systemd/notify', WATCHDOG_USEC },
    alive: () => {
      asked()
      throw new Error('no idea')
    },
  })
  systemd.start()
  const kept = setInterval(() => undefined, 1000)
  await twice
  clearInterval(kept)
  await systemd.stop()
  t.strictSame(told, [])
  t.strictSame(failures, ['whether the daemon is alive: no idea'])
})

t.test('nobody is told who did not ask', async (t) => {
  const told: string[] = []
  const native = { notify: (_socket: string, message: string) => told.push(message) }
  const mute = [{}, { NOTIFY_SOCKET: '' }, { WATCHDOG_USEC, WATCHDOG_PID: String(process.pid) }]
  for (const environment of mute) {
    for (const given of [native, null]) {
      const { systemd, failures } = open({ environment, native: given })
      systemd.start()
      systemd.ready()
      systemd.status('up')
      systemd.reloading()
      systemd.stopping()
      await systemd.stop()
      t.strictSame([told, failures], [[], []])
    }
  }
})

t.test('the watchdog of another process, or none, is not fed', async (t) => {
  const watchdogs = [
    { WATCHDOG_USEC, WATCHDOG_PID: '1' },
    {},
    ...['0', '-1', '', 'soon', '1.5'].map((words) => ({ WATCHDOG_USEC: words })),
  ]
  let asked = 0
  const time = SimulatedTime.begin(t, new Date('2026-01-01T00:00:00Z'))
  for (const watchdog of watchdogs) {
    const { systemd } = open({
      native: { notify: () => undefined },
      environment: { NOTIFY_SOCKET: '/run/systemd/notify', ...watchdog },
      alive: () => (asked += 1) > 0,
    })
    systemd.start()
    t.teardown(() => systemd.stop())
  }
  await time.pass(60)
  t.equal(asked, 0)
})

const skip = noPython || noCommand
t.test('without the addon the command systemd-notify tells it', { skip }, async (t) => {
  const socket = await openNotifySocket(t, join(shortFolder(t), 'notify'))
  const { systemd, failures } = open({ environment: { NOTIFY_SOCKET: socket.name } })
  systemd.start()
  systemd.ready()
  systemd.status('two words')
  systemd.stopping()
  await systemd.stop()
  const messages = []
  for (let came = 0; came < 3; came += 1) {
    const { message, pid } = await socket.next()
    messages.push(message.trimEnd())
    // Only root may speak for another; otherwise the unit has to let everybody in it speak.
    if (process.getuid?.() === 0) t.equal(pid, process.pid, 'it speaks for the daemon')
  }
  t.strictSame(messages, ['READY=1', 'STATUS=two words', 'STOPPING=1'])
  t.strictSame(failures, ['no native addon: systemd is told by the command systemd-notify'])
})

t.test('and says what is wrong with that', async (t) => {
  const { systemd, failures } = open({ environment: { NOTIFY_SOCKET: '/nowhere/at/all' } })
  systemd.start()
  systemd.ready()
  systemd.stopping()
  await systemd.stop()
  t.equal(failures.length, 2)
  t.match(failures[1], /^systemd is not told: systemd-notify/)
})
