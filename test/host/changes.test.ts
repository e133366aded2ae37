import { mock } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Changes } from '../../src/host/changes.ts'
import { FileWatch } from '../../src/host/file-watch.ts'
import type { HostChange } from '../../src/host/host.ts'
import type { FileRead, OnUevent } from '../../src/host/native.ts'
import { sysfsLook } from '../../src/host/sysfs-look.ts'
import { SysfsWatch } from '../../src/host/sysfs-watch.ts'

/** What is told, until `count` changes were. */
function listener() {
  const told: string[] = []
  let wake: () => void = () => undefined
  return {
    told,
    onChange: (change: HostChange) => {
      told.push('path' in change ? change.path : change.kind)
      wake()
    },
    until: async (done: (told: readonly string[]) => boolean): Promise<void> => {
      while (!done(told)) await new Promise<void>((resolve) => (wake = resolve))
    },
  }
}

t.test('a file is watched through changes, replacement and absence', async (t) => {
  const directory = t.testdir({ 'scst.conf': 'one' })
  const path = join(directory, 'scst.conf')
  const heard = listener()
  const watch = new FileWatch(heard.onChange)
  t.teardown(() => {
    watch.stop()
  })
  // A test that waits for inotify alone would let the process end.
  const alive = setInterval(() => undefined, 1_000)
  t.teardown(() => {
    clearInterval(alive)
  })
  const changed = async (what: string, change: () => void) => {
    heard.told.length = 0
    change()
    await heard.until((told) => told.includes(path))
    t.ok(
      heard.told.every((one) => one === path),
      what,
    )
  }
  watch.watch([path])
  await changed('written', () => {
    writeFileSync(path, 'two')
  })
  const replace = (text: string) => {
    writeFileSync(`${path}.new`, text)
    renameSync(`${path}.new`, path)
  }
  await changed('replaced, as editors do it', () => {
    replace('three')
  })
  await changed('written after that', () => {
    writeFileSync(path, 'four')
  })
  await changed('removed', () => {
    rmSync(path)
  })
  watch.watch([path])
  await changed('there again', () => {
    writeFileSync(path, 'five')
  })
  watch.watch([])
  heard.told.length = 0
  writeFileSync(path, 'six')
  await turn()
  t.strictSame(heard.told, [], 'not any more')
  t.equal(watch.error, null)
})

t.test(
  'a directory tells what comes and goes in it, and what comes to be is waited for',
  async (t) => {
    const directory = t.testdir({ home: {} })
    const home = join(directory, 'home')
    const mam = join(home, 'E01001L8', 'mam')
    const heard = listener()
    const watch = new FileWatch(heard.onChange)
    const alive = setInterval(() => undefined, 1_000)
    t.teardown(() => {
      clearInterval(alive)
      watch.stop()
    })
    watch.watch([home, mam])
    mkdirSync(join(home, 'E01001L8'))
    await heard.until((told) => told.includes(home))
    watch.watch([home, mam])
    heard.told.length = 0
    writeFileSync(mam, 'x')
    await heard.until((told) => told.includes(mam))
    t.pass('it was taken up when its directory was there')
  },
)

t.test('names and texts below /sys are compared with those of the look before', async (t) => {
  let files: FileRead[] = [
    { names: ['b', 'a'] },
    { bytes: Buffer.from('1\n') },
    { errno: 'ENOENT' },
  ]
  const heard = listener()
  const watch = new SysfsWatch({
    look: () => Promise.resolve(files),
    onChange: heard.onChange,
    ownCalls: idle,
    now: () => new Date(0),
  })
  const told = async (next: FileRead[]) => {
    files = next
    heard.told.length = 0
    await watch.look()
    return [...heard.told]
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

t.test('a look that does not come back is the only one, and is found out by its age', (t) => {
  let now = new Date('2026-11-20T21:00:00Z')
  let looks = 0
  const changes = new Changes({
    native: null,
    subsystems: [],
    look() {
      looks++
      return new Promise(() => undefined)
    },
    onChanges: () => undefined,
    ownCalls: idle,
    now: () => now,
  })
  mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  t.teardown(() => {
    changes.stop()
    mock.timers.reset()
  })
  changes.start()
  changes.watch(['/sys/kernel/scst_tgt'])
  mock.timers.tick(5_000)
  t.equal(looks, 1)
  t.match(stateOf(changes, 'sysfs'), { state: 'running', restarts: 0 })
  now = new Date(now.getTime() + 30_000)
  t.match(stateOf(changes, 'sysfs'), { state: 'failing', error: 'sysfs does not answer' })
  changes.check()
  t.match(stateOf(changes, 'sysfs'), { state: 'running', restarts: 1 })
  mock.timers.tick(1_000)
  t.equal(looks, 2)
  t.end()
})

t.test('a burst is told at once, and then every half second as long as it lasts', (t) => {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  t.teardown(() => {
    mock.timers.reset()
  })
  const clock = { nowMs: 1_000_000 }
  const reports: { atMs: number; changes: string[] }[] = []
  let tell: OnUevent = () => undefined
  const changes = new Changes({
    native: {
      uevents(_subsystems, onUevent) {
        tell = onUevent
        return { close: () => undefined }
      },
    },
    subsystems: ['block', 'scsi_tape'],
    look: () => Promise.resolve([]),
    ownCalls: idle,
    onChanges: (found) => {
      const names = found.map((one) => ('subsystem' in one ? one.subsystem : one.kind))
      reports.push({ atMs: clock.nowMs - 1_000_000, changes: names })
    },
    now: () => new Date(clock.nowMs),
  })
  t.teardown(() => {
    changes.stop()
  })
  const pass = (milliseconds: number) => {
    for (let passed = 0; passed < milliseconds; passed += 10) {
      clock.nowMs += 10
      mock.timers.tick(10)
    }
  }
  const uevent = (subsystem: string) => {
    tell({ kind: 'uevent', action: 'change', devicePath: '/d', subsystem, properties: {} })
  }
  changes.start()
  for (let event = 0; event < 200; event++) {
    uevent(event % 2 === 0 ? 'block' : 'scsi_tape')
    pass(10)
  }
  pass(1_000)
  t.strictSame(
    reports.map(({ atMs }) => atMs),
    [50, 550, 1050, 1550, 2050],
  )
  t.ok(
    reports.every(({ changes }) => changes.length === 2),
    'each subsystem once',
  )
  reports.length = 0
  tell({ kind: 'lost' })
  pass(100)
  t.strictSame(
    reports.map(({ changes }) => changes),
    [['everything']],
    'after a quiet time it does not wait',
  )
  t.end()
})

t.test(
  'a socket that cannot be had is tried again, and a watcher that missed something says so',
  (t) => {
    let denied = true
    let tell: OnUevent = () => undefined
    const now = new Date('2026-11-20T21:00:00Z')
    const changes = new Changes({
      native: {
        uevents(_subsystems, onUevent) {
          if (denied) throw new Error('EPERM: bind')
          tell = onUevent
          return { close: () => undefined }
        },
      },
      subsystems: ['block'],
      look: () => Promise.resolve([]),
      onChanges: () => undefined,
      ownCalls: idle,
      now: () => now,
    })
    t.teardown(() => {
      changes.stop()
    })
    changes.start()
    t.match(stateOf(changes, 'uevents'), { state: 'failing', error: 'EPERM: bind', restarts: 0 })
    denied = false
    changes.check()
    t.match(stateOf(changes, 'uevents'), { state: 'running', restarts: 1, missedSince: null })
    changes.missed('uevents')
    t.match(stateOf(changes, 'uevents'), { missedSince: null }, 'it may have been too early')
    changes.missed('uevents')
    t.match(stateOf(changes, 'uevents'), { missedSince: now })
    tell({ kind: 'uevent', action: 'add', devicePath: '/d', subsystem: 'block', properties: {} })
    t.match(stateOf(changes, 'uevents'), { missedSince: null, reportedAt: now })
    t.end()
  },
)

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

function stateOf(changes: Changes, watcher: string) {
  return changes.health().find(({ name }) => name === watcher)
}
