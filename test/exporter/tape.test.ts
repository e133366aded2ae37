import t from 'tap'
import type { Changer } from '../../src/collectors/changers.ts'
import { families } from '../../src/exporter/metrics.ts'
import type { Snapshot } from '../../src/snapshot.ts'
import { watchRecordings } from '../support/appliance.ts'
import { read, snapshotOf } from '../support/readings.ts'

/** Values by the labels that identify, e.g. `library_online XYZZY_A`. */
function samples(snapshot: Snapshot, name: RegExp, label: string): Record<string, number> {
  return Object.fromEntries(
    families
      .filter((family) => name.test(family.name))
      .flatMap((family) =>
        family
          .samplesOf(snapshot)
          .map(({ labels, value }) => [
            `${family.name.replace('storwarden_', '')} ${labels[label]}`,
            value,
          ]),
      ),
  )
}

t.test('that no library answers is told, though nothing of them could be read', async (t) => {
  const [seen] = await watchRecordings(['05b-drive-daemon-killed'])
  if (seen === undefined) throw new Error('it was watched')
  t.strictSame(samples(seen.snapshot, /^storwarden_library_/, 'library'), {
    'library_reachable IBMLIB0030': 0,
    'library_reachable XYZZY_A': 0,
    'library_reachable 13:1:0:0': 0,
    'library_online IBMLIB0030': 0,
    'library_online XYZZY_A': 0,
    'library_online 13:1:0:0': 0,
  })
  const told = samples(seen.snapshot, /_collector_(success|complete)/, 'collector')
  t.match(told, {
    'collector_success changers': 0,
    'collector_complete changers': 0,
    'collector_success tape_drives': 1,
    'collector_complete tape_drives': 0,
    'collector_complete fc_hosts': 1,
  })
})

t.test('a library that answers and is not ready is reachable and not online', async (t) => {
  const [seen] = await watchRecordings(['05a-library-offline'])
  if (seen === undefined) throw new Error('it was watched')
  t.strictSame(samples(seen.snapshot, /^storwarden_library_(reachable|online)/, 'library'), {
    'library_reachable XYZZY_A': 1,
    'library_reachable IBMLIB0030': 1,
    'library_reachable DEC30050AB': 1,
    'library_online XYZZY_A': 1,
    'library_online IBMLIB0030': 0,
    'library_online DEC30050AB': 1,
  })
})

t.test('of a library that could not be asked nothing is told', async (t) => {
  const [seen] = await watchRecordings(['01-steady'])
  const reading = seen?.snapshot.readings.changers
  if (reading?.state !== 'read') throw new Error('they were read')
  const unknown = reading.value.map((changer): Changer => ({ ...changer, state: 'unknown' }))
  const snapshot = snapshotOf({ changers: read(unknown, { coverage: 'none' }) })
  t.strictSame(samples(snapshot, /^storwarden_library_/, 'library'), {})
})

t.test('a virtual drive names its library by serial number, as a drive does', async (t) => {
  const [seen] = await watchRecordings(['01-steady'])
  if (seen === undefined) throw new Error('it was watched')
  const librariesIn = (name: string) =>
    Object.fromEntries(
      families
        .filter((family) => family.name === name)
        .flatMap(({ samplesOf }) => samplesOf(seen.snapshot))
        .map(({ labels }): [string, string] => [labels.serial ?? '', labels.library ?? '']),
    )
  const virtual = librariesIn('storwarden_vtl_drive_daemon_running')
  t.match(virtual, { XYZZY_A01: 'XYZZY_A', IBMLIB0001: 'IBMLIB0030' })
  t.strictSame(virtual, librariesIn('storwarden_tape_drive_reachable'))
})
