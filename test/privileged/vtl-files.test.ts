import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { StuckCalls } from '../../src/host/stuck-calls.ts'
import { vtlFiles } from '../../src/privileged/vtl-files.ts'
import { parseDeviceConf, renderDeviceConf } from '../../src/vtl/device-conf.ts'
import { planLibrary } from '../../src/vtl/new-library.ts'
import { recorded } from '../support/recorded.ts'

const digest = (text: string) => createHash('sha256').update(text).digest('hex')

/** mhvtl's folders, as they were recorded. */
function open(t: { teardown: (over: () => void) => void }) {
  const root = mkdtempSync(join(tmpdir(), 'vtl-files-'))
  t.teardown(() => {
    rmSync(root, { recursive: true })
  })
  const [configDir, homePath] = [join(root, 'etc'), join(root, 'opt')]
  const [lockDir, proc] = [join(root, 'lock'), join(root, 'proc')]
  for (const folder of [configDir, homePath, lockDir, proc]) mkdirSync(folder)
  const path = (name: string) => join(configDir, name)
  const conf = (recorded('01-steady').file('/etc/mhvtl/device.conf') ?? '').replaceAll(
    '/opt/mhvtl',
    homePath,
  )
  const contents = recorded('01-steady').file('/etc/mhvtl/library_contents.30') ?? ''
  writeFileSync(path('device.conf'), conf)
  writeFileSync(path('library_contents.30'), contents, { mode: 0o640 })
  const now = () => new Date('2026-01-02T03:04:05.678Z')
  const places = { configDir, homePath, lockDir, proc }
  const files = vtlFiles(places, new StuckCalls(now), now)
  return { files, path, conf, contents, ...places }
}

t.test('a file is replaced as a whole, and what was there is kept', async (t) => {
  const { files, path, contents, configDir } = open(t)
  const changed = contents.replace('Slot 41:', 'Slot 41: Z00001L9')
  await files.write(path('library_contents.30'), changed, digest(contents))
  t.equal(readFileSync(path('library_contents.30'), 'utf8'), changed)
  t.equal(readFileSync(path('library_contents.30.previous'), 'utf8'), contents)
  t.equal(statSync(path('library_contents.30')).mode & 0o777, 0o640)
  t.equal(statSync(path('library_contents.30')).mtime.toISOString(), '2026-01-02T03:04:05.678Z')
  t.strictSame(readdirSync(configDir).sort(), [
    ...['device.conf', 'library_contents.30', 'library_contents.30.previous'],
  ])
})

t.test('it is younger than what a daemon has written down, by whole seconds', async (t) => {
  const { files, path, contents } = open(t)
  const state = path('library_contents.30.persist')
  writeFileSync(state, contents)
  utimesSync(state, 2_000_000_000.9, 2_000_000_000.9)
  await files.write(path('library_contents.30'), `${contents}\n`, digest(contents))
  t.equal(statSync(path('library_contents.30')).mtimeMs, 2_000_000_001_000)
})

t.test('nothing else is written, nor over what somebody else has written', async (t) => {
  const { files, path, conf, contents, configDir, homePath } = open(t)
  const write = (name: string, text: string, replaces: string | null) =>
    files.write(name.startsWith('/') ? name : path(name), text, replaces)
  const refused: [string, string, string | null, RegExp][] = [
    ['mhvtl.conf', 'CAPACITY=1', null, /nothing is written there/],
    ['library_contents.30.persist', contents, null, /nothing is written there/],
    ['library_contents.030', contents, null, /nothing is written there/],
    [`${configDir}/../etc/device.conf`, conf, digest(conf), /nothing is written there/],
    ['/etc/passwd', 'x', null, /nothing is written there/],
    ['library_contents.30', contents, null, /changed meanwhile/],
    ['library_contents.30', contents, digest('other'), /changed meanwhile/],
    ['library_contents.99', contents, null, /no library 99/],
    ['library_contents.30', 'rubbish', digest(contents), /nothing known/],
    ['device.conf', `${conf} movecommand: /tmp/x\n`, digest(conf), /refused/],
  ]
  for (const [name, text, replaces, reason] of refused) {
    await t.rejects(write(name, text, replaces), { code: 'ERR_REFUSED', message: reason }, name)
  }
  symlinkSync('/etc/hostname', path('library_contents.10'))
  await t.rejects(write('library_contents.10', contents, null), { message: /it is a link/ })
  t.equal(readFileSync(path('library_contents.30'), 'utf8'), contents)
  const added = renderDeviceConf(
    planLibrary(parseDeviceConf(conf), {
      ...{ model: 'STK L700', number: null, drives: 1, generation: 8, machine: 'X1Z' },
      homeDirectory: join(homePath, 'New'),
    }).conf,
  )
  await write('device.conf', added, digest(conf))
  t.equal(readFileSync(path('device.conf'), 'utf8'), added)
  await files.makeHome(20)
  await files.makeHome(20)
  t.ok(statSync(join(homePath, 'New')).isDirectory())
  await t.rejects(files.makeHome(21), { code: 'ERR_NOT_FOUND' }, 'a drive has none')
})

t.test('a medium is deleted that is in no library, and nothing but a medium', async (t) => {
  const { files, homePath } = open(t)
  const shelf = join(homePath, 'IBM_TS3500')
  const make = (name: string, ...names: string[]) => {
    mkdirSync(join(shelf, name), { recursive: true })
    for (const one of names) writeFileSync(join(shelf, name, one), '')
  }
  make('OLD001L9', 'data.0', 'indx.0', 'meta.0', 'mam', 'mhvtl_data')
  make('G03001L9', 'data.0')
  make('MINE01L9', 'data.0', 'notes')
  make('.removed-HALF01L9', 'mam')
  symlinkSync('/etc', join(shelf, 'LINK01L9'))
  await files.removeMedium(30, 'OLD001L9')
  await files.removeMedium(30, 'HALF01L9')
  await t.rejects(files.removeMedium(30, 'G03001L9'), {
    message: /is in slot 1 of its library$|it is in slot 1/,
  })
  await t.rejects(files.removeMedium(30, 'MINE01L9'), {
    message: /notes in it is none of a medium/,
  })
  await t.rejects(files.removeMedium(30, 'LINK01L9'), { message: /it is no folder/ })
  await t.rejects(files.removeMedium(30, 'NONE01L9'), { code: 'ERR_NOT_FOUND' })
  await t.rejects(files.removeMedium(31, 'OLD001L9'), { code: 'ERR_NOT_FOUND' })
  t.strictSame(readdirSync(shelf).sort(), ['G03001L9', 'LINK01L9', 'MINE01L9'])
})

t.test('the lock of a daemon is removed when it is dead', async (t) => {
  const { files, lockDir, proc } = open(t)
  const lock = join(lockDir, 'mhvtl11')
  writeFileSync(lock, '')
  mkdirSync(join(proc, '77'))
  for (const line of ['/usr/bin/vtltape\0-F\0-q11\0-v0\0', 'vtltape\0-q\x0011\0']) {
    writeFileSync(join(proc, '77/cmdline'), line)
    await t.rejects(files.removeLock(11), { message: /its daemon runs, as process 77$/ })
  }
  writeFileSync(join(proc, '77/cmdline'), 'vtltape\0-q111\0')
  await files.removeLock(11)
  t.equal(existsSync(lock), false)
  await files.removeLock(11)
})
