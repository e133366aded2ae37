import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changers, type Changer, type Element } from '../../src/collectors/changers.ts'
import { collectors } from '../../src/collectors/index.ts'
import { ABSENT, defaultSettings } from '../../src/collectors/collector.ts'
import type { ScheduledCollector } from '../../src/collectors/lane.ts'
import { CollectorLoop } from '../../src/collectors/loop.ts'
import { tapeDrives, type TapeDrive } from '../../src/collectors/tape-drives.ts'
import type { Host } from '../../src/host/host.ts'
import { LinuxHost } from '../../src/host/linux-host.ts'
import type { Native, Uevent } from '../../src/host/native.ts'
import { watchMachine } from '../../src/watching.ts'
import {
  changerNode,
  genericNodes,
  LIBRARY,
  logIn,
  logOut,
  said,
  setting,
  sh,
  until,
} from './machine.ts'

/** What the collectors read of the library and its drives, against mtx and lsscsi. */
export async function collectorTests(native: Native): Promise<void> {
  const host = new LinuxHost({ native })

  await test('every element is where mtx says, before and after it moved a cartridge', async () => {
    const compare = async () => {
      const library = await readChanger(host)
      assert.equal(library.state, 'online', library.error ?? '')
      assert.deepEqual(
        contentsOf(library),
        contentsPrinted(said('mtx', '-f', library.device, 'status')),
      )
      return library
    }
    const before = await compare()
    assert.equal(before.inventory?.source, 'scsi')
    assert.equal(before.inventory.elements.length, LIBRARY.drives + LIBRARY.slots)
    sh('mtx', '-f', changerNode(), 'load', '3', '1')
    const loaded = await compare()
    assert.equal(elementOf(loaded, 'data-transfer', 1)?.volumeTag, LIBRARY.barcodes[2])
    sh('mtx', '-f', changerNode(), 'unload', '3', '1')
    assert.deepEqual(contentsOf(await compare()), contentsOf(before))
    sh('mtx', '-f', changerNode(), 'transfer', '1', '8')
    await compare()
    sh('mtx', '-f', changerNode(), 'transfer', '8', '1')
  })

  await test('disks and the library are those of lsscsi', async () => {
    const library = await readChanger(host)
    assert.deepEqual(
      [{ hctl: library.hctl, device: library.device }],
      listed('mediumx').map(({ hctl, generic }) => ({ hctl, device: generic })),
    )
    const told = await collectors.disks.collect(host, defaultSettings)
    assert.notEqual(told, ABSENT)
    const { value } = told as Exclude<typeof told, typeof ABSENT>
    // By name or by address: the kernel names disks in the order in which their probes end.
    const byNode = (one: { node: string }, other: { node: string }) =>
      one.node < other.node ? -1 : 1
    assert.deepEqual(
      value
        .flatMap(({ hctl, name }) => (hctl === null ? [] : [{ hctl, node: `/dev/${name}` }]))
        .sort(byNode),
      listed('disk')
        .map(({ hctl, node }) => ({ hctl, node }))
        .sort(byNode),
    )
  })

  await test('drives are those of lsscsi, with their tape nodes', async () => {
    const drives = await readDrives(host)
    assert.deepEqual(
      drives.map(({ hctl, tapeNode, device }) => ({ hctl, tapeNode, device })),
      listed('tape').map(({ hctl, node, generic }) => {
        return { hctl, tapeNode: node.slice('/dev/'.length), device: generic }
      }),
    )
    for (const { device, serial, reachable } of drives) {
      const printed = / Unit serial number: *(\S+)/.exec(said('sg_inq', '--page=0x80', device))?.[1]
      assert.equal(serial, printed)
      assert.equal(reachable, true)
    }
  })
  await host.stop()
}

/** Uevents of the real kernel, and what they wake. */
export async function ueventTests(native: Native): Promise<void> {
  await test('a library that logs out and in is told by its subsystems, and nothing else is', async () => {
    const heard: Uevent[] = []
    const subsystems = ['scsi_generic', 'scsi_tape', 'scsi_changer']
    const subscription = native.uevents(subsystems, (uevent) => heard.push(uevent))
    const count = (action: string, subsystem: string) =>
      heard.filter(
        (one) => one.kind === 'uevent' && one.action === action && one.subsystem === subsystem,
      ).length
    logOut()
    await until('what went', () => count('remove', 'scsi_generic') >= LIBRARY.drives + 1)
    await logIn()
    const came = () => count('add', 'scsi_changer') === 1 && count('add', 'scsi_tape') > 0
    await until('what came', came)
    assert.ok(heard.every((one) => one.kind === 'uevent' && subsystems.includes(one.subsystem)))
    subscription.close()
  })

  await test('collectors read anew what the kernel says has changed', async () => {
    const host = new LinuxHost({ native })
    const loop = new CollectorLoop({
      host,
      collectors: [collectors.changers, collectors.tape_drives, collectors.disks].map(
        (collector) => ({ ...collector, intervalSeconds: 3_600 }) as ScheduledCollector,
      ),
      settings: () => defaultSettings,
      now: () => new Date(),
    })
    await loop.start()
    const errors: Error[] = []
    const watching = watchMachine({
      ...{ loop, native, ownCalls: (address) => host.calls(address), now: () => new Date() },
      onCollected: async () => undefined,
      onUevent: () => undefined,
      onError: (error) => {
        errors.push(error)
      },
    })
    const stateOf = (subject: 'changers' | 'tape_drives') => loop.readings()[subject]?.state
    assert.deepEqual([stateOf('changers'), stateOf('tape_drives')], ['read', 'read'])
    logOut()
    const both = (state: string) =>
      stateOf('changers') === state && stateOf('tape_drives') === state
    await until('no library', () => both('absent'))
    await logIn()
    await until('the library again', () => both('read'))
    const before = new Set(genericNodes().map(({ hctl }) => hctl))
    const added = () => genericNodes().filter(({ hctl }) => !before.has(hctl))
    setting('add_host', '1')
    await until('another disk', () => added().length > 0)
    const [{ hctl: address } = { hctl: '' }] = added()
    await until('the reading of it', () => {
      const disks = loop.readings().disks
      return disks?.state === 'read' && disks.value.some(({ hctl }) => hctl === address)
    })
    assert.deepEqual(errors, [])
    watching.stop()
    loop.stop()
    await host.stop()
  })
}

/** The library of the guest. */
export async function readChanger(host: Host): Promise<Changer> {
  const told = await changers.collect(host, defaultSettings)
  assert.notEqual(told, ABSENT)
  const [library] = (told as Exclude<typeof told, typeof ABSENT>).value
  assert.ok(library)
  return library
}

/** The drives of the guest. */
export async function readDrives(host: Host): Promise<readonly TapeDrive[]> {
  const told = await tapeDrives.collect(host, defaultSettings)
  assert.notEqual(told, ABSENT)
  return (told as Exclude<typeof told, typeof ABSENT>).value
}

/** `[2:0:0:1]  tape  IBM  VTL5  0107  /dev/st0  /dev/sg2`, those of one type. */
function listed(type: string): { hctl: string; node: string; generic: string }[] {
  return [
    ...said('lsscsi', '-g').matchAll(/^\[([\d:]+)\] +(\S+) .*?(\/dev\/\w+) +(\/dev\/sg\d+)/gm),
  ].flatMap(([, hctl = '', kind, node = '', generic = '']) =>
    kind === type ? [{ hctl, node, generic }] : [],
  )
}

function contentsOf({ inventory }: Changer): Record<string, string | null> {
  const kinds = { 'data-transfer': 'drive', storage: 'slot', 'import-export': 'station' }
  return Object.fromEntries(
    (inventory?.elements ?? []).map(({ type, number, full, volumeTag }) => [
      `${kinds[type]} ${number}`,
      full ? volumeTag : null,
    ]),
  )
}

/** `Data Transfer Element 0:Full (…):VolumeTag = X`, `Storage Element 1:Full :VolumeTag=X`, `…:Empty`. */
function contentsPrinted(text: string): Record<string, string | null> {
  const elements = text.matchAll(
    /^ *(Data Transfer|Storage) Element (\d+)( IMPORT\/EXPORT)?:(Full|Empty)(?:.*VolumeTag ?= ?(\S*))?/gm,
  )
  return Object.fromEntries(
    [...elements].map(([, kind, number, station, state, tag]) => [
      `${kind === 'Storage' ? (station ? 'station' : 'slot') : 'drive'} ${number}`,
      state === 'Full' ? (tag ?? null) : null,
    ]),
  )
}

function elementOf(library: Changer, type: Element['type'], number: number): Element | undefined {
  return library.inventory?.elements.find((one) => one.type === type && one.number === number)
}
