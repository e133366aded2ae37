import { join } from 'node:path'
import t from 'tap'
import type { FileRead } from '../../src/host/native.ts'
import { sysfsLook } from '../../src/host/sysfs-look.ts'
import { SysfsWatch } from '../../src/host/sysfs-watch.ts'

t.test('names and texts below /sys are compared with those of the look before', async (t) => {
  let files: FileRead[] = [
    { names: ['b', 'a'] },
    { bytes: Buffer.from('1\n') },
    { errno: 'ENOENT' },
  ]
  const heard: string[] = []
  const watch = new SysfsWatch({
    look: () => Promise.resolve(files),
    onChange: (change) => heard.push('path' in change ? change.path : change.kind),
    ownCalls: idle,
    now: () => new Date(0),
  })
  const told = async (next: FileRead[]) => {
    files = next
    heard.length = 0
    await watch.look()
    return [...heard]
  }
  const [names, text, none] = files as [FileRead, FileRead, FileRead]
  watch.watch(['/sys/names', '/sys/text', '/sys/none'])
  t.strictSame(await told(files), [], 'the first look is compared with nothing')
  t.strictSame(await told([{ names: ['a', 'b'] }, text, none]), [], 'the order says nothing')
  t.strictSame(await told([{ names: ['a'] }, { bytes: Buffer.from('0\n') }, none]), [
    '/sys/names',
    '/sys/text',
  ])
  t.strictSame(await told([{ names: ['a'] }, { errno: 'EAGAIN' }, { names: [] }]), [], 'busy')
  t.strictSame(await told([names, text, { names: ['x'] }]), [
    '/sys/names',
    '/sys/text',
    '/sys/none',
  ])
  t.strictSame(await told([{ errno: 'ENOENT' }, text, { names: ['x'] }]), ['/sys/names'], 'gone')
})

t.test('sysfs is read without the addon as with it', async (t) => {
  const directory = t.testdir({ file: 'text', sessions: { one: '', two: '' } })
  const look = sysfsLook(null)
  const paths = ['file', 'sessions', 'none'].map((name) => join(directory, name))
  t.strictSame(await look(paths), [
    { bytes: Buffer.from('text') },
    { names: ['one', 'two'] },
    { errno: 'ENOENT' },
  ])
})

function idle() {
  return { begun: 0, underWay: 0 }
}
