import t from 'tap'
import { ignoreDifference } from '../../src/consistency/store.ts'
import { openTestDatabase, type Teardown } from '../support/database.ts'
import { restorable } from '../support/restoring.ts'
import { engineOn } from '../support/tasks.ts'

const DISK1 = '/targets/iscsi/iqn.2026-01.org.example:disk1'
const VTL1 = '/targets/iscsi/iqn.2026-01.org.example:vtl1'
const SPARE = '/targets/iscsi/iqn.2026-01.org.example:spare'

async function open(t: Teardown, options: Parameters<typeof restorable>[1] = {}) {
  const database = await openTestDatabase(t)
  const appliance = await restorable(database, options)
  t.teardown(() => appliance.tasks.engine.stop())
  return { ...appliance, database }
}

const WRITES = [
  `${DISK1}/luns/mgmt < del 9`,
  `${DISK1}/ini_groups/esx_hosts/initiators/mgmt < del iqn.2001-05.com.example:rogue`,
  `${DISK1}/luns/mgmt < add thin_lun 3`,
  `${VTL1}/enabled < 1`,
]

t.test('SCST becomes what its file says, write by write, and is compared again', async (t) => {
  const { run, plan, simulation, differing, operations, tasks } = await open(t)
  t.equal((await differing()).length, 4)
  const { id, ...ended } = await run({ plan: await plan(), allow_disruptive: true })
  t.strictSame(ended, {
    ...{ state: 'completed', error: null },
    log: [
      '1 of 4: Remove LUN 9 of the target iqn.2026-01.org.example:disk1.',
      '2 of 4: Take the initiator iqn.2001-05.com.example:rogue out of the group esx_hosts of iqn.2026-01.org.example:disk1.',
      '3 of 4: Map thin_lun to LUN 3 of the target iqn.2026-01.org.example:disk1.',
      '4 of 4: Enable the target iqn.2026-01.org.example:vtl1, now that all of it is there.',
      ...['nothing differs any more', 'completed'],
    ],
  })
  t.strictSame(simulation.written, WRITES)
  t.strictSame(await differing(), [])
  t.match((await tasks.task(id)).steps, { length: 2, 1: { name: 'compare 2' } })
  t.match(operations.summary(), [{ operation: 'write_scst', count: 4 }])
})

t.test('what SCST takes its time for is waited for', async (t) => {
  const { run, plan, simulation, differing } = await open(t)
  simulation.late = 3
  t.match(await run({ plan: await plan(), allow_disruptive: true }), { state: 'completed' })
  t.strictSame(await differing(), [])
})

/** What undoes each of the writes. */
const UNDOING = [
  `${DISK1}/luns/mgmt < add null0 9`,
  `${DISK1}/ini_groups/esx_hosts/initiators/mgmt < add iqn.2001-05.com.example:rogue`,
  `${DISK1}/luns/mgmt < del 3`,
]

t.test('the first write that fails ends it, and what was done is undone', async (t) => {
  for (const [index, line] of WRITES.entries()) {
    const { run, plan, simulation, differing } = await open(t)
    simulation.refused.set(line, 'EBUSY')
    simulation.late = index % 2 === 0 ? null : 1
    const { state, error, log } = await run({ plan: await plan(), allow_disruptive: true })
    t.equal(state, 'failed')
    const [path = '', text = ''] = line.split(' < ')
    const why = `"${text}" to /sys/kernel/scst_tgt${path}: EBUSY`
    t.equal(error, `${why}; what was done is undone: SCST is as it was`)
    t.strictSame(simulation.written.slice(0, index + 1), WRITES.slice(0, index + 1))
    t.strictSame(
      simulation.written.slice(index + 1).sort(),
      UNDOING.slice(0, index).sort(),
      'nothing after it but what undoes it',
    )
    const told = log.map((one) => one.split(':')[0])
    const undone = Array.from({ length: index }, () => 'undone')
    const done = Array.from({ length: index }, (_, at) => `${at + 1} of 4`)
    t.strictSame(told.slice(0, -1), [...done, 'it failed', ...undone, 'what was done is undone'])
    t.equal((await differing()).length, 4)
    simulation.refused.clear()
    t.match(await run({ plan: await plan(), allow_disruptive: true }), { state: 'completed' })
    t.strictSame(await differing(), [], 'and it is all done by the plan of then')
  }
})

t.test('only the plan that was looked at is carried out', async (t) => {
  const { run, plan, change, simulation } = await open(t)
  const shown = await plan()
  await change(`${VTL1}/enabled`, '1')
  t.match(await run({ plan: shown, allow_disruptive: true }), {
    ...{
      state: 'failed',
      error: /^the plan [0-9a-f]{16} is not what would be done now, which is /,
    },
  })
  t.strictSame(simulation.written, [])
  const then = await plan()
  t.match(await run({ plan: then, allow_disruptive: true }), { state: 'completed' })
  t.match(await run({ plan: then, allow_disruptive: true }), { state: 'failed' }, 'not twice')
  t.strictSame(simulation.written, WRITES.slice(0, 3))
  t.match(await run({ plan: await plan() }), { state: 'completed' }, 'nothing is left to do')
  t.equal(simulation.written.length, 3)
})

t.test('what is disruptive takes leave', async (t) => {
  const { run, plan, change, simulation } = await open(t)
  t.match(await run({ plan: await plan() }), {
    ...{ state: 'failed', error: /^takes something away that may be in use: Remove LUN 9 of the/ },
  })
  t.strictSame(simulation.written, [])
  await change(`${DISK1}/luns/mgmt`, 'del 9')
  await change(`${DISK1}/ini_groups/esx_hosts/initiators/mgmt`, 'del iqn.2001-05.com.example:rogue')
  t.match(await run({ plan: await plan() }), { state: 'completed' }, 'adding is not')
  t.strictSame(simulation.written, WRITES.slice(2))
})

t.test('a recording is never written to', async (t) => {
  const { run, plan, simulation } = await open(t, { replayed: true })
  t.match(await run({ plan: await plan(), allow_disruptive: true }), {
    ...{ state: 'failed', error: 'this daemon plays a recording: there is nothing to change' },
  })
  t.strictSame(simulation.written, [])
})

t.test('targets, groups and devices that are gone are made again', async (t) => {
  const { run, plan, change, simulation, differing } = await open(t)
  await change(`/targets/iscsi/mgmt`, 'del_target iqn.2026-01.org.example:spare')
  await change(`${DISK1}/ini_groups/mgmt`, 'del esx_hosts')
  await change(`${DISK1}/luns/mgmt`, 'del 9')
  await change('/handlers/vdisk_nullio/mgmt', 'del_device null0')
  const ended = await run({ plan: await plan(), allow_disruptive: true })
  t.match(ended, { state: 'completed', error: null })
  t.strictSame(await differing(), [])
  t.strictSame(simulation.written, [
    '/handlers/vdisk_nullio/mgmt < add_device null0 size=1073741824',
    '/targets/iscsi/mgmt < add_target iqn.2026-01.org.example:spare',
    `${SPARE}/rel_tgt_id < 3`,
    `${DISK1}/ini_groups/mgmt < create esx_hosts`,
    `${DISK1}/ini_groups/esx_hosts/initiators/mgmt < add iqn.1998-01.com.vmware:esx01`,
    `${DISK1}/ini_groups/esx_hosts/initiators/mgmt < add iqn.1998-01.com.vmware:esx02`,
    `${DISK1}/luns/mgmt < add thin_lun 3`,
    `${DISK1}/ini_groups/esx_hosts/luns/mgmt < add esx_ds0 0`,
    `${DISK1}/ini_groups/esx_hosts/luns/mgmt < add raw_disk 1`,
    `${DISK1}/ini_groups/esx_hosts/luns/mgmt < add null0 7`,
    `${SPARE}/luns/mgmt < add cd0 0 read_only=1`,
    `${VTL1}/enabled < 1`,
  ])
})

t.test('what a write has not settled fails it in the end', async (t) => {
  const { run, plan, simulation, change } = await open(t)
  const hash = await plan()
  const write = simulation.write.bind(simulation)
  simulation.write = async (path, text) => {
    await write(path, text)
    if (text === 'add thin_lun 3') await change(`${DISK1}/luns/mgmt`, 'del 3')
  }
  const { state, error, log } = await run({ plan: hash, allow_disruptive: true })
  t.equal(state, 'failed')
  t.match(error, /^all was written, and it is not as it ought to be: Map thin_lun to LUN 3 of/)
  t.match(error, /disk1; what was done is undone: SCST is as it was$/)
  t.match(log.at(-2), /^what was done is undone/)
})

t.test('what is not known is not taken for done', async (t) => {
  const { run, plan, simulation } = await open(t)
  const hash = await plan()
  const { files } = simulation.host.recording
  const write = simulation.write.bind(simulation)
  simulation.write = async (path, text) => {
    await write(path, text)
    if (text === '1') files.set('/etc/scst.conf', { error: 'EIO' })
  }
  t.match(await run({ plan: hash, allow_disruptive: true }), {
    ...{ state: 'failed', error: /^written; it is not known whether it differs: \/etc\/scst.conf/ },
  })
  t.match(await run({ plan: hash, allow_disruptive: true }), {
    ...{ state: 'failed', error: /^what is to be done is not known: \/etc\/scst.conf/ },
  })
})

t.test('nothing of virtual libraries is carried out, and that is said', async (t) => {
  const { run, plan, consistency, simulation, tasks } = await open(t, { recording: '01-steady' })
  const checks = ['vtl', 'library']
  const { plan: hash, steps } = await consistency.planned(['vtl', 'library'])
  t.equal(hash, await plan(), 'as there is nothing to write')
  const { id, state, log } = await run({ checks, plan: hash })
  t.equal(state, 'completed')
  t.strictSame(simulation.written, [])
  t.equal((await tasks.task(id)).steps?.length, steps.length + 1)
  t.equal(log.filter((line) => line.startsWith('not done: left to people: ')).length, steps.length)
})

t.test('what is ignored is left alone', async (t) => {
  const { run, plan, consistency, database, simulation } = await open(t)
  await plan()
  const [{ differences } = { differences: [] }] = await consistency.check(['scst'])
  for (const { id, check, sentence, kind } of differences) {
    if (kind !== 'orphaned') continue
    const by = { by: 'ada', reason: 'known', at: new Date('2026-11-20T21:00:00Z'), until: null }
    await ignoreDifference(database, { id, check, sentence, ...by })
  }
  t.match(await run({ plan: await plan() }), { state: 'completed' })
  t.strictSame(simulation.written, WRITES.slice(2))
})

t.test('a plan that another daemon has made is not taken up', async (t) => {
  const { newKind, plan, database, simulation, clock } = await open(t)
  const hash = await plan()
  const first = newKind()
  const steps = await first.plan({ plan: hash, allow_disruptive: true })
  const kind = { ...newKind(), plan: () => Promise.resolve(steps) }
  const other = engineOn(database, [{ ...kind, name: 'move' }], { clock })
  other.engine.start()
  const id = await other.ask({ plan: hash })
  await other.engine.idle()
  t.match(await other.task(id), {
    state: 'failed',
    error: /started anew meanwhile: look at the plan/,
  })
  t.strictSame(simulation.written, [])
  await other.engine.stop()
})

t.test('of one whose daemon ended in between it is told how much is done', async (t) => {
  const { newKind, plan, change } = await open(t)
  const kind = newKind()
  const [step] = await kind.plan({ plan: await plan(), allow_disruptive: true })
  await change(`${DISK1}/luns/mgmt`, 'del 9')
  t.match(
    await newKind().lookAfterLoss?.(step as never, { plan: '' }),
    /^1 of 4 planned writes are done; the next one is: Take the initiator .*disk1\. The plan of what is left is [0-9a-f]{16}\.$/,
  )
})
