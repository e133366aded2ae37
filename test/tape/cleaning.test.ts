import t from 'tap'
import { TimeoutError } from '../../src/host/host.ts'
import { addCleaningUse, cleaningUses, correctCleaningUses } from '../../src/tape/cleaning-store.ts'
import { openTestDatabase } from '../support/database.ts'
import { tapeBench } from '../support/tape-tasks.ts'

const counted = (uses: number) => ({ uses, limit: null, memoryAt: null })

const MEDIA = ['A00001L9', 'CLN001L1', 'CLN002L1']

t.test('a drive is cleaned with a cartridge that is begun, and that is counted', async (t) => {
  const { model, run, uses } = tapeBench({ media: MEDIA })
  uses.set('CLN002L1', counted(48))
  const { steps, log, error } = await run('tape_clean', { drive: 1 })
  t.equal(error, null)
  t.strictSame(steps, [
    'move CLN002L1 from storage element 3 to data transfer element 1',
    'wait until data transfer element 1 has cleaned itself',
    'move CLN002L1 from data transfer element 1 to storage element 3',
  ])
  t.ok(log.includes('CLN002L1: use 49 of 50'))
  t.strictSame(model.moved, ['load 3 1', 'unload 3 1'])
  await run('tape_clean', { drive: 1 })
  t.match(await run('tape_clean', { drive: 1 }), { steps: [/^move CLN001L1 /], error: null })
  t.strictSame(
    [...uses],
    [
      ['CLN002L1', counted(50)],
      ['CLN001L1', counted(1)],
    ],
  )
})

t.test('one that is used up is refused, and so is what is no cleaning cartridge', async (t) => {
  const { model, run, uses } = tapeBench({ media: MEDIA })
  for (const tag of ['CLN001L1', 'CLN002L1']) uses.set(tag, counted(50))
  const refused = async (params: Record<string, unknown>) =>
    (await run('tape_clean', { drive: 0, ...params })).error
  t.equal(
    await refused({}),
    'TaskNotPossibleError: LIB0001: CLN001L1 was used 50 times of 50 (as counted here), and is used up; CLN002L1 was used 50 times of 50 (as counted here), and is used up',
  )
  t.match(
    await refused({ cartridge: 'CLN001L1' }),
    /: CLN001L1 was used 50 times of 50 \(as counted here\), and is used up$/,
  )
  t.match(await refused({ cartridge: 'A00001L9' }), /: A00001L9 is no cleaning cartridge in its/)
  await run('tape_load', { slot: 1, drive: 0 })
  t.match(await refused({}), /element 0 is full: unload A00001L9 before it is cleaned$/)
  for (const number of [2, 3]) model.at(number).medium = null
  t.match(await refused({ drive: 1 }), /there is no cleaning cartridge in its storage elements$/)
  t.strictSame(model.moved, ['load 1 0'])
})

t.test('what the memory of a cartridge says goes before what was counted', async (t) => {
  const { model, run, uses, host } = tapeBench({ media: MEDIA })
  const clean = () => run('tape_clean', { drive: 0, cartridge: 'CLN001L1' })
  const cartridge = model.at(2).medium
  if (cartridge === null) throw new Error('no cartridge')
  cartridge.memory = { loads: 14, type: 1, most: 15 }
  const { log, error } = await clean()
  t.equal(error, null)
  t.strictSame(
    log.filter((line) => line.startsWith('CLN001L1: ')),
    ['CLN001L1: use 1 of 50', 'CLN001L1: its memory says that this is use 14 of 15'],
  )
  // It was used elsewhere, so that there is one use left.
  cartridge.memory = { loads: 15, type: 1, most: 15 }
  t.match(await clean(), { error: null })
  t.match(await clean(), {
    error:
      /CLN001L1 was used 15 times of 15 \(its memory was read on 2026-11-20\), and is used up$/,
  })
  uses.clear()
  for (const [memory, what] of [
    [{ loads: 40, type: 0, most: 0 }, 'it is none of a cleaning cartridge'],
    [{ loads: 0, type: 1, most: 15 }, 'it says nothing'],
  ] as const) {
    cartridge.memory = memory
    t.match(await clean(), { error: null })
    t.equal(uses.get('CLN001L1')?.memoryAt, null, what)
  }
  host.failing.set('8c', new TimeoutError('READ ATTRIBUTE', 10_000))
  const hung = await clean()
  t.match(hung, { error: null })
  t.ok(hung.log.some((line) => line.includes(': its memory cannot be read: READ ATTRIBUTE')))
  t.equal(uses.get('CLN001L1')?.uses, 3, 'what was counted stays')
})

t.test('a use that may have been one is counted', async (t) => {
  const { model, run, uses } = tapeBench({ media: MEDIA })
  const clean = async (fault: typeof model.fault) => {
    model.fault = fault
    await run('tape_clean', { drive: 0, cartridge: 'CLN001L1' })
    model.fault = null
    return uses.get('CLN001L1')?.uses ?? 0
  }
  t.equal(await clean('not-permitted'), 0)
  t.equal(await clean('hung'), 1)
  t.equal(await clean('fails-after'), 2)
})

t.test('uses outlive the daemon', async (t) => {
  const database = await openTestDatabase(t)
  const use = { volumeTag: 'CLN001L1', library: 'LIB0001', at: new Date() }
  t.equal(await addCleaningUse(database, use), 1)
  t.equal(await addCleaningUse(database, { ...use, library: 'LIB0002' }), 2)
  t.equal(await addCleaningUse(database, { ...use, volumeTag: 'CLN002L1' }), 1)
  t.strictSame(
    await cleaningUses(database),
    new Map([
      ['CLN001L1', counted(2)],
      ['CLN002L1', counted(1)],
    ]),
  )
  await correctCleaningUses(database, { volumeTag: 'CLN001L1', uses: 14, limit: 15, at: use.at })
  t.equal(await addCleaningUse(database, use), 15)
  t.strictSame((await cleaningUses(database)).get('CLN001L1'), {
    ...{ uses: 15, limit: 15, memoryAt: use.at },
  })
})
