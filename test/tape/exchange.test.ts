import t from 'tap'
import { TimeoutError } from '../../src/host/host.ts'
import { planExchangeMedium } from '../../src/tape/exchanging.ts'
import { readLibrary } from '../../src/tape/reading.ts'
import { defaultSettings } from '../../src/collectors/collector.ts'
import type { ChangerModel, Fault } from '../support/changer-model.ts'
import { tapeBench } from '../support/tape-tasks.ts'

const MEDIA = ['A00001L9', 'A00002L9', 'A00003L9', null, 'A00005L9']

t.test('a changer that has EXCHANGE MEDIUM exchanges by one command', async (t) => {
  const { model, run, touched, tracked, host } = tapeBench({ media: MEDIA })
  model.exchanges = true
  await run('tape_load', { slot: 1, drive: 0 })
  model.put(1, 'B00001L9')
  model.moved.length = 0
  tracked.length = 0
  t.match(await run('tape_exchange', { cartridge: 'A00002L9', drive: 0 }), {
    steps: [
      'eject A00001L9 in data transfer element 0',
      'exchange: A00002L9 from storage element 2 to data transfer element 0, and A00001L9 from there to storage element 4',
      'wait until data transfer element 0 is ready',
    ],
    log: [
      'A00002L9 is in data transfer element 0 now, A00001L9 in storage element 4',
      'data transfer element 0 is ready',
    ],
    error: null,
  })
  t.strictSame(model.moved, ['eject 0', 'exchange 1001 256 1003'])
  t.strictSame(tracked, ['eject', 'exchange'])
  t.match(model.whereabouts(), { A00001L9: 'slot 4', A00002L9: 'drive 0' })
  t.ok(touched.length > 1)
  // With no element free they change places.
  for (let slot = 1; slot <= 8; slot++)
    if (model.at(slot).medium === null) model.put(slot, `F${slot}`)
  t.match(await run('tape_exchange', { cartridge: 'A00001L9', drive: 0 }), { error: null })
  t.match(model.whereabouts(), { A00001L9: 'drive 0', A00002L9: 'slot 4' })
  t.notOk(
    host.asked.some((line) => line.endsWith(' a6')),
    'nothing that looks can ask for it',
  )
})

t.test('where a changer says that it can exchange and cannot, it is done by moves', async (t) => {
  const { model, run } = tapeBench({ media: MEDIA })
  model.exchanges = true
  model.lacksExchange = true
  await run('tape_load', { slot: 1, drive: 0 })
  t.match(await run('tape_exchange', { cartridge: 'A00002L9', drive: 0 }), {
    log: [
      'the changer says that it can exchange, and does not know how: two moves',
      'A00001L9 is in storage element 1 now',
      'A00002L9 is in data transfer element 0 now',
      'data transfer element 0 is ready',
    ],
    error: null,
  })
  t.strictSame(model.moved, ['load 1 0', 'eject 0', 'unload 1 0', 'load 2 0'])
  // With no element free there is nowhere to put what is in the drive.
  for (let slot = 1; slot <= 8; slot++)
    if (model.at(slot).medium === null) model.put(slot, `F${slot}`)
  t.match(await run('tape_exchange', { cartridge: 'A00001L9', drive: 0 }), {
    error: /Invalid command operation code; A00001L9 is in storage element 1/,
  })
  t.match(model.whereabouts(), { A00001L9: 'slot 1', A00002L9: 'drive 0' })
})

t.test('where a changer cannot exchange, or does not say so, it is done by moves', async (t) => {
  const moves = ['load 1 0', 'eject 0', 'unload 1 0', 'load 2 0']
  for (const hangs of [false, true]) {
    const bench = tapeBench({ media: MEDIA })
    bench.model.exchanges = hangs
    if (hangs) bench.host.failing.set('1a', new TimeoutError('MODE SENSE', 10_000))
    await bench.run('tape_load', { slot: 1, drive: 0 })
    t.match(await bench.run('tape_exchange', { slot: 2, drive: 0 }), { error: null })
    t.strictSame(bench.model.moved, moves)
  }
  const { model, run } = tapeBench({ media: MEDIA })
  model.exchanges = true
  t.match(await run('tape_exchange', { slot: 2, drive: 0 }), { error: null })
  t.strictSame(model.moved, ['load 2 0'], 'an empty drive is loaded')
  model.put(9, 'M00001L9')
  t.match(await run('tape_exchange', { cartridge: 'M00001L9', drive: 0 }), { error: null })
  t.strictSame(model.moved.at(-1), 'load 9 0', 'nothing is put out by an exchange')
})

t.test('elements whose addresses are not known are not exchanged', async (t) => {
  const { model, run, host } = tapeBench({ media: MEDIA })
  await run('tape_load', { slot: 1, drive: 0 })
  const reading = { host, settings: () => defaultSettings, placed: () => new Map() }
  const { contents } = await readLibrary(reading, model.serial)
  const all = ['medium-transport', 'storage', 'import-export', 'data-transfer'] as const
  const exchanges = {
    ...{ storage: all, 'data-transfer': all, 'import-export': all, 'medium-transport': all },
  }
  const wanted = { slot: 2, drive: 0 }
  t.match(planExchangeMedium(contents, wanted, exchanges), { back: { number: 1 } })
  t.equal(planExchangeMedium(contents, wanted, { ...exchanges, storage: [] }), null)
  t.equal(planExchangeMedium(contents, wanted, null), null)
  const elements = contents.elements.map((element) => ({ ...element, address: null }))
  t.equal(planExchangeMedium({ ...contents, elements }, wanted, exchanges), null)
})

t.test(
  'an exchange that fails, or is not known to be done, is told with both cartridges',
  async (t) => {
    const exchange = async (fault: Fault | null, meanwhile?: (model: ChangerModel) => void) => {
      const { model, run, bench, kindOf } = tapeBench({ media: MEDIA })
      model.exchanges = true
      await run('tape_load', { slot: 1, drive: 0 })
      const steps = await kindOf('tape_exchange').plan({ library: model.serial, slot: 2, drive: 0 })
      bench.meanwhile = (_step, index) => {
        if (index !== 1) return
        model.fault = fault
        meanwhile?.(model)
      }
      const { error, begun } = await run('tape_exchange', { slot: 2, drive: 0 })
      model.fault = null
      const [, step] = steps
      const looked = step && (await kindOf('tape_exchange').lookAfterLoss?.(step, {}))
      return { error, begun, looked, moved: model.moved }
    }
    const jammed = await exchange('jammed')
    t.match(jammed, {
      error:
        /^MoveFailedError: exchange of .* from 1001 to 256, and from there to 1000 \(addresses\): .*Mechanical positioning error; A00002L9 is in storage element 2, as the library says now; A00001L9 is in data transfer element 0, as the library says now$/,
      begun: 2,
      moved: ['load 1 0', 'eject 0'],
    })
    t.match(await exchange('hung'), { error: /no answer within 600000 ms; A00002L9 is in storage/ })
    const late = await exchange('fails-after')
    t.match(
      late.error,
      /A00002L9 is in data transfer element 0.*; A00001L9 is in storage element 1/,
    )
    const died = await exchange('dies-after')
    t.match(died, {
      error: /^MoveFailedError/,
      looked:
        'A00002L9 is in data transfer element 0, as the library says now; A00001L9 is in storage element 1, as the library says now',
    })
    t.equal(died.moved.filter((line) => line.startsWith('exchange')).length, 1)
    const taken = await exchange(null, (model) => {
      model.put(1, 'B00001L9')
    })
    t.match(taken.error, /storage element 1 is full: B00001L9 is in it$/)
    const used = await exchange(null, (model) => {
      for (const drive of model.drives) drive.busy = 1
    })
    t.match(used.error, /^DriveInUseError: .* 1 command is under way$/)
  },
)
