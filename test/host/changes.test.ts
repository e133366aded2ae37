import { mock } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Changes } from '../../src/host/changes.ts'
import { FileWatch } from '../../src/host/file-watch.ts'
import type { HostChange } from '../../src/host/host.ts'
import type { OnUevent } from '../../src/host/native.ts'

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
          tell = (uevent) => {
            onUevent(uevent)
          }
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
    const toldBefore = tell
    changes.check()
    t.match(stateOf(changes, 'uevents'), { state: 'running', restarts: 2, missedSince: now })
    t.not(tell, toldBefore, 'it listens anew, and is silent until it reports something')
    changes.check()
    t.match(stateOf(changes, 'uevents'), { restarts: 2 }, 'once')
    tell({ kind: 'uevent', action: 'add', devicePath: '/d', subsystem: 'block', properties: {} })
    t.match(stateOf(changes, 'uevents'), { missedSince: null, reportedAt: now })
    t.end()
  },
)

t.test('watchers of files and of sysfs that miss what changed are started again', (t) => {
  const directory = t.testdir({ 'scst.conf': '' })
  let looks = 0
  const changes = new Changes({
    native: null,
    subsystems: [],
    look(paths) {
      looks++
      return Promise.resolve(paths.map(() => ({ names: [] })))
    },
    onChanges: () => undefined,
    ownCalls: idle,
    now: () => new Date(0),
  })
  mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  t.teardown(() => {
    changes.stop()
    mock.timers.reset()
  })
  changes.start()
  changes.watch([join(directory, 'scst.conf'), '/sys/kernel/scst_tgt'])
  for (const watcher of ['files', 'sysfs', 'files', 'sysfs'] as const) changes.missed(watcher)
  changes.check()
  for (const watcher of ['files', 'sysfs']) {
    t.match(stateOf(changes, watcher), {
      state: 'running',
      error: null,
      restarts: 1,
      missedSince: new Date(0),
    })
  }
  mock.timers.tick(400)
  t.equal(looks, 1, 'by the new one alone')
  t.end()
})

function idle() {
  return { begun: 0, underWay: 0 }
}

function stateOf(changes: Changes, watcher: string) {
  return changes.health().find(({ name }) => name === watcher)
}
