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

t.test("requests to a device are told but for the daemon's own to that device", async (t) => {
  const [changer, other] = ['13:0:0:0', '13:0:1:0']
  const path = `/sys/bus/scsi/devices/${changer}/iodone_cnt`
  const begun: Record<string, number> = {}
  let count = 0
  let told = 0
  const watch = new SysfsWatch({
    look: () => Promise.resolve([{ bytes: Buffer.from(`0x${(count++).toString(16)}\n`) }]),
    onChange: () => (told += 1),
    ownCalls: (address) => ({ begun: begun[address] ?? 0, underWay: 0 }),
    now: () => new Date(0),
  })
  const toldAfterCallsTo = async (...addresses: string[]) => {
    for (const address of addresses) begun[address] = (begun[address] ?? 0) + 1
    told = 0
    await watch.look()
    return told
  }
  watch.watch([path])
  t.equal(await toldAfterCallsTo(), 0, 'the first look is compared with nothing')
  t.equal(await toldAfterCallsTo(), 1, 'somebody else')
  t.equal(await toldAfterCallsTo(changer), 0, 'the daemon itself')
  t.equal(await toldAfterCallsTo(other), 1, 'somebody else, while the daemon asked another device')
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
