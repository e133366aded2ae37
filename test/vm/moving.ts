import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, mkdtempSync, openSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { defaultSettings } from '../../src/collectors/collector.ts'
import { changerLock } from '../../src/host/changer-lock.ts'
import { holdersIn } from '../../src/host/device-holders.ts'
import { LinuxHost } from '../../src/host/linux-host.ts'
import type { Native } from '../../src/host/native.ts'
import { readLibrary, type ReadLibrary } from '../../src/tape/reading.ts'
import { tapeKinds } from '../../src/tasks/kinds/tape/index.ts'
import { readChanger, readDrives } from './collecting.ts'
import { changerNode, LIBRARY } from './machine.ts'
import { runTask } from './run-task.ts'

/** Tasks that move tapes, with the real mtx and sg_raw, on the library that tgt emulates. */
export async function movingTests(native: Native): Promise<void> {
  const host = new LinuxHost({ native })
  const library = (await readChanger(host)).id
  // Drives are LUNs 1 and 2 of the target, and elements 0 and 1 of the library, which does not tell it.
  const places = new Map(
    (await readDrives(host)).map(({ id, hctl }) => [id, Number(hctl.split(':').at(-1)) - 1]),
  )
  const locks = mkdtempSync(join(tmpdir(), 'locks-'))
  const moving = {
    // What this process has started counts here as somebody else's.
    ...{ host, mover: host, holders: holdersIn('/proc', -1), pid: -1 },
    settings: () => defaultSettings,
    placed: () => places,
    ownCalls: (hctl: string) => host.calls(hctl).underWay,
    sessions: () => Promise.resolve([]),
    lock: changerLock({ directory: () => locks, waitSeconds: () => 5 }),
    track: <T>(_command: string, _library: string, work: () => Promise<T>) => work(),
  }
  const kinds = tapeKinds({
    ...{ moving, now: () => new Date(), readySeconds: () => 300, waitMs: 100 },
    touched: () => Promise.resolve(),
    cleaning: () => ({ prefix: 'CLN', uses: 50 }),
    uses: {
      counts: () => Promise.resolve(new Map()),
      correct: () => Promise.resolve(),
      add: () => Promise.resolve(1),
    },
  })
  const run = (name: string, params: Record<string, unknown>) =>
    runTask(kinds, name, { library, ...params })
  const [first = '', second = ''] = LIBRARY.barcodes
  const placeOf = async (tag: string) => {
    const { contents } = await readLibrary(moving, library)
    const found = contents.elements.filter(({ volumeTag }) => volumeTag === tag)
    return found.map(({ type, number }) => `${type} ${number}`)
  }
  const nodeOf = (found: ReadLibrary, drive: number) => {
    const [node = ''] = found.drives.get(drive)?.tapeNodes ?? []
    return `/dev/n${node}`
  }

  await test('each drive of the library is found, with its tape node', async () => {
    const found = await readLibrary(moving, library)
    assert.deepEqual([...found.drives.keys()].sort(), [0, 1])
    for (const { devices, tapeNodes } of found.drives.values()) {
      assert.match(`${devices.join()} ${tapeNodes.join()}`, /^\/dev\/sg\d+ st\d+$/)
    }
  })

  await test('a cartridge is loaded by its barcode, and is ready', async () => {
    assert.deepEqual(await run('tape_load', { cartridge: first, drive: 0 }), [
      `${first} is in data transfer element 0 now`,
      'data transfer element 0 is ready',
    ])
    assert.deepEqual(await placeOf(first), ['data-transfer 0'])
  })

  await test('a drive that a process has open is not touched', async () => {
    const node = nodeOf(await readLibrary(moving, library), 0)
    const file = openSync(node, constants.O_RDONLY | constants.O_NONBLOCK)
    const child = spawn('sleep', ['600'], { stdio: [file, 'ignore', 'ignore'] })
    await once(child, 'spawn')
    closeSync(file)
    await assert.rejects(
      run('tape_unload', { drive: 0 }),
      new RegExp(`sleep \\(process ${child.pid ?? 0}\\) has ${node} open`),
    )
    child.kill()
    await once(child, 'exit')
    assert.deepEqual(await placeOf(first), ['data-transfer 0'])
  })

  await test('it is ejected and goes back, and others are moved and exchanged', async () => {
    await run('tape_unload', { drive: 0 })
    assert.deepEqual(await placeOf(first), ['storage 1'])
    await run('tape_transfer', { cartridge: first, to: 8 })
    assert.deepEqual(await placeOf(first), ['storage 8'])
    await run('tape_load', { slot: 8, drive: 1 })
    await run('tape_exchange', { cartridge: second, drive: 1 })
    assert.deepEqual(
      [await placeOf(first), await placeOf(second)],
      [['storage 8'], ['data-transfer 1']],
    )
    await run('tape_unload', { cartridge: second })
    await run('tape_transfer', { slot: 8, to: 1 })
    assert.match((await run('tape_inventory', {})).join('\n'), /^6 of 10 elements are full/)
    assert.deepEqual(await placeOf(second), ['storage 2'])
  })

  await test('what the changer refuses is told in its words', async () => {
    const move = { command: 'load', changer: changerNode(), source: 8, destination: 0 } as const
    await assert.rejects(host.move(move), {
      ...{ code: 'ERR_MEDIUM_MOVE', message: /source Element Address \d+ is Empty/i },
    })
  })
  await host.stop()
}
