import { join } from 'node:path'
import { mock } from 'node:test'
import { setImmediate } from 'node:timers/promises'
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

t.test(
  'what is not there is looked for more rarely, what is there or new as often as it can be',
  async (t) => {
    mock.timers.enable({ apis: ['setTimeout'] })
    t.teardown(() => {
      mock.timers.reset()
    })
    let file: FileRead = { errno: 'ENOENT' }
    let [looks, told] = [0, 0]
    const watch = new SysfsWatch({
      look(paths) {
        looks += 1
        return Promise.resolve(paths.map(() => file))
      },
      onChange: () => (told += 1),
      ownCalls: idle,
      now: () => new Date(0),
    })
    const looksIn = async (intervals: number) => {
      looks = 0
      for (let each = 0; each < intervals; each += 1) {
        mock.timers.tick(400)
        await setImmediate()
      }
      return looks
    }
    watch.watch(['/sys/kernel/scst_tgt'])
    watch.start(400)
    watch.start(400)
    await looksIn(2)
    t.equal(await looksIn(100), 10)
    file = { names: ['targets'] }
    await looksIn(10)
    t.equal(told, 1)
    t.equal(await looksIn(100), 100)
    file = { errno: 'ENOENT' }
    await looksIn(2)
    t.equal(told, 2)
    t.equal(await looksIn(100), 10)
    file = { names: [] }
    watch.watch(['/sys/kernel/scst_tgt', '/sys/new'])
    t.equal(await looksIn(100), 100)
    watch.stop()
    t.equal(await looksIn(20), 0)
  },
)
