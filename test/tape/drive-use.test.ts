import t from 'tap'
import { TimeoutError } from '../../src/host/host.ts'
import { objectionsTo, type DriveFacts } from '../../src/tape/drive-use.ts'
import { tapeBench } from '../support/tape-tasks.ts'

const FREE: DriveFacts = {
  drive: 'drive 0',
  activity: {
    known: true,
    value: { activity: 'no-activity', inTransition: false, removalPrevented: false },
  },
  inFlight: { known: true, value: 0 },
  reserved: { known: true, value: null },
  holders: { known: true, value: [] },
  sessions: { known: true, value: [] },
}

t.test('a drive of which everything is known and nothing speaks against it is free', (t) => {
  t.strictSame(objectionsTo(FREE), [])
  t.strictSame(objectionsTo({ ...FREE, activity: { known: true, value: null } }), [], 'without 11h')
  t.end()
})

t.test('whoever uses a drive is told by name', (t) => {
  const reasons = (facts: Partial<DriveFacts>) => {
    const objections = objectionsTo({ ...FREE, ...facts })
    t.ok(objections.every(({ kind }) => kind === 'in-use'))
    return objections.map(({ reason }) => reason)
  }
  const busy = { activity: 'writing', inTransition: false, removalPrevented: true }
  t.strictSame(reasons({ activity: { known: true, value: busy } }), [
    'it is writing',
    'somebody has locked its medium in',
  ])
  const moving = { activity: 'no-activity', inTransition: true, removalPrevented: false }
  t.strictSame(reasons({ activity: { known: true, value: moving } }), ['it is in transition'])
  t.strictSame(reasons({ inFlight: { known: true, value: 2 } }), ['2 commands are under way'])
  t.strictSame(reasons({ reserved: { known: true, value: { how: 'by another initiator' } } }), [
    'it is reserved: by another initiator',
  ])
  const holder = { node: '/dev/nst0', pid: 812, parent: 1, command: 'bareos-sd' }
  t.strictSame(reasons({ holders: { known: true, value: [holder] } }), [
    'bareos-sd (process 812) has /dev/nst0 open',
  ])
  const session = { initiator: 'iqn.x:a', target: 'iscsi/iqn.y:b', lun: 3 }
  t.strictSame(reasons({ sessions: { known: true, value: [session] } }), [
    'iqn.x:a is logged in to iscsi/iqn.y:b, which exports it as LUN 3',
  ])
  t.end()
})

t.test('what is not known is not free', (t) => {
  const unknown = { known: false, reason: 'permission denied' } as const
  for (const name of ['activity', 'inFlight', 'reserved', 'holders', 'sessions'] as const) {
    t.match(objectionsTo({ ...FREE, [name]: unknown }), [
      { kind: 'unknown', reason: /^it is not known .*: permission denied$/ },
    ])
  }
  t.end()
})

/** What is refused of a load into drive 0, or of an unload of it, without force. */
async function refusals(change: (bench: ReturnType<typeof tapeBench>) => void) {
  const bench = tapeBench({ media: ['A00001L9', 'A00002L9'] })
  await bench.run('tape_load', { slot: 1, drive: 0 })
  await bench.run('tape_load', { slot: 2, drive: 1 })
  await bench.run('tape_unload', { drive: 1 })
  const before = [...bench.model.moved]
  change(bench)
  const load = await bench.run('tape_load', { slot: 2, drive: 1 })
  const unload = await bench.run('tape_unload', { drive: 0 })
  t.strictSame(bench.model.moved, before, 'nothing was moved')
  const text = ({ error }: { error: string | null }) =>
    error?.replace(/^.*element [01]: /, '').replace(/nst\d/, 'nstN') ?? ''
  t.equal(text(load), text(unload))
  return { reason: text(load), bench }
}

t.test('every sign of use is found on the machine', async (t) => {
  const both = (change: (drive: ReturnType<typeof tapeBench>['model']['drives'][number]) => void) =>
    refusals(({ model }) => {
      model.drives.forEach(change)
    })
  const reasonOf = async (change: Parameters<typeof both>[0]) => (await both(change)).reason
  t.equal(await reasonOf((drive) => (drive.activity = 6)), 'it is writing')
  t.equal(await reasonOf((drive) => (drive.busy = 1)), '1 command is under way')
  t.equal(await reasonOf((drive) => (drive.locked = true)), 'somebody has locked its medium in')
  t.equal(
    await reasonOf((drive) => (drive.reserved = 'persistent')),
    'it is reserved: exclusive-access, with the key 00000000deadbeef',
  )
  t.match(
    await reasonOf((drive) => (drive.reserved = 'conflict')),
    /reserved: by another initiator/,
  )
  const held = await reasonOf((drive) => {
    drive.holders = [{ node: `/dev/n${drive.tapeNode}`, pid: 4711, parent: 1, command: 'tar' }]
  })
  t.equal(held, 'tar (process 4711) has /dev/nstN open')
})

t.test('what cannot be asked keeps a drive from being touched', async (t) => {
  const { reason } = await refusals(({ model }) => {
    model.holdersUnknown = 'what 3 processes have open may not be looked at'
  })
  t.equal(
    reason,
    'it is not known who has it open: what 3 processes have open may not be looked at',
  )
  const silent = await refusals(({ host, model }) => {
    for (const { node } of model.drives) host.silent.add(node)
  })
  t.match(silent.reason, /^it is not known what it does: timed out \(DID_TIME_OUT\)/)
  t.match(silent.reason, /; it is not known whether it is reserved: timed out/)
  const foreign = await refusals(({ model }) => {
    for (const drive of model.drives) drive.serial = `X${drive.serial}`
    model.hidesSerials = true
  })
  t.equal(foreign.reason, 'it is not known what it does: it is not known which drive this is')
  const exported = await refusals(({ sessions }) => {
    sessions.push({ initiator: 'iqn.x:a', target: 'iscsi/iqn.y:b', lun: 1 })
  })
  t.match(exported.reason, /^iqn\.x:a is logged in to iscsi\/iqn\.y:b/)
})

t.test('the own process, and what it has started, is no reason', async (t) => {
  const bench = tapeBench({ media: ['A00001L9'] })
  for (const drive of bench.model.drives) {
    drive.holders = [
      { node: drive.node, pid: 42, parent: 1, command: 'node' },
      { node: drive.node, pid: 50, parent: 42, command: 'mtx' },
    ]
  }
  t.match(await bench.run('tape_load', { slot: 1, drive: 0 }), { error: null })
})

t.test('with force it is taken all the same, and the log says from whom', async (t) => {
  const bench = tapeBench({ media: ['A00001L9'] })
  for (const drive of bench.model.drives) drive.busy = 1
  const load = bench.kindOf('tape_load')
  const params = { library: bench.model.serial, slot: 1, drive: 0 }
  t.notOk(load.isDestructive?.(params))
  t.ok(load.isDestructive?.({ ...params, force: true }))
  const { error, log } = await bench.run('tape_load', { slot: 1, drive: 0, force: true })
  t.equal(error, null)
  t.equal(log[0], 'LIB0001: data transfer element 0: taken by force, 1 command is under way')
  t.match(await bench.run('tape_load', { slot: 1, drive: 0, force: true }), {
    ...{ error: /storage element 1 is empty$/ },
  })
})

type Bench = ReturnType<typeof tapeBench>

const hung = (what: string) => new TimeoutError(what, 10_000)
const each = (change: (drive: Bench['model']['drives'][number]) => void) => (bench: Bench) => {
  bench.model.drives.forEach(change)
}
const failing = (what: string, error: Error) => (bench: Bench) => {
  bench.host.failing.set(what, error)
}

/** Each evidence alone: that the drive is used, that it cannot be told, that whoever is asked hangs. */
const EVIDENCE: readonly [string, (bench: Bench) => void, string | RegExp][] = [
  ['activity', each((drive) => (drive.activity = 5)), 'it is reading'],
  ['activity of no name', each((drive) => (drive.activity = 0x7f)), 'it is busy'],
  ['transition', each((drive) => (drive.inTransition = true)), 'it is in transition'],
  ['a lock', each((drive) => (drive.locked = true)), 'somebody has locked its medium in'],
  [
    'an uninitialized drive',
    each((drive) => (drive.initialized = false)),
    'it is not known what it does: log page 11h: the drive is not initialized',
  ],
  [
    'page 11h',
    failing('4d', hung('log')),
    'it is not known what it does: log: no answer within 10000 ms',
  ],
  ['a command', each((drive) => (drive.busy = 1)), '1 command is under way'],
  ['a command of st', each((drive) => (drive.stBusy = 2)), '2 commands are under way'],
  [
    'device_busy',
    failing('device_busy', hung('busy')),
    'it is not known whether it has commands under way: busy: no answer within 10000 ms',
  ],
  [
    'in_flight',
    failing('stats/in_flight', hung('st')),
    'it is not known whether it has commands under way: st: no answer within 10000 ms',
  ],
  [
    'a reservation',
    each((drive) => (drive.reserved = 'persistent')),
    'it is reserved: exclusive-access, with the key 00000000deadbeef',
  ],
  ['a conflict', each((drive) => (drive.reserved = 'conflict')), /it is reserved: by another/],
  [
    'reservations',
    failing('5e', hung('pr')),
    'it is not known whether it is reserved: pr: no answer within 10000 ms',
  ],
  [
    'a holder',
    each((drive) => {
      drive.holders = [{ node: drive.node, pid: 7, parent: 1, command: 'tar' }]
    }),
    /^tar \(process 7\) has \/dev\/sg[12] open$/,
  ],
  [
    'holders',
    ({ model }: Bench) => (model.holdersUnknown = '/proc hides others'),
    'it is not known who has it open: /proc hides others',
  ],
  [
    'holders that hang',
    ({ model }: Bench) => (model.holdersFail = hung('/proc')),
    'it is not known who has it open: /proc: no answer within 10000 ms',
  ],
  [
    'a session',
    ({ sessions }) => sessions.push({ initiator: 'iqn.a', target: 'iscsi/iqn.b', lun: 1 }),
    'iqn.a is logged in to iscsi/iqn.b, which exports it as LUN 1',
  ],
  [
    'sessions',
    ({ bench }: Bench) => {
      bench.sessionsWith = () => {
        throw hung('sysfs')
      }
    },
    'it is not known which initiators have it: sysfs: no answer within 10000 ms',
  ],
]

for (const [name, change, reason] of EVIDENCE) {
  t.test(`${name} alone has a drive left alone, and force takes it`, async (t) => {
    const bench = tapeBench({ media: ['A00001L9', 'A00002L9', 'CLN001L1'] })
    const { model, run } = bench
    t.match(await run('tape_load', { slot: 1, drive: 0 }), { error: null })
    // What it says is known once it is free: nothing speaks against it before.
    const free = [...model.moved]
    const asks: [string, Record<string, unknown>, number][] = [
      ['tape_load', { slot: 2, drive: 1 }, 1],
      ['tape_unload', { drive: 0 }, 0],
      ['tape_eject', { drive: 0 }, 0],
      ['tape_exchange', { slot: 2, drive: 0 }, 0],
      ['tape_export', { cartridges: ['A00001L9'] }, 0],
      ['tape_clean', { drive: 1 }, 1],
    ]
    // It comes between the plan and the step, too.
    bench.bench.meanwhile = () => {
      change(bench)
    }
    const late = await run('tape_load', { slot: 2, drive: 1 })
    bench.bench.meanwhile = () => undefined
    const refused = (error: string | null, kind: string, drive: number) => {
      const [, told = ''] =
        new RegExp(`^${kind}: LIB0001: data transfer element ${drive}: (.*)$`).exec(error ?? '') ??
        []
      t.match(told, reason, `${name}: ${error ?? 'nothing'}`)
      if (typeof reason === 'string') t.equal(told, reason, 'and nothing else')
    }
    refused(late.error, 'DriveInUseError', 1)
    for (const [kind, params, drive] of asks) {
      const { error, begun } = await run(kind, params)
      refused(error, 'TaskNotPossibleError', drive)
      t.equal(begun, 0)
    }
    t.strictSame(model.moved, free, 'nothing was moved')
    const forced = await run('tape_load', { slot: 2, drive: 1, force: true })
    t.match(forced.log[0], /^LIB0001: data transfer element 1: taken by force, /)
    t.equal(model.moved.at(-1), 'load 2 1')
  })
}
