import t from 'tap'
import { addCleaningUse, cleaningUses } from '../../src/tape/cleaning-store.ts'
import { openTestDatabase } from '../support/database.ts'
import { tapeBench } from '../support/tape-tasks.ts'

const MEDIA = ['A00001L9', 'CLN001L1', 'CLN002L1']

t.test('a drive is cleaned with a cartridge that is begun, and that is counted', async (t) => {
  const { model, run, uses } = tapeBench({ media: MEDIA })
  uses.set('CLN002L1', 48)
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
      ['CLN002L1', 50],
      ['CLN001L1', 1],
    ],
  )
})

t.test('one that is used up is refused, and so is what is no cleaning cartridge', async (t) => {
  const { model, run, uses } = tapeBench({ media: MEDIA })
  for (const tag of ['CLN001L1', 'CLN002L1']) uses.set(tag, 50)
  const refused = async (params: Record<string, unknown>) =>
    (await run('tape_clean', { drive: 0, ...params })).error
  t.equal(
    await refused({}),
    'TaskNotPossibleError: LIB0001: CLN001L1 was used 50 times, and is used up; CLN002L1 was used 50 times, and is used up',
  )
  t.match(await refused({ cartridge: 'CLN001L1' }), /: CLN001L1 was used 50 times, and is used up$/)
  t.match(await refused({ cartridge: 'A00001L9' }), /: A00001L9 is no cleaning cartridge in its/)
  await run('tape_load', { slot: 1, drive: 0 })
  t.match(await refused({}), /element 0 is full: unload A00001L9 before it is cleaned$/)
  for (const number of [2, 3]) model.at(number).medium = null
  t.match(await refused({ drive: 1 }), /there is no cleaning cartridge in its storage elements$/)
  t.strictSame(model.moved, ['load 1 0'])
})

t.test('a use that may have been one is counted', async (t) => {
  const { model, run, uses } = tapeBench({ media: MEDIA })
  const clean = async (fault: typeof model.fault) => {
    model.fault = fault
    await run('tape_clean', { drive: 0, cartridge: 'CLN001L1' })
    model.fault = null
    return uses.get('CLN001L1') ?? 0
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
      ['CLN001L1', 2],
      ['CLN002L1', 1],
    ]),
  )
})
