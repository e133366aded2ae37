import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { changerLock } from '../../src/host/changer-lock.ts'
import { deviceConfFaults } from '../../src/vtl/device-conf.ts'
import { openTestDatabase, type Teardown } from '../support/database.ts'
import { MhvtlModel } from '../support/mhvtl-model.ts'
import { vtlTasks } from '../support/vtl-tasks.ts'

const LIBRARY = 'XYZZY_A'
const NEW = { name: 'Daily', drives: 2, generation: 8, slots: 6, media: 3, cleaning_media: 1 }

async function open(t: Teardown) {
  const model = new MhvtlModel(t)
  const database = await openTestDatabase(t)
  return { model, ...vtlTasks(t, database, model.machine()) }
}

t.test('a library is made with drives, slots and media, and runs', async (t) => {
  const { model, run } = await open(t)
  const before = model.text('device.conf')
  const { state, error, log, steps } = await run('vtl_create_library', NEW)
  t.strictSame([state, error], ['completed', null])
  t.match(steps, [
    /^add library 20 \(STK L700, SW\w{3}0020\) with drives 21, 22 \(LTO-8\) to /,
    `make the folder ${model.opt}/Daily`,
    `write ${model.etc}/library_contents.20: 6 slots, 4 import/export slots`,
    'make media V80001L8, V80002L8, V80003L8, CLN001L8 of 500 MiB',
    'have systemd know the new units',
    'start the daemons of library 20 and of its drives',
    'look whether all of it is there',
  ])
  t.match(log.at(-2), /^library 20 \(SW\w{3}0020\) runs with 2 drives and 4 media$/)
  t.strictSame(deviceConfFaults(model.conf()), [])
  t.ok(model.text('device.conf').startsWith(before.trimEnd()), 'what was there is as it was')
  t.equal(model.text('device.conf.previous'), before)
  t.strictSame(model.holds(20), {
    ...{ V80001L8: 'slot 1', V80002L8: 'slot 2', V80003L8: 'slot 3', CLN001L8: 'slot 4' },
  })
  t.strictSame(
    [...model.daemons.keys()].filter((unit) => /@2\d\./.test(unit)),
    ['vtltape@21.service', 'vtltape@22.service', 'vtllibrary@20.service'],
  )
  t.match(await run('vtl_create_library', NEW), {
    state: 'failed',
    error: /Daily is there already$/,
  })
  const again = await run('vtl_create_library', { ...NEW, name: 'Weekly', generation: 9 })
  t.match(again, { state: 'completed' })
  t.ok(existsSync(join(model.opt, 'Weekly/V90001L9/data.0')))
})

t.test('what a step that failed has left is said', async (t) => {
  const { model, run } = await open(t)
  model.failing.set('mktape -l 20 -m V80003L8', 'no space left on device')
  const { state, error, log } = await run('vtl_create_library', NEW)
  t.equal(state, 'failed')
  t.match(error, /^2 of 4 media were made: mktape .*no space left on device; on the machine now: /)
  t.match(
    log.find((line) => line.startsWith('on the machine now')),
    /has library 20 and 2 of its 2 drives; library_contents.20 is there; 2 media are in .*Daily; .* do not run$/,
  )
  t.equal(model.daemons.has('vtllibrary@10.service'), true, 'the others run')
})

t.test('media are added to a library that moved some since it was started', async (t) => {
  const { model, run } = await open(t)
  const contents = model.daemons.get('vtllibrary@10.service')?.contents
  const first = contents?.elements.find(({ kind, tag }) => kind === 'slot' && tag !== null)
  const empty = contents?.elements.findLast(({ kind, tag }) => kind === 'slot' && tag === null)
  const tag = first?.tag ?? ''
  // As MOVE MEDIUM does it: only the daemon knows.
  Object.assign(empty ?? {}, { tag })
  Object.assign(first ?? {}, { tag: null })
  const before = Object.keys(model.holds(10) ?? {}).length
  const ended = await run('vtl_add_media', { library: LIBRARY, count: 2, generation: 8 })
  t.match(ended, { state: 'completed', error: null })
  t.match(ended.steps, [
    'make media V80001L8, V80002L8 of 500 MiB in ' + `${model.opt}/STK_L700`,
    /^stop vtllibrary@10.service, write .*library_contents.10 \(2 media into empty slots\), start vtllibrary@10.service$/,
  ])
  const holds = model.holds(10) ?? {}
  t.equal(holds[tag], `slot ${empty?.number ?? ''}`, 'what was moved is where it was moved to')
  t.equal(holds.V80001L8, `slot ${first?.number ?? ''}`, 'in the first slot that is empty')
  t.equal(Object.keys(holds).length, before + 2, 'none is lost, none twice')
  t.ok(existsSync(join(model.opt, 'STK_L700/V80002L8/data.0')))
})

t.test('whoever uses a library keeps it, and what is in a drive is never taken away', async (t) => {
  const { model, run } = await open(t)
  const [tag = ''] = Object.keys(model.holds(10) ?? {})
  const add = { library: LIBRARY, count: 1, generation: 8 }
  const before = model.text('library_contents.10')
  model.initiators.set(LIBRARY, 'iqn.backup')
  t.match(await run('vtl_add_media', add), {
    ...{
      state: 'failed',
      error: /^in use, and not forced: library 10 \(XYZZY_A\): iqn.backup has it/,
    },
  })
  model.initiators.clear()
  model.loaded.set(11, tag)
  t.match(await run('vtl_add_media', add), { error: new RegExp(`drive 11 .*: ${tag} is in it$`) })
  t.match(await run('vtl_remove_media', { library: LIBRARY, barcodes: [tag], force: true }), {
    ...{ state: 'failed', error: `${tag} is in a drive` },
  })
  t.match(await run('vtl_write_protect', { library: LIBRARY, barcodes: [tag] }), {
    state: 'failed',
  })
  t.match(await run('vtl_restart_daemons', { library: LIBRARY, devices: ['XYZZY_A01'] }), {
    error: /^in use, and not forced: drive 11/,
  })
  model.silent = true
  model.loaded.clear()
  t.match(await run('vtl_add_media', add), { error: /not known/ }, 'what is not known is not free')
  t.match(await run('vtl_offline', { library: LIBRARY }), { error: /not known/ })
  model.silent = false
  t.strictSame([model.text('library_contents.10'), model.ran], [before, []], 'nothing was touched')
  model.initiators.set(LIBRARY, 'iqn.backup')
  t.match(await run('vtl_add_media', { ...add, force: true }), { state: 'completed' })
})

t.test('a medium is deleted with all that is on it, or taken out and kept', async (t) => {
  const { model, run, plan } = await open(t)
  const home = join(model.opt, 'STK_L700')
  const [one = '', other = ''] = Object.keys(model.holds(10) ?? {})
  t.match(await plan('vtl_remove_media', { library: LIBRARY, barcodes: [one] }), [
    new RegExp(
      `^stop vtllibrary@10.service, .* \\(without ${one}\\), start vtllibrary@10.service$`,
    ),
    `delete ${one} below ${home}: what is on it is lost`,
  ])
  t.ok(existsSync(join(home, one)), 'a plan changes nothing')
  t.match(await run('vtl_remove_media', { library: LIBRARY, barcodes: [one] }), {
    state: 'completed',
  })
  t.match(await run('vtl_retire', { library: LIBRARY, barcodes: [other] }), { state: 'completed' })
  t.equal(existsSync(join(home, one)), false)
  t.equal(readFileSync(join(home, other, 'mam'), 'utf8'), 'wp')
  t.match(model.holds(10), { [one]: undefined, [other]: undefined })
  t.match(await run('vtl_retire', { library: LIBRARY, barcodes: [other] }), {
    error: `${other} is not in the library`,
  })
  t.match(await run('vtl_add_media', { library: LIBRARY, barcodes: ['V80001L8', 'x'] }), {
    error: /^x: is no barcode of LTO-5 to 9/,
  })
  const full = { library: LIBRARY, count: 4000, generation: 8 }
  t.match(await run('vtl_add_media', full), { error: /slots are empty, and 4000 are needed$/ })
})

t.test('a folder with something else in it is not deleted', async (t) => {
  const { model, run } = await open(t)
  const [tag = ''] = Object.keys(model.holds(10) ?? {})
  const strange = join(model.opt, 'STK_L700', tag, 'notes.txt')
  writeFileSync(strange, 'mine')
  const { state, error } = await run('vtl_remove_media', { library: LIBRARY, barcodes: [tag] })
  t.equal(state, 'failed')
  t.match(
    error,
    /notes.txt in it is none of a medium .*; on the machine now: .* 1 of them not in it/,
  )
  t.ok(existsSync(strange))
  t.ok(model.daemons.has('vtllibrary@10.service'), 'the library runs')
})

t.test(
  'a library whose contents cannot be written is started again with what it had',
  async (t) => {
    const { model, run } = await open(t)
    const before = model.holds(10)
    const path = join(model.etc, 'library_contents.10')
    // Somebody else spoils the file meanwhile, which the daemon has read before that.
    model.onStop = () => {
      writeFileSync(path, `${model.text('library_contents.10')}Slot 1: TWICE01\n`)
    }
    const barcodes = Object.keys(before ?? {}).slice(0, 1)
    const { state, error } = await run('vtl_retire', { library: LIBRARY, barcodes })
    t.equal(state, 'failed')
    t.match(error, /slot 1 is there twice; the library was started again with what it had/)
    t.strictSame(model.holds(10), before)
  },
)

t.test('daemons that are dead are restarted without force, their locks removed', async (t) => {
  const { model, run } = await open(t)
  model.loaded.set(11, 'E01001L8')
  model.crash('vtltape@11.service')
  const params = { library: LIBRARY, devices: ['XYZZY_A01'] }
  t.match(await run('vtl_restart_daemons', params), { state: 'completed', error: null })
  t.ok(model.daemons.has('vtltape@11.service'))
  model.loaded.clear()
  t.match(await run('vtl_restart_daemons', { library: LIBRARY }), {
    state: 'completed',
    steps: ['restart the daemons of library 10 and of the drives 11, 12, 13, 14'],
  })
  writeFileSync(join(model.etc, 'library_contents.10'), 'Slot 1: A00001L8\nSlot 2: A00001L8\n')
  const { state, error } = await run('vtl_restart_daemons', {
    library: LIBRARY,
    devices: [LIBRARY],
  })
  t.equal(state, 'completed', 'it reads what it wrote itself, which is younger')
  t.equal(error, null)
})

t.test('a library is not stopped while somebody else has its changer', async (t) => {
  const { model, run } = await open(t)
  const [tag = ''] = Object.keys(model.holds(10) ?? {})
  const lock = changerLock({ directory: () => model.root, waitSeconds: () => 0 })
  const tasks = [
    ['vtl_add_media', { count: 1, generation: 8 }],
    ['vtl_remove_media', { barcodes: [tag] }],
    ['vtl_retire', { barcodes: [tag] }],
    ['vtl_write_protect', { barcodes: [tag] }],
    ['vtl_restart_daemons', {}],
    ['vtl_offline', {}],
    ['vtl_online', {}],
  ] as const
  const before = [model.text('library_contents.10'), [...model.daemons.keys()]]
  await lock.held(LIBRARY, async () => {
    for (const [kind, params] of tasks) {
      const { state, error } = await run(kind, { library: LIBRARY, ...params })
      t.equal(state, 'failed', kind)
      t.match(error, /changer-XYZZY_A.lock: somebody else has the changer/, kind)
    }
  })
  t.strictSame([model.text('library_contents.10'), [...model.daemons.keys()]], before)
  t.ok(existsSync(join(model.opt, 'STK_L700', tag)))
  model.onStop = () => {
    const other = changerLock({ directory: () => model.root, waitSeconds: () => 0 })
    const moved = other.held(LIBRARY, () => Promise.resolve('moved'))
    meanwhile.push(moved.catch((error: unknown) => (error as { code: string }).code))
  }
  const meanwhile: Promise<string>[] = []
  t.match(await run('vtl_retire', { library: LIBRARY, barcodes: [tag] }), { state: 'completed' })
  t.strictSame(await Promise.all(meanwhile), ['ERR_CHANGER_LOCKED'], 'it has it itself meanwhile')
})

t.test('a library goes offline and online, and devices report flags for a drill', async (t) => {
  const { model, run } = await open(t)
  const library = () => model.daemons.get('vtllibrary@10.service')
  t.match(await run('vtl_offline', { library: LIBRARY }), { state: 'completed' })
  t.equal(library()?.online, false)
  t.match(await run('vtl_online', { library: LIBRARY }), { state: 'completed' })
  t.equal(library()?.online, true)
  t.match(await run('vtl_tape_alert', { device: 'XYZZY_A01', flags: [64, 3, 1] }), {
    ...{ state: 'completed', steps: ['have drive 11 report flags 1, 3, 64'] },
  })
  t.equal(model.daemons.get('vtltape@11.service')?.flags, '8000000000000005')
  t.match(await run('vtl_tape_alert', { device: 'nobody', flags: [] }), {
    error: 'device.conf has no device nobody',
  })
  t.match(await run('vtl_online', { library: 'XYZZY_A01' }), { error: /has no library XYZZY_A01$/ })
})

t.test('without mhvtl, with a spoilt file and on a recording nothing is done', async (t) => {
  const { model, run } = await open(t)
  writeFileSync(join(model.etc, 'device.conf'), 'rubbish')
  t.match(await run('vtl_create_library', NEW), { error: 'device.conf: line 1 is nothing known' })
  const replayed = vtlTasks(t, await openTestDatabase(t), null)
  t.match(await replayed.run('vtl_create_library', NEW), { error: /plays a recording/ })
  t.strictSame(readdirSync(model.opt).includes('Daily'), false)
})
