import { symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mock } from 'node:test'
import t from 'tap'
import { LinuxHost } from '../../src/host/linux-host.ts'
import { loadNative } from '../../src/host/load-native.ts'
import { FakeNative } from '../support/fake-native.ts'

const SCST = '/sys/kernel/scst_tgt'
const bytes = (text: string) => ({ bytes: Buffer.from(text) })

function open() {
  const native = new FakeNative()
  return { native, host: new LinuxHost({ native, now: () => new Date('2026-01-01T00:00:05Z') }) }
}

/** The paths of each call that was made, below its lane. */
function asked(native: FakeNative): string[] {
  return native.reads.map(({ lane, paths }) =>
    [`${lane}:`, ...paths.map((path) => path.slice(lane.length))].join(' '),
  )
}

t.test('what is asked in one turn and hangs together is read in one call', async (t) => {
  const { native, host } = open()
  const answers = Promise.all([
    host.readText(`${SCST}/targets/iscsi/enabled`),
    host.list(`${SCST}/targets`),
    host.readBytes(`${SCST}/targets/iscsi/enabled`),
    host.list(`${SCST}/targets`),
    Promise.resolve().then(() => host.readText(`${SCST}/version`)),
    host.readText('/sys/class/hwmon/hwmon0/temp1_input'),
    host.readText('/sys/class/hwmon/hwmon0/name'),
  ])
  await turn()
  t.strictSame(asked(native), [
    `${SCST}: /targets/iscsi/enabled /targets /version`,
    '/sys/class/hwmon/hwmon0: /temp1_input /name',
  ])
  native.reads[0]?.told({ 0: bytes('1\n'), 1: { names: ['qla', 'iscsi'] } })
  native.reads[0]?.told({ 2: bytes('3.10\n') })
  native.reads[1]?.told({ 0: bytes('40\n'), 1: bytes('cpu\n') })
  const names = ['iscsi', 'qla']
  t.strictSame(await answers, ['1\n', names, Buffer.from('1\n'), names, '3.10\n', '40\n', 'cpu\n'])
  const [, first, , second] = await answers
  t.not(first, second, 'each has names of its own')
  for (const { answer } of native.reads) answer()
})

t.test('what is asked while files are read makes the next call', async (t) => {
  const { native, host } = open()
  const first = host.readText(`${SCST}/a`)
  await turn()
  const later = [host.readText(`${SCST}/a`)]
  await turn()
  later.push(host.readText(`${SCST}/b`))
  await turn()
  t.strictSame(asked(native), [`${SCST}: /a`])
  native.reads[0]?.told({ 0: bytes('old') })
  native.reads[0]?.answer()
  t.equal(await first, 'old')
  await turn()
  t.strictSame(asked(native).slice(1), [`${SCST}: /a /b`], 'what was read before is read again')
  native.reads[1]?.told({ 0: bytes('new'), 1: bytes('b') })
  native.reads[1]?.answer()
  t.strictSame(await Promise.all(later), ['new', 'b'])
})

t.test('a file that cannot be read says why, and no other suffers', async (t) => {
  const { native, host } = open()
  const path = (name: string) => `${SCST}/${name}`
  const rejected = Promise.all([
    t.rejects(host.readText(path('gone')), { code: 'ERR_NOT_FOUND' }),
    t.rejects(host.readText(path('secret')), { code: 'ERR_PERMISSION' }),
    t.rejects(host.readText(path('queued')), { code: 'ERR_READ', errno: 'EAGAIN' }),
    t.rejects(host.readText(path('directory')), { code: 'ERR_READ', errno: 'EISDIR' }),
    t.rejects(host.list(path('locked')), { code: 'ERR_PERMISSION' }),
  ])
  const lists = Promise.all([host.list(path('none')), host.list(path('file'))])
  const good = host.readText(path('good'))
  await turn()
  native.reads[0]?.told({
    0: { errno: 'ENOENT' },
    1: { errno: 'EACCES' },
    2: { errno: 'EAGAIN' },
    3: { names: [] },
    4: { errno: 'EACCES' },
    5: { errno: 'ENOENT' },
    6: bytes(''),
    7: bytes('x'),
  })
  await rejected
  native.reads[0]?.answer()
  t.strictSame(await lists, [[], []])
  t.equal(await good, 'x')
})

t.test('what goes away while it is read is not there', async (t) => {
  const { native, host } = open()
  const session = `${SCST}/targets/iscsi/iqn.x/sessions/iqn.y/read_cmd_count`
  const rejected = Promise.all([
    t.rejects(host.readText(session), { code: 'ERR_NOT_FOUND' }),
    t.rejects(host.readText('/sys/class/net/lo/speed'), { code: 'ERR_READ', errno: 'ENODEV' }),
  ])
  await turn()
  for (const { told, answer } of native.reads) {
    told({ 0: { errno: 'ENODEV' } })
    answer()
  }
  await rejected
})

t.test('a file that blocks holds up those behind it in its place, and only them', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => {
    mock.timers.reset()
  })
  const { native, host } = open()
  const names = ['a', 'b', 'c']
  const [a, ...late] = names.map((name) => host.readText(`${SCST}/${name}`))
  await turn()
  mock.timers.tick(4_900)
  native.reads[0]?.told({ 0: bytes('a') })
  t.equal(await a, 'a')
  mock.timers.tick(4_900)
  t.strictSame(host.stuck(), [], 'it got on meanwhile')
  late.push(host.readText(`${SCST}/d`))
  const rejected = late.map((answer, index) =>
    t.rejects(answer, {
      code: 'ERR_TIMEOUT',
      message: new RegExp(`^${SCST}/${'bcd'.charAt(index)}: no answer within 5000 ms`),
    }),
  )
  mock.timers.tick(100)
  await Promise.all(rejected)
  t.strictSame(
    host.stuck().map(({ what, since }) => [what, since]),
    [[`${SCST}/b`, new Date('2026-01-01T00:00:00Z')]],
  )

  await t.rejects(host.readText(`${SCST}/e`), { code: 'ERR_TIMEOUT' }, 'at once')
  t.equal(await host.exists(`${SCST}/e`), false, 'names are not read')
  t.equal(native.reads.length, 1, 'one call, and no second one')
  const elsewhere = host.readText('/sys/class/hwmon/hwmon0/name')
  await turn()
  native.reads[1]?.told({ 0: bytes('cpu') })
  native.reads[1]?.answer()
  t.equal(await elsewhere, 'cpu')

  native.reads[0]?.told({ 1: bytes('b'), 2: bytes('c') })
  mock.timers.tick(60_000)
  t.equal(host.stuck().length, 1, 'it has not returned yet')
  native.reads[0]?.answer()
  await turn()
  t.strictSame(host.stuck(), [])
  const again = host.readText(`${SCST}/e`)
  await turn()
  native.reads[2]?.told({ 0: bytes('e') })
  native.reads[2]?.answer()
  t.equal(await again, 'e')
})

t.test('a call that fails as a whole fails for each, and not for good', async (t) => {
  const { native, host } = open()
  const rejected = [
    t.rejects(host.readText(`${SCST}/a`), { message: 'no thread' }),
    t.rejects(host.list(`${SCST}/b`), { message: 'no thread' }),
  ]
  await turn()
  native.reads[0]?.fail(new Error('no thread'))
  await Promise.all(rejected)
  const again = host.readText(`${SCST}/a`)
  await turn()
  native.reads[1]?.told({ 0: bytes('a') })
  native.reads[1]?.answer()
  t.equal(await again, 'a')
})

const loaded = loadNative()
const skip = 'missing' in loaded ? loaded.missing : false
if (process.env.CI && skip) throw new Error(skip)

t.test('the addon answers as Node does', { skip }, async (t) => {
  const native = 'native' in loaded ? loaded.native : null
  const directory = t.testdir({ a: 'text\n', empty: '', none: {}, sub: { c: 'x'.repeat(70_000) } })
  symlinkSync('a', join(directory, 'link'))
  symlinkSync('loop', join(directory, 'loop'))
  writeFileSync(join(directory, 'big'), '')
  truncateSync(join(directory, 'big'), 17 * 1024 * 1024)
  const paths = ['', 'a', 'empty', 'none', 'sub', 'sub/c', 'link', 'loop', 'big', 'gone', 'a/b']
    .map((name) => join(directory, name))
    .concat(
      '/sys/class/hwmon',
      '/sys/class/enclosure',
      '/proc/self/comm',
      '/etc/passwd',
      '/dev/null',
    )

  const told = (host: LinuxHost) =>
    Promise.all(
      paths.flatMap((path) => [
        outcome(path, host.readText(path)),
        outcome(path, host.readBytes(path)),
        outcome(path, host.list(path)),
      ]),
    )
  t.strictSame(await told(new LinuxHost({ native })), await told(new LinuxHost()))
  t.ok((await new LinuxHost({ native }).list('/dev')).includes('null'))
})

async function outcome(path: string, asked: Promise<unknown>) {
  try {
    return [path, await asked]
  } catch (error) {
    const { code, errno } = error as { code: string; errno?: string }
    return [path, code, errno]
  }
}

/** A whole turn of the event loop, in which a batch is put together and sent. */
async function turn(): Promise<void> {
  for (let i = 0; i < 3; i += 1) await new Promise((resolve) => setImmediate(resolve))
}
