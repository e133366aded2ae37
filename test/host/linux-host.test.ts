import { symlinkSync, writeFileSync, truncateSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Outcome } from '../../src/host/commands.ts'
import { LinuxHost } from '../../src/host/linux-host.ts'
import { loadNative } from '../../src/host/load-native.ts'
import { killGroup } from '../../src/host/process.ts'

const NEVER_ENDS = ['sleep', '3600']

t.test('a command answers with what it printed and its exit code', async (t) => {
  const host = new LinuxHost()
  t.strictSame(await host.run(['sh', '-c', 'echo out; echo err >&2']), {
    exitCode: 0,
    stdout: 'out\n',
    stderr: 'err\n',
  })
  t.strictSame(await host.run(['sh', '-c', 'exit 4'], { exitCodes: (code) => code === 4 }), {
    exitCode: 4,
    stdout: '',
    stderr: '',
  })
  await t.rejects(host.run(['sh', '-c', 'echo broken >&2; exit 3']), {
    code: 'ERR_COMMAND',
    exitCode: 3,
    stderr: 'broken\n',
  })
})

t.test('a command sees neither the environment nor the standard input of the daemon', async (t) => {
  const host = new LinuxHost()
  process.env.SECRET_OF_THE_DAEMON = 'x'
  t.teardown(() => delete process.env.SECRET_OF_THE_DAEMON)
  const { stdout } = await host.run(['env', '-0'])
  t.strictSame(ours(stdout), [
    'HOME=/',
    'LC_ALL=C',
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  ])
  t.equal((await host.run(['cat'])).stdout, '')
})

t.test('what cannot be started is told apart', async (t) => {
  const host = new LinuxHost()
  await t.rejects(host.run(['storwarden-no-such-tool']), { code: 'ERR_NOT_FOUND' })
  await t.rejects(host.run(['/etc/passwd']), { code: 'ERR_PERMISSION' })
})

t.test('a command that hangs is killed with all it started', async (t) => {
  const directory = t.testdir({})
  const pidFile = join(directory, 'pid')
  const host = new LinuxHost()
  const script = `trap '' TERM; sleep 3600 & echo $! > ${pidFile}; wait`
  await t.rejects(host.run(['sh', '-c', script], { timeoutMs: 300 }), {
    code: 'ERR_TIMEOUT',
    unkillable: false,
  })
  const child = Number(readFileSync(pidFile, 'utf8'))
  // A signal is delivered when the process gets its turn.
  await isGone(child)
  t.strictSame(host.stuck(), [])
})

t.test('a command that prints without end is killed', async (t) => {
  await t.rejects(new LinuxHost().run(['yes'], { timeoutMs: 60_000 }), { code: 'ERR_OUTPUT_LIMIT' })
})

t.test('a daemon that keeps the output open does not keep the command', async (t) => {
  const host = new LinuxHost({ graceMs: 50 })
  const { stdout } = await host.run(['sh', '-c', 'setsid sleep 5 & echo started'], {
    timeoutMs: 60_000,
  })
  t.equal(stdout, 'started\n')
})

t.test('a process that cannot be killed', async (t) => {
  // A kill that has no effect is what state D looks like from outside.
  const host = new LinuxHost({
    graceMs: 20,
    kill: () => undefined,
    now: () => new Date('2026-01-01T00:00:00Z'),
  })
  await t.rejects(host.run(NEVER_ENDS, { timeoutMs: 50, device: '/dev/sg3' }), {
    code: 'ERR_TIMEOUT',
    unkillable: true,
  })

  const stuck = host.stuck()
  const pid = stuck[0]?.pid ?? 0
  t.strictSame(stuck, [
    {
      what: 'sleep 3600',
      device: '/dev/sg3',
      scsiHost: null,
      pid,
      since: new Date('2026-01-01T00:00:00Z'),
    },
  ])
  await t.rejects(host.run(['true'], { device: '/dev/sg3' }), { code: 'ERR_QUARANTINED' })
  t.equal((await host.run(['true'], { device: '/dev/sg4' })).exitCode, 0, 'others are asked')

  killGroup(pid)
  await stuckIsEmpty(host)
  t.equal((await host.run(['true'], { device: '/dev/sg3' })).exitCode, 0, 'it is asked again')
})

t.test('a stuck command without a device keeps its own tool from being started', async (t) => {
  const host = new LinuxHost({ graceMs: 20, kill: () => undefined })
  await t.rejects(host.run(NEVER_ENDS, { timeoutMs: 50 }), {
    code: 'ERR_TIMEOUT',
    unkillable: true,
  })
  t.teardown(() => {
    killGroup(host.stuck()[0]?.pid ?? 0)
  })
  await t.rejects(host.run(['sleep', '0']), { code: 'ERR_QUARANTINED' })
  t.equal((await host.run(['true'])).exitCode, 0)
})

t.test('five failures of a tool on a device open its breaker', async (t) => {
  let now = new Date('2026-01-01T00:00:00Z')
  const host = new LinuxHost({ now: () => now })
  const fail = () => host.run(['sh', '-c', 'exit 1'], { device: '/dev/sg3' })
  for (let i = 0; i < 5; i += 1) await t.rejects(fail(), { code: 'ERR_COMMAND' })
  await t.rejects(fail(), { code: 'ERR_BREAKER_OPEN' })
  t.strictSame(host.breakers(), [{ name: '/dev/sg3 sh', state: 'open', failures: 5 }])
  t.equal((await host.run(['true'], { device: '/dev/sg3' })).exitCode, 0, 'another tool may')

  now = new Date('2026-01-01T00:00:30Z')
  const work = () => host.run(['sh', '-c', ':'], { device: '/dev/sg3' })
  await work()
  t.strictSame(host.breakers(), [{ name: '/dev/sg3 sh', state: 'half_open', failures: 5 }])
  await work()
  t.strictSame(host.breakers(), [])
})

t.test('the observer is told of every command that was started', async (t) => {
  const seen: [string, Outcome][] = []
  const host = new LinuxHost({
    observer: { command: ({ tool }, _seconds, outcome) => seen.push([tool, outcome]) },
  })
  await host.run(['/bin/true'])
  await host.run(['false']).catch(() => undefined)
  await host.run(NEVER_ENDS, { timeoutMs: 50 }).catch(() => undefined)
  await host.run(['storwarden-no-such-tool']).catch(() => undefined)
  t.strictSame(seen, [
    ['true', 'ok'],
    ['false', 'error'],
    ['sleep', 'timeout'],
  ])
})

t.test('stop kills what is under way, starts no more, and may be called twice', async (t) => {
  const host = new LinuxHost({ processes: 1 })
  const stopped = { code: 'ERR_COMMAND', message: /the daemon is stopping/ }
  const running = t.rejects(host.run(NEVER_ENDS, { timeoutMs: 60_000 }), stopped)
  const queued = t.rejects(host.run(NEVER_ENDS, { timeoutMs: 60_000 }), stopped)
  await new Promise(setImmediate)
  await host.stop()
  await Promise.all([running, queued])
  await host.stop()
})

t.test('no path opens a tape node, or a device at all', async (t) => {
  const host = new LinuxHost()
  for (const node of ['/dev/st0', '/dev/nst1', '/dev/nst0a', '/dev/tape/by-id/x-nst']) {
    await t.rejects(host.run(['true', node]), { code: 'ERR_REFUSED' }, node)
    await t.rejects(host.readBytes(node), { code: 'ERR_REFUSED' }, node)
    const cdb = Buffer.from('120000002400', 'hex')
    await t.rejects(host.scsi(node, cdb, { dataInBytes: 36 }), { code: 'ERR_REFUSED' }, node)
  }
  await t.rejects(host.readText('/dev/null'), { code: 'ERR_REFUSED' })
})

t.test('nor is a device opened, or what waits for a writer, behind another name', async (t) => {
  const directory = t.testdir({})
  const at = (name: string) => join(directory, name)
  symlinkSync('/dev/null', at('null'))
  await new LinuxHost().run(['mkfifo', at('fifo')])
  const self = ['root', 'task/../root', '../self/root']
  const paths = [
    '/sys/../dev/null',
    at('null'),
    at('fifo'),
    ...self.map((link) => `/proc/self/${link}/dev/null`),
  ]
  const loaded = loadNative()
  for (const native of [null, 'native' in loaded ? loaded.native : null]) {
    const host = new LinuxHost({ native })
    for (const path of paths)
      await t.rejects(host.readBytes(path), { code: 'ERR_PERMISSION' }, path)
    t.match(await host.readText('/proc/self/comm'), /^\S+\n$/)
  }
})

t.test('files answer with their text, or with why not', async (t) => {
  const directory = t.testdir({ a: 'text\n', b: 'x', sub: { c: '' } })
  const host = new LinuxHost()
  symlinkSync('a', join(directory, 'link'))
  symlinkSync('loop', join(directory, 'loop'))
  writeFileSync(join(directory, 'big'), '')
  truncateSync(join(directory, 'big'), 17 * 1024 * 1024)

  t.equal(await host.readText(join(directory, 'link')), 'text\n')
  t.strictSame(await host.list(directory), ['a', 'b', 'big', 'link', 'loop', 'sub'])
  t.strictSame(await host.list(join(directory, 'none')), [])
  t.equal(await host.realpath(join(directory, 'link')), join(directory, 'a'))
  t.equal(await host.exists(join(directory, 'sub')), true)
  t.equal(await host.exists(join(directory, 'a/b')), false)
  t.equal((await host.stat(join(directory, 'a'))).sizeBytes, 5)
  await t.rejects(host.readText(join(directory, 'none')), { code: 'ERR_NOT_FOUND' })
  await t.rejects(host.readText(directory), { code: 'ERR_READ', errno: 'EISDIR' })
  await t.rejects(host.readText(join(directory, 'loop')), { code: 'ERR_READ', errno: 'ELOOP' })
  await t.rejects(host.readText(join(directory, 'big')), { code: 'ERR_READ', errno: 'EFBIG' })
})

t.test('proc and sys answer', async (t) => {
  const host = new LinuxHost()
  t.match(await host.readText('/proc/self/mountinfo'), / \/proc /)
  t.ok((await host.list('/sys/class')).includes('net'))
  t.strictSame(await host.list('/sys/class/storwarden'), [])
  t.equal(await host.exists('/proc/stat'), true)
  t.ok((await host.statfs('/')).totalBytes > 0)
  await t.rejects(host.statfs('/no/such/place'), { code: 'ERR_NOT_FOUND' })
})

t.test('without the node there is no pass-through', async (t) => {
  const host = new LinuxHost()
  const cdb = Buffer.from('120000002400', 'hex')
  const error: unknown = await host
    .scsi('/dev/sg990', cdb, { dataInBytes: 36 })
    .catch((error: unknown) => error)
  const code = (error as { code?: string }).code
  // Where sg3_utils is installed, it is the node that is missing.
  t.ok(code === 'ERR_NOT_FOUND' || code === 'ERR_PASS_THROUGH', String(error))
})

/** The variables that the test runner's own spawn hook does not add. */
function ours(environment: string): string[] {
  const lines = environment.split('\0').filter(Boolean).sort()
  return lines.filter((line) => !/^(?:NODE_OPTIONS|_TAPJS_)/.test(line))
}

function isAlive(pid: number): boolean {
  try {
    // A zombie whose parent has not fetched it yet is not alive.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

async function isGone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise(setImmediate)
}

async function stuckIsEmpty(host: LinuxHost): Promise<void> {
  while (host.stuck().length > 0) await new Promise(setImmediate)
}
