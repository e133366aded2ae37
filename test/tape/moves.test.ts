import t from 'tap'
import { recorded } from '../support/recorded.ts'
import { tapeBench } from '../support/tape-tasks.ts'

const MEDIA = ['A00001L9', 'A00002L9', 'A00003L9', null, 'A00005L9']

t.test('a cartridge is loaded by its barcode, and the drive is waited for', async (t) => {
  const { model, run, touched, tracked } = tapeBench({ media: MEDIA })
  t.strictSame(await run('tape_load', { cartridge: 'A00002L9', drive: 1 }), {
    steps: [
      'move A00002L9 from storage element 2 to data transfer element 1',
      'wait until data transfer element 1 is ready',
    ],
    begun: 2,
    log: ['A00002L9 is in data transfer element 1 now', 'data transfer element 1 is ready'],
    error: null,
  })
  t.strictSame(model.moved, ['load 2 1'])
  t.strictSame(touched, ['LIB0001'])
  t.strictSame(tracked, ['load'])
  t.equal(model.whereabouts().A00002L9, 'drive 1')
})

t.test('elements have numbers, as mtx counts, or addresses', async (t) => {
  const { model, run } = tapeBench({ media: MEDIA })
  t.match(await run('tape_load', { slot: { address: 1000 }, drive: { address: 256 } }), {
    error: null,
  })
  t.match(await run('tape_transfer', { slot: 2, to: 9 }), { error: null })
  t.strictSame(model.moved, ['load 1 0', 'transfer 2 9'])
  t.match(await run('tape_load', { slot: { address: 999 }, drive: 1 }), {
    error: 'TaskNotPossibleError: LIB0001: has no storage element at address 999',
  })
  t.match(await run('tape_transfer', { slot: 3, to: 3 }), {
    error: 'TaskNotPossibleError: LIB0001: A00003L9 is in storage element 3 already',
  })
})

t.test('a library that sets ACCESS of no element has its cartridges moved', async (t) => {
  const { model, run } = tapeBench({ media: MEDIA })
  model.hidesAccess = true
  t.match(await run('tape_load', { slot: 1, drive: 0 }), { error: null })
  t.match(await run('tape_unload', { drive: 0 }), { error: null })
  t.strictSame(model.moved, ['load 1 0', 'eject 0', 'unload 1 0'])
})

t.test('a cartridge is ejected before the robot takes it, and goes back', async (t) => {
  const { model, run } = tapeBench({ media: MEDIA })
  await run('tape_load', { slot: 3, drive: 0 })
  t.match(await run('tape_unload', { drive: 0 }), {
    steps: [
      'eject A00003L9 in data transfer element 0',
      'move A00003L9 from data transfer element 0 to storage element 3',
    ],
    error: null,
  })
  t.strictSame(model.moved, ['load 3 0', 'eject 0', 'unload 3 0'])
  await run('tape_load', { slot: 3, drive: 0 })
  model.put(3, 'B00001L9')
  t.match(await run('tape_unload', { cartridge: 'A00003L9' }), {
    ...{ steps: [/^eject/, /to storage element 4$/], error: null },
  })
  await run('tape_load', { slot: 1, drive: 0 })
  t.match(await run('tape_unload', { drive: 0, to: 8 }), { error: null })
  t.equal(model.whereabouts().A00001L9, 'slot 8')
})

t.test('another cartridge takes the place of the one that is loaded', async (t) => {
  const { model, run } = tapeBench({ media: MEDIA })
  await run('tape_load', { slot: 1, drive: 0 })
  t.match(await run('tape_exchange', { drive: 0, cartridge: 'A00002L9' }), { error: null })
  t.strictSame(model.moved, ['load 1 0', 'eject 0', 'unload 1 0', 'load 2 0'])
  t.match(await run('tape_exchange', { drive: 1, slot: 1 }), { error: null })
  t.strictSame(model.whereabouts(), {
    ...{ A00001L9: 'drive 1', A00002L9: 'drive 0', A00003L9: 'slot 3', A00005L9: 'slot 5' },
  })
})

t.test('a batch is exported as far as there is room, and the rest is told', async (t) => {
  const { model, run } = tapeBench({ media: MEDIA })
  await run('tape_load', { slot: 5, drive: 0 })
  const batch = ['A00005L9', 'A00001L9', 'A00003L9', 'A00002L9']
  const { steps, log, error } = await run('tape_export', { cartridges: batch })
  t.equal(error, null)
  t.strictSame(steps, [
    'eject A00005L9 in data transfer element 0',
    'move A00005L9 from data transfer element 0 to import/export element 9',
    'move A00001L9 from storage element 1 to import/export element 10',
    'there is no room for 2 now: A00003L9, A00002L9: take out what was exported, and ask for them again',
  ])
  t.equal(log.at(-1), steps.at(-1))
  t.match(await run('tape_export', { cartridges: ['A00003L9'] }), {
    ...{ error: /its import\/export elements are full: take out what is in them$/ },
  })
  t.match(await run('tape_import', { cartridges: ['A00001L9'] }), { error: null })
  t.match(await run('tape_import', {}), { error: null })
  t.strictSame(Object.values(model.whereabouts()).sort(), ['slot 1', 'slot 2', 'slot 3', 'slot 4'])
  t.match(await run('tape_import', {}), { error: /import\/export elements are empty$/ })
})

t.test('what cannot be done is refused before anything is', async (t) => {
  const { model, run } = tapeBench({ media: [...MEDIA, 'A00001L9', 'CLN001L1'] })
  await run('tape_load', { slot: 2, drive: 0 })
  const refused = async (kind: string, params: Record<string, unknown>) =>
    (await run(kind, params)).error?.replace('TaskNotPossibleError: LIB0001: ', '')
  t.equal(await refused('tape_load', { cartridge: 'X', drive: 1 }), 'X is not in this library')
  t.equal(
    await refused('tape_load', { cartridge: 'A00001L9', drive: 1 }),
    'A00001L9 is in storage element 1 and in storage element 6: say which element is meant',
  )
  t.equal(await refused('tape_load', { slot: 4, drive: 1 }), 'storage element 4 is empty')
  t.equal(
    await refused('tape_load', { slot: 3, drive: 0 }),
    'data transfer element 0 is full: A00002L9 is in it',
  )
  t.equal(await refused('tape_load', { slot: 3, drive: 7 }), 'has no data transfer element 7')
  t.equal(
    await refused('tape_load', { drive: 1 }),
    'say which cartridge: by its barcode or its element',
  )
  t.match(await refused('tape_load', { slot: 7, drive: 1 }), /^CLN001L1 is a cleaning cartridge/)
  t.equal(await refused('tape_unload', { drive: 1 }), 'data transfer element 1 is empty')
  t.equal(await refused('tape_unload', { cartridge: 'A00003L9' }), 'A00003L9 is in no drive')
  t.equal(
    await refused('tape_transfer', { slot: 3, to: 5 }),
    'storage element 5 is full: A00005L9 is in it',
  )
  t.equal(await refused('tape_eject', { drive: 1 }), 'data transfer element 1 is empty')
  t.match(
    (await run('tape_load', { library: 'OTHER', slot: 1, drive: 1 })).error,
    /library OTHER: there is no such library$/,
  )
  model.offline = true
  t.match(
    (await run('tape_load', { slot: 3, drive: 1 })).error,
    /library LIB0001: logical unit not ready, offline \(02\/04\/12\)$/,
  )
  t.strictSame(model.moved, ['load 2 0'])
})

t.test('a step is not carried out when things are not as they were planned', async (t) => {
  const moved: [
    string,
    Record<string, unknown>,
    (b: ReturnType<typeof tapeBench>) => void,
    RegExp,
  ][] = [
    [
      ...(['tape_load', { slot: 1, drive: 0 }] as const),
      ({ model }) => (model.at(1).medium = null),
      /storage element 1 is empty$/,
    ],
    [
      ...(['tape_load', { slot: 1, drive: 0 }] as const),
      ({ model }) => {
        model.put(1, 'OTHER1L9')
      },
      /storage element 1 has OTHER1L9 in it, and not A00001L9$/,
    ],
    [
      ...(['tape_transfer', { slot: 1, to: 4 }] as const),
      ({ model }) => {
        model.put(4, 'OTHER1L9')
      },
      /storage element 4 is full: OTHER1L9 is in it$/,
    ],
    [
      ...(['tape_load', { slot: 1, drive: 0 }] as const),
      ({ model }) => (model.drives[0] ? (model.drives[0].busy = 1) : null),
      /data transfer element 0: 1 command is under way$/,
    ],
  ]
  for (const [kind, params, change, error] of moved) {
    const bench = tapeBench({ media: MEDIA })
    bench.bench.meanwhile = () => {
      change(bench)
    }
    const ran = await bench.run(kind, params)
    t.match(ran.error, error)
    t.strictSame({ begun: ran.begun, moved: bench.model.moved }, { begun: 1, moved: [] })
  }
})

t.test('what a failure says is told with where the cartridge is now', async (t) => {
  const { model, run } = tapeBench({ media: MEDIA })
  const failing = async (fault: typeof model.fault) => {
    model.fault = fault
    const { error } = await run('tape_transfer', { cartridge: 'A00001L9', to: 4 })
    model.fault = null
    return error
  }
  const move = 'MoveFailedError: transfer of /dev/sg9 from 1 to 4'
  const failed = 'MOVE MEDIUM from Element Address 1000 to 1003 Failed'
  const still = 'A00001L9 is in storage element 1, as the library says now'
  t.equal(
    await failing('jammed'),
    `${move}: ${failed}: mechanical positioning error (04/15/01); ${still}`,
  )
  t.equal(
    await failing('busy'),
    `${move}: ${failed}: logical unit is in process of becoming ready (02/04/01); ${still}`,
  )
  t.match(await failing('door-open'), / \(02\/04\/18\); A00001L9 is in storage element 1/)
  t.match(await failing('hung'), /no answer within 600000 ms; A00001L9 is in storage element 1/)
  t.equal(await failing('not-permitted'), 'PermissionError: /dev/sg9: permission denied')
  t.match(await failing('fails-after'), /; A00001L9 is in storage element 4, as the library says/)
})

t.test('an inventory tells what was not known', async (t) => {
  const { model, run, bench } = tapeBench({ media: MEDIA })
  const { error, log } = await run('tape_inventory', {})
  t.equal(error, null)
  t.strictSame(log, ['4 of 12 elements are full'])
  t.strictSame(model.moved, ['inventory'])
  t.notOk(bench.locked)
})

t.test('the model speaks as the libraries of the recordings do', (t) => {
  for (const node of ['/dev/sg11', '/dev/sg12', '/dev/sg14']) {
    const text = recorded('03-tape-moves').succeeded(`mtx -f ${node} status`) ?? ''
    t.not(text, '')
    const { model } = tapeBench(partsOf(text))
    arrange(model, text)
    t.equal(model.statusText(node), text)
  }
  t.end()
})

function partsOf(text: string) {
  const count = (pattern: RegExp) => [...text.matchAll(pattern)].length
  const importExport = count(/IMPORT\/EXPORT/g)
  const drives = count(/^Data Transfer/gm)
  return { drives, importExport, storage: count(/^ +Storage Element/gm) - importExport }
}

function arrange(model: ReturnType<typeof tapeBench>['model'], text: string): void {
  for (const [, number = '', tag = ''] of text.matchAll(
    /^ +Storage Element (\d+)(?: IMPORT\/EXPORT)?:Full (?::VolumeTag=(\S*) *)?$/gm,
  )) {
    model.put(Number(number), tag)
  }
  for (const [, number = '', source = '', tag = ''] of text.matchAll(
    /^Data Transfer Element (\d+):Full \(Storage Element (\d+) Loaded\):VolumeTag = (\S*) *$/gm,
  )) {
    const slot = model.inDrive(Number(number))
    slot.medium = { volumeTag: tag, cleaning: false, loads: 0 }
    slot.source = Number(source)
  }
}
