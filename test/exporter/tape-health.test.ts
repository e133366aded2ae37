import { execFileSync } from 'node:child_process'
import t from 'tap'
import { cartridgeFamilies } from '../../src/exporter/cartridges.ts'
import { expose } from '../../src/exporter/exposition.ts'
import { tapeHealthFamilies } from '../../src/exporter/tape-health.ts'
import type { Snapshot } from '../../src/snapshot.ts'
import { drive } from '../support/drive-health.ts'
import { failed, read, snapshotOf } from '../support/readings.ts'

const told = drive(
  { id: 'D1', tape: 'A', writtenBytes: 5_000, rewrites: 3, hardReads: 2 },
  {
    takenAt: new Date('2026-11-20T21:00:00Z'),
    tapeNode: 'st0',
    library: { serial: 'L1', element: 0 },
    writeCompressionRatio: 2.5,
    temperature: { celsius: 41, limitCelsius: 55, exceeded: false },
  },
)
const worn = {
  ...told,
  id: 'D2',
  tapeNode: null,
  library: null,
  lifetime: { ...told.lifetime, powerOnHours: 100, motionHoursSinceCleaning: 2, readPercent: 25 },
}

function samples(snapshot: Snapshot): Record<string, number> {
  return Object.fromEntries(
    tapeHealthFamilies.flatMap(({ name, samplesOf }) =>
      samplesOf(snapshot).map(({ labels, value }) => [
        `${name.replace('storwarden_tape_drive_', '')} ${labels.serial}`,
        value,
      ]),
    ),
  )
}

t.test('what a drive tells is exported in base units, and nothing else', (t) => {
  t.strictSame(samples(snapshotOf({ tape_health: read([told]) })), {
    'health_read_timestamp_seconds D1': 1_795_208_400,
    'rewrites_total D1': 3,
    'hard_read_errors_total D1': 2,
    'medium_written_bytes_total D1': 5_000,
    'write_compression_ratio D1': 2.5,
    'temperature_celsius D1': 41,
    'temperature_limit_celsius D1': 55,
  })
  t.match(samples(snapshotOf({ tape_health: read([told, worn]) })), {
    'power_on_seconds_total D2': 360_000,
    'motion_since_cleaning_seconds D2': 7200,
    'duty_reading_ratio D2': 0.25,
  })
  t.strictSame(samples(snapshotOf({ tape_health: failed() })), {})
  t.strictSame(samples(snapshotOf({})), {})
  t.end()
})

t.test('each sample names drive, node and library as the other families do', (t) => {
  const snapshot = snapshotOf({ tape_health: read([told, worn]) })
  const labels = tapeHealthFamilies[0]?.samplesOf(snapshot).map((sample) => sample.labels)
  t.strictSame(labels, [
    { serial: 'D1', device: 'st0', library: 'L1', virtual: 'false' },
    { serial: 'D2', device: '', library: '', virtual: 'false' },
  ])
  t.end()
})

t.test('cartridges are exported under their barcodes, those that have one of their own', (t) => {
  if (told.cartridge === null) throw new Error('it has one')
  const health = { ...told.cartridge, capacityBytes: 500, loads: 7, lifeRemainingPercent: 25 }
  const known = (key: string, volumeTag: string | null, present: boolean | null = true) => ({
    ...{ key, serial: key, volumeTag, library: 'L1', virtual: false, drive: 'D1' },
    ...{ readAt: new Date('2026-11-20T21:00:00Z'), health, present },
  })
  const state = {
    known: [
      known('S1', 'A'),
      known('S2', 'B'),
      known('S3', 'B'),
      known('S4', 'C', false),
      known('S5', 'D', null),
      known('S6', null),
    ],
    verdicts: [],
  }
  const exported = cartridgeFamilies.flatMap(({ name, samplesOf }) =>
    samplesOf(snapshotOf({ cartridges: read(state) })).map(
      ({ labels, value }) =>
        `${name.replace('storwarden_cartridge_', '')} ${labels.volume_tag} ${value}`,
    ),
  )
  t.strictSame(exported, [
    'read_timestamp_seconds A 1795208400',
    'read_timestamp_seconds D 1795208400',
    'capacity_bytes A 500',
    'capacity_bytes D 500',
    'life_remaining_ratio A 0.25',
    'life_remaining_ratio D 0.25',
    'loads_total A 7',
    'loads_total D 7',
  ])
  t.end()
})

t.test('promtool has nothing against it', (t) => {
  const snapshot = snapshotOf({ tape_health: read([told, worn]) })
  const exposed = [...tapeHealthFamilies, ...cartridgeFamilies].map(
    ({ name, help, type, samplesOf }) => ({
      name,
      help,
      type,
      values: samplesOf(snapshot),
    }),
  )
  try {
    const input = expose(exposed, 'prometheus')
    t.equal(execFileSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' }), '')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    t.comment('promtool is not installed here; CI has it')
  }
  t.end()
})
