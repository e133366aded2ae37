import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mock } from 'node:test'
import t from 'tap'
import type { Attributes } from '../../src/host/host.ts'
import { LinuxHost } from '../../src/host/linux-host.ts'
import { loadNative } from '../../src/host/load-native.ts'
import { FakeNative } from '../support/fake-native.ts'
import { noNative } from '../support/native.ts'

const SCST = '/sys/kernel/scst_tgt'

function open() {
  const native = new FakeNative()
  const host = new LinuxHost({ native, now: () => new Date('2026-01-01T00:00:05Z') })
  const read = (directory: string, texts: string[], links?: string[]): Promise<Attributes> => {
    if (host.readAttributes === undefined) throw new Error('not with the addon')
    return host.readAttributes(directory, links === undefined ? { texts } : { texts, links })
  }
  return { native, host, read }
}

/** Errors by their codes. */
function shown({ texts, links }: Attributes) {
  const code = (told: string | null | (Error & { code: string })) =>
    told === null || typeof told === 'string' ? told : [told.code, told.message]
  return { texts: texts.map(code), links: links.map(code) }
}

t.test('what is asked in one turn and hangs together is one call', async (t) => {
  const { native, read } = open()
  const answers = Promise.all([
    read(`${SCST}/devices/a`, ['size', 'active'], ['handler']),
    read(`${SCST}/devices/b`, ['size']),
    read('/sys/class/hwmon/hwmon0', ['name']),
    read(`${SCST}/devices/c`, []),
  ])
  await turn()
  t.strictSame(
    native.attributeReads.map(({ lane, asked }) => [
      lane,
      ...asked.map(({ names, links }) => [names.split('\0'), links]),
    ]),
    [
      [
        SCST,
        [[`${SCST}/devices/a`, 'size', 'active', 'handler'], 1],
        [[`${SCST}/devices/b`, 'size'], 0],
      ],
      ['/sys/class/hwmon/hwmon0', [['/sys/class/hwmon/hwmon0', 'name'], 0]],
    ],
  )
  const later = read(`${SCST}/devices/b`, ['size'])
  native.attributeReads[0]?.told('1\n', null)
  native.attributeReads[0]?.told('../../handlers/x', '2\n')
  native.attributeReads[1]?.told('cpu\n')
  t.strictSame(await answers, [
    { texts: ['1\n', null], links: ['../../handlers/x'] },
    { texts: ['2\n'], links: [] },
    { texts: ['cpu\n'], links: [] },
    { texts: [], links: [] },
  ])
  t.equal(native.attributeReads.length, 2, 'what is asked during a call waits for it')
  for (const { answer } of native.attributeReads) answer()
  await turn()
  native.attributeReads[2]?.told('3\n')
  native.attributeReads[2]?.answer()
  t.strictSame(await later, { texts: ['3\n'], links: [] })
})

t.test('what cannot be read says why, and no other suffers', async (t) => {
  const { native, read } = open()
  const session = `${SCST}/sessions/x`
  const answer = read(session, ['gone', 'secret', 'queued', 'folder', 'good'], ['luns'])
  await turn()
  native.attributeReads[0]?.told(
    { errno: 'ENODEV' },
    { errno: 'EACCES' },
    { errno: 'EAGAIN' },
    { errno: 'EISDIR' },
    '',
    { errno: 'EINVAL' },
  )
  native.attributeReads[0]?.answer()
  t.strictSame(shown(await answer), {
    texts: [
      null,
      ['ERR_PERMISSION', `${session}/secret: permission denied`],
      ['ERR_READ', `${session}/queued: EAGAIN`],
      ['ERR_READ', `${session}/folder: EISDIR`],
      '',
    ],
    links: [['ERR_READ', `${session}/luns: EINVAL`]],
  })
})

t.test('one that blocks holds up those behind it in its place, and only them', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => {
    mock.timers.reset()
  })
  const { native, host, read } = open()
  const [whole, part, none] = [
    read(`${SCST}/a`, ['x']),
    read(`${SCST}/b`, ['x', 'y', 'z']),
    read(`${SCST}/c`, ['x']),
  ]
  await turn()
  mock.timers.tick(4_900)
  native.attributeReads[0]?.told('a', 'b')
  t.strictSame(await whole, { texts: ['a'], links: [] })
  mock.timers.tick(4_900)
  t.strictSame(host.stuck(), [], 'it got on meanwhile')
  mock.timers.tick(100)
  const late = (path: string) => [
    'ERR_TIMEOUT',
    `${SCST}/${path}: no answer within 5000 ms, and the process cannot be killed (state D)`,
  ]
  t.strictSame(shown(await part).texts, ['b', late('b/y'), late('b/z')])
  t.strictSame(shown(await none).texts, [late('c/x')])
  t.strictSame(
    host.stuck().map(({ what, since }) => [what, since]),
    [[`${SCST}/b/y`, new Date('2026-01-01T00:00:00Z')]],
  )
  t.strictSame(shown(await read(`${SCST}/a`, ['x'])).texts, [late('a/x')], 'at once')
  t.equal(native.attributeReads.length, 1, 'and no second call')

  native.attributeReads[0]?.told('y', 'z', 'x')
  native.attributeReads[0]?.answer()
  await turn()
  t.strictSame(host.stuck(), [])
  const again = read(`${SCST}/a`, ['x'])
  await turn()
  native.attributeReads[1]?.told('again')
  native.attributeReads[1]?.answer()
  t.strictSame((await again).texts, ['again'])
})

t.test('a call that fails as a whole fails for each, and not for good', async (t) => {
  const { native, read } = open()
  const rejected = ['a', 'b'].map((name) =>
    t.rejects(read(`${SCST}/${name}`, ['x']), { message: 'no thread' }),
  )
  await turn()
  native.attributeReads[0]?.fail(new Error('no thread'))
  await Promise.all(rejected)
  const again = read(`${SCST}/a`, ['x'])
  await turn()
  native.attributeReads[1]?.told('x')
  native.attributeReads[1]?.answer()
  t.strictSame((await again).texts, ['x'])
})

t.test('without the addon it cannot be asked', (t) => {
  t.equal(new LinuxHost().readAttributes, undefined)
  t.end()
})

t.test('the addon reads what Node reads', { skip: noNative() }, async (t) => {
  const folder = t.testdir({ small: 'one\n', page: 'x'.repeat(4096), big: 'y'.repeat(70_000) })
  mkdirSync(join(folder, 'below'))
  writeFileSync(join(folder, 'below/ä'), 'ü')
  symlinkSync('small', join(folder, 'link'))
  const loaded = loadNative()
  if (!('native' in loaded)) throw new Error(loaded.missing)
  const host = new LinuxHost({ native: loaded.native })
  const texts = ['small', 'link', 'page', 'big', 'below/ä', 'below', 'none', 'small/none']
  t.strictSame(
    shown(
      (await host.readAttributes?.(folder, { texts, links: ['link', 'small', 'none'] })) ?? none,
    ),
    {
      texts: [
        ...['one\n', 'one\n', 'x'.repeat(4096), 'y'.repeat(70_000), 'ü'],
        ['ERR_READ', `${folder}/below: EISDIR`],
        null,
        null,
      ],
      links: ['small', ['ERR_READ', `${folder}/small: EINVAL`], null],
    },
  )
  const gone = await host.readAttributes?.(join(folder, 'gone'), { texts: ['x'], links: ['y'] })
  t.strictSame(gone, { texts: [null], links: [null] })
  const loop = '/sys/class/net/lo'
  const attributes = await host.readAttributes?.(loop, { texts: ['mtu', 'ifindex', 'queues'] })
  t.strictSame(shown(attributes ?? none).texts, [
    await host.readText(`${loop}/mtu`),
    await host.readText(`${loop}/ifindex`),
    ['ERR_READ', `${loop}/queues: EISDIR`],
  ])
})

const none: Attributes = { texts: [], links: [] }

/** Until what was asked has been handed on. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
}
