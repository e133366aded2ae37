import t from 'tap'
import type { CollectorHealth } from '../../src/collectors/lane.ts'
import type { FileSystem } from '../../src/collectors/filesystems.ts'
import type { Scst } from '../../src/collectors/scst.ts'
import type { CheckResult, Component } from '../../src/health/components.ts'
import {
  collectorsComponent,
  consistencyComponent,
  libraryComponent,
  scstComponent,
  storageComponent,
} from '../../src/health/hardware-checks.ts'
import type { Snapshot } from '../../src/snapshot.ts'
import { outcome } from '../support/consistency.ts'
import { absent, failed, read, snapshotOf } from '../support/readings.ts'

/** What a component says of some readings, in a line. */
async function said(
  component: (snapshot: () => Snapshot) => Component,
  readings: Snapshot['readings'],
): Promise<string> {
  const { status, message }: CheckResult = await component(() => snapshotOf(readings)).check()
  return `${status}: ${message}`
}

const problem = { labels: {}, error: '/dev/sg3: secret' }

function scstOf(more: Partial<Scst>): Scst {
  return {
    running: true,
    version: '3.7.0',
    targets: [],
    suspendCount: 0,
    config: { path: '/etc/scst.conf', targets: null, digest: null, differences: [] },
    ...more,
  } as unknown as Scst
}

t.test('SCST is well when it is not there, and down when it should run', async (t) => {
  t.equal(await said(scstComponent, {}), 'unknown: not read yet')
  t.equal(await said(scstComponent, { scst: absent() }), 'up: not present')
  t.equal(await said(scstComponent, { scst: read(scstOf({})) }), 'up: 0 targets')
  t.equal(
    await said(scstComponent, { scst: read(scstOf({ running: false })) }),
    'down: configured and not running',
  )
  t.equal(
    await said(scstComponent, { scst: read(scstOf({ suspendCount: 1 })) }),
    'degraded: I/O of all devices is suspended',
  )
  t.equal(await said(scstComponent, { scst: failed('secret') }), 'down: could not be read')
  t.equal(
    await said(scstComponent, { scst: read(scstOf({}), { problems: [problem] }) }),
    'degraded: read in part',
  )
  t.equal(
    await said(scstComponent, {
      scst: read(scstOf({}), { problems: [problem], coverage: 'none' }),
    }),
    'down: could not be read',
  )
})

t.test('the libraries are down when none is online', async (t) => {
  const changers = (...states: string[]) => ({
    changers: read(states.map((state) => ({ id: 'secret', state })) as never),
  })
  t.strictSame(
    [
      await said(libraryComponent, changers()),
      await said(libraryComponent, changers('online', 'online')),
      await said(libraryComponent, changers('online', 'offline')),
      await said(libraryComponent, changers('unreachable', 'offline')),
    ],
    [
      'up: 0 libraries online',
      'up: 2 libraries online',
      'degraded: 1 of 2 libraries not online',
      'down: 2 of 2 libraries not online',
    ],
  )
})

t.test('libraries that are gone are missed, also those of a VTL that does not run', async (t) => {
  const inventory = read({ missing: [{ kind: 'library' }, { kind: 'drive' }] as never })
  const stopped = read({ moduleLoaded: false, libraries: [{}, {}], drives: [] } as never)
  const running = read({ moduleLoaded: true, libraries: [{}, {}], drives: [] } as never)
  const online = read([{ id: 'secret', state: 'online' }] as never)
  t.strictSame(
    [
      await said(libraryComponent, { changers: absent(), inventory }),
      await said(libraryComponent, { changers: absent(), mhvtl: stopped }),
      await said(libraryComponent, { changers: absent(), mhvtl: running }),
      await said(libraryComponent, { changers: online, inventory }),
      await said(libraryComponent, { changers: failed('secret'), inventory }),
    ],
    [
      'down: 1 of 1 libraries not online',
      'down: 2 of 2 libraries not online',
      'up: not present',
      'degraded: 1 of 2 libraries not online',
      'down: could not be read',
    ],
  )
})

t.test('storage is degraded when a file system is over 95 % full or was remounted', async (t) => {
  const mount = (usedPercent: number | null, remountedReadOnly = false) =>
    ({ remountedReadOnly, usage: usedPercent === null ? null : { usedPercent } }) as FileSystem
  const of = (...mounts: FileSystem[]) => said(storageComponent, { filesystems: read(mounts) })
  t.equal(await of(mount(95), mount(null)), 'up: 2 file systems')
  t.equal(await of(mount(95.1), mount(10, true)), 'degraded: 1 nearly full, 1 remounted read-only')
})

t.test('the collectors are unknown, failing, late or stopped', async (t) => {
  const collector = (name: string, more: Partial<CollectorHealth>): CollectorHealth => ({
    name,
    state: 'read',
    intervalSeconds: 30,
    ageSeconds: 5,
    durationSeconds: 0.1,
    error: null,
    failingSince: null,
    ...more,
  })
  const of = (...collectors: CollectorHealth[]) =>
    said(collectorsComponent, { collectors: read(collectors) })
  t.equal(await said(collectorsComponent, {}), 'unknown: nothing was collected yet')
  t.equal(await of(collector('a', { state: 'pending' })), 'unknown: nothing was collected yet')
  t.equal(await of(collector('a', {}), collector('b', { state: 'absent' })), 'up: 2 collectors')
  t.equal(
    await of(
      collector('a', {}),
      collector('b', { state: 'failed' }),
      collector('c', { ageSeconds: 151 }),
    ),
    'degraded: b fails, c is late',
  )
  t.equal(await of(collector('a', { ageSeconds: 150 })), 'up: 1 collectors')
  t.equal(await of(collector('a', { ageSeconds: 151 })), 'down: the collectors have stopped')
})

t.test('consistency is what the comparisons have found last, the gravest of them', async (t) => {
  const check = (name: 'vtl' | 'scst' | 'library', status: 'up' | 'down' | 'unknown') =>
    read({
      checks: [outcome('library', 'degraded', '11 pending'), outcome(name, status, 'so it is')],
    })
  t.equal(await said(consistencyComponent, {}), 'unknown: not compared yet')
  t.equal(
    await said(consistencyComponent, { consistency: read({ checks: [] }) }),
    'unknown: not compared yet',
  )
  const of = (status: 'up' | 'down' | 'unknown') =>
    said(consistencyComponent, { consistency: check('vtl', status) })
  t.equal(await of('up'), 'degraded: library: 11 pending')
  t.equal(await of('unknown'), 'unknown: library: 11 pending; vtl: so it is')
  t.equal(await of('down'), 'down: library: 11 pending; vtl: so it is')
  const result = await consistencyComponent(() =>
    snapshotOf({ consistency: read({ checks: [outcome('scst', 'up', 'consistent')] }) }),
  ).check()
  t.strictSame(result, {
    status: 'up',
    message: 'consistent',
    details: {
      scst: {
        ...{ status: 'up', missing: 0, orphaned: 0, pending: 0, different: 0, ignored: 0 },
        checked_at: '2026-11-20T21:00:00.000Z',
      },
    },
  })
})
