import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { Bench } from '../support/native.ts'

const FILE = 'file-scenarios.mjs'
const MEBIBYTE = 1024 * 1024
/** Somebody who may read no more than anybody. */
const NOBODY = 65_534

/** Reading of files, with whatever build of the addon the bench has. */
export const fileCases: Record<string, (t: Test, bench: Bench) => Promise<void>> = {
  'files, directories and errors are told by their index': async (t, bench) => {
    const at = (name: string) => join(bench.folder, name)
    writeFileSync(at('small'), 'one\n')
    writeFileSync(at('empty'), '')
    writeFileSync(at('page'), 'x'.repeat(4096))
    writeFileSync(at('chunks'), `${'x'.repeat(4096 + 65_536)}end\n`)
    symlinkSync('small', at('link'))
    symlinkSync('loop', at('loop'))
    mkdirSync(at('folder'))
    for (const name of ['b', 'a', '.hidden', 'ä']) writeFileSync(at(`folder/${name}`), '')
    mkdirSync(at('bare'))
    const files: [path: string, file: object][] = [
      [at('small'), { text: 'one\n' }],
      [at('empty'), { text: '' }],
      [at('page'), { length: 4096, end: 'xxxx' }],
      [at('chunks'), { length: 4096 + 65_536 + 4, end: 'end\n' }],
      [at('link'), { text: 'one\n' }],
      [at('folder'), { names: ['.hidden', 'a', 'b', 'ä'] }],
      [at('bare'), { names: [] }],
      [at('nothing'), { errno: 'ENOENT' }],
      [at('small/below'), { errno: 'ENOTDIR' }],
      [at('loop'), { errno: 'ELOOP' }],
      [at('n'.repeat(256)), { errno: 'ENAMETOOLONG' }],
      ['', { errno: 'ENOENT' }],
      // Of the kernel, and of no size that stat(2) would tell.
      ['/proc/version', { text: readFileSync('/proc/version', 'latin1') }],
    ]
    const outcome = await bench.run(FILE, 'paths', {
      given: { paths: files.map(([path]) => path) },
    })
    const told = files.map(([path, file], index) => [
      index,
      path === '/proc/version' ? textOrEnd(file) : file,
    ])
    t.match(outcome, { exitCode: 0, stderr: '' })
    t.strictSame(outcome.result, told)
  },

  'a file that is too large is not read, nor one that nobody may': async (t, bench) => {
    const [large, secret] = [join(bench.folder, 'large'), join(bench.folder, 'secret')]
    const fits = join(bench.folder, 'fits')
    for (const [path, bytes] of [
      [large, 16 * MEBIBYTE + 1],
      [fits, 16 * MEBIBYTE],
    ] as const) {
      writeFileSync(path, '')
      truncateSync(path, bytes)
    }
    writeFileSync(secret, 'secret')
    chmodSync(secret, 0)
    const given = {
      paths: [large, fits, secret],
      ...(process.getuid?.() === 0 ? { uid: NOBODY } : {}),
    }
    const { result, exitCode, stderr } = await bench.run(FILE, 'paths', { given })
    t.strictSame({ exitCode, stderr }, { exitCode: 0, stderr: '' })
    t.strictSame(result, [
      [0, { errno: 'EFBIG' }],
      [1, { length: 16 * MEBIBYTE, end: '\0\0\0\0' }],
      [2, { errno: 'EACCES' }],
    ])
  },

  'no device is opened, and nothing that might wait': async (t, bench) => {
    const at = (name: string) => join(bench.folder, name)
    spawnSync('mkfifo', [at('fifo')])
    symlinkSync('/dev/null', at('null'))
    const server = createServer().listen(at('socket'))
    t.teardown(() => server.close())
    await new Promise((resolve) => server.once('listening', resolve))
    const paths = [
      '/dev/null',
      '/dev',
      '//dev/st0',
      '/dev/../etc/hostname',
      '/./dev/null',
      at('null'),
    ]
    paths.push(at('fifo'), at('socket'), '/proc/self/root/dev/null')
    const { result, log } = await bench.run(FILE, 'paths', { given: { paths } })
    t.strictSame(
      result,
      paths.map((_, index) => [index, { errno: 'EPERM' }]),
    )
    t.strictSame(
      log.filter((line) => line.includes('NONBLOCK')),
      [],
    )
  },

  'attributes and links are told in the order in which they are asked for': async (t, bench) => {
    const at = (name: string) => join(bench.folder, 'attributes', name)
    mkdirSync(at('below'), { recursive: true })
    const written = { small: 'one\n', empty: '', page: 'x'.repeat(4096), 'below/ä': 'ü' }
    for (const [name, text] of Object.entries(written)) writeFileSync(at(name), text)
    writeFileSync(at('chunks'), `${'x'.repeat(4096 + 65_536)}end\n`)
    writeFileSync(at('secret'), 'secret')
    chmodSync(at('secret'), 0)
    symlinkSync('small', at('link'))
    symlinkSync('/nowhere/at/all', at('dangling'))
    const texts = ['small', 'empty', 'page', 'chunks', 'below/ä', 'link', 'dangling']
    const refused = ['below', 'none', 'small/none', 'secret', 'n'.repeat(256)]
    const asked = [
      {
        directory: at('.'),
        texts: [...texts, ...refused],
        links: ['link', 'dangling', 'small', 'no'],
      },
      { directory: at('nothing'), texts: ['a'], links: ['b'] },
      { directory: at('small'), texts: ['a'] },
      { directory: at('.'), texts: ['small'] },
      // Of sysfs, where nothing has to be looked at before it is opened, and of the kernel elsewhere.
      { directory: '/sys/class/net/lo', texts: ['mtu', 'none', 'queues'] },
      { directory: '/proc/sys/kernel', texts: ['ostype'] },
    ]
    const given = { asked, ...(process.getuid?.() === 0 ? { uid: NOBODY } : {}) }
    const { result, exitCode, stderr } = await bench.run(FILE, 'attributes', { given })
    t.strictSame({ exitCode, stderr }, { exitCode: 0, stderr: '' })
    t.strictSame(result, [
      'one\n',
      '',
      { length: 4096, end: 'xxxx' },
      { length: 4096 + 65_536 + 4, end: 'end\n' },
      ...['ü', 'one\n', null],
      { errno: 'EISDIR' },
      ...[null, { errno: 'ENOTDIR' }, { errno: 'EACCES' }, { errno: 'ENAMETOOLONG' }],
      ...['small', '/nowhere/at/all', { errno: 'EINVAL' }, null],
      ...[null, null],
      { errno: 'ENOTDIR' },
      'one\n',
      ...[readFileSync('/sys/class/net/lo/mtu', 'latin1'), null, { errno: 'EISDIR' }],
      'Linux\n',
    ])
  },

  'no attribute is a device, and none waits': async (t, bench) => {
    const at = (name: string) => join(bench.folder, 'devices', name)
    mkdirSync(at('.'), { recursive: true })
    spawnSync('mkfifo', [at('fifo')])
    symlinkSync('/dev/null', at('null'))
    symlinkSync('/dev', at('dev'))
    const asked = [
      { directory: at('.'), texts: ['fifo', 'null', 'dev/null'] },
      { directory: '/dev', texts: ['null'] },
      { directory: '//dev/', texts: ['null'], links: ['stdin'] },
      { directory: '/sys/class/net/lo', texts: ['/dev/null', '../../../../../dev/null'] },
      { directory: '/proc/self', texts: ['root/dev/null'] },
    ]
    const { result, log } = await bench.run(FILE, 'attributes', { given: { asked } })
    t.strictSame(
      result,
      Array.from({ length: 9 }, () => ({ errno: 'EPERM' })),
    )
    t.strictSame(
      log.filter((line) => line.includes('NONBLOCK')),
      [],
    )
  },

  'arguments of attributes that are none reject': async (t, bench) => {
    t.strictSame((await bench.run(FILE, 'nonsenseOfAttributes')).result, {
      messages: [
        'lane is not a string',
        'asked is not an array',
        'asked is not an object',
        'names is not a string',
        'links is not a whole number up to 4294967295',
        'onRead is not a function',
      ],
      told: [],
    })
  },

  'many files wake the event loop seldom': async (t, bench) => {
    const folder = join(bench.folder, 'many')
    mkdirSync(folder)
    for (let index = 0; index < 2000; index += 1) writeFileSync(join(folder, String(index)), '')
    const { result } = await bench.run(FILE, 'many', { given: { folder } })
    const { calls, milliseconds, ...rest } = result as { calls: number; milliseconds: number }
    t.strictSame(rest, { read: 2000, inOrder: true })
    t.ok(
      calls <= milliseconds / 2 + 2,
      `${calls} times in ${milliseconds} ms: not before 2 ms are over`,
    )
  },

  'files that block hold back their lanes and no other': async (t, bench) => {
    const [before, blocks] = [join(bench.folder, 'before'), join(bench.folder, 'a.blocks')]
    const fifo = join(bench.folder, 'blocks.fifo')
    spawnSync('mkfifo', [fifo])
    for (const path of [before, blocks]) writeFileSync(path, 'read')
    const lanes = 5
    const { result, exitCode } = await bench.run(FILE, 'blocked', {
      given: { lanes, before, blocks, fifo },
      machine: { FAKE_BLOCK: fifo },
      environment: { UV_THREADPOOL_SIZE: '1' },
    })
    const inEach = (indexes: number[]) => Array.from({ length: lanes }, () => indexes)
    t.strictSame(result, {
      told: inEach([0]),
      other: [
        [0, { text: 'read' }],
        [1, { text: 'read' }],
      ],
      busy: lanes,
      then: inEach([0, 1, 2]),
      busyThen: 0,
    })
    t.equal(exitCode, 0)
  },

  'what a callback throws is an uncaught exception': async (t, bench) => {
    const path = join(bench.folder, 'thrown')
    writeFileSync(path, 'read')
    const { result, exitCode } = await bench.run(FILE, 'thrown', { given: { path } })
    t.strictSame(result, { uncaught: ['thrown by onRead'], after: [[0, { text: 'read' }]] })
    t.equal(exitCode, 0)
  },

  'no files are read at once, and arguments that are none reject': async (t, bench) => {
    t.strictSame((await bench.run(FILE, 'none')).result, { settled: 'undefined' })
    t.strictSame((await bench.run(FILE, 'nonsense')).result, [
      'lane is not a string',
      'path is not an array',
      'onRead is not a function',
      'lane is not a string',
      'path is not an array',
      'path is not a string',
      'path has a NUL in it',
    ])
  },
}

/** As the scenario shows a file, by its length. */
function textOrEnd(file: object): object {
  const text = 'text' in file ? String(file.text) : ''
  return text.length > 100 ? { length: text.length, end: text.slice(-4) } : file
}
