import t from 'tap'
import { evaluate, lastingAlerts, type ActiveAlerts } from '../../src/alerts/evaluate.ts'
import { ABSENT, defaultSettings, type Collector } from '../../src/collectors/collector.ts'
import { collectors } from '../../src/collectors/index.ts'
import type { Host } from '../../src/host/host.ts'
import { compare, type Remembered } from '../../src/inventory/compare.ts'
import { present } from '../../src/inventory/present.ts'
import { builtInRules } from '../../src/rules/index.ts'
import type { Reading, Snapshot } from '../../src/snapshot.ts'
import { openRecording } from '../support/recording.ts'

const start = Date.parse('2026-11-20T21:00:00Z')
const STEP_SECONDS = 60

/** What the manifest of each recording says a monitor ought to notice, by the words of the rules; nothing else. */
const repoB = 'StorageCapacityWarning /srv/repo-b'
const occupied = (...libraries: string[]) =>
  libraries.map((library) => `ChangerImportExportOccupied ${library}`)
// One import/export element only: full with its first cartridge, but not for a quarter of an hour.
const fullOfHp = 'ChangerImportExportFull DEC30050AB (pending)'
const afterMoves = [repoB, fullOfHp, ...occupied('XYZZY_A', 'IBMLIB0030', 'DEC30050AB')]
const tapeAlerts = (...drives: string[]) =>
  drives.map((drive) => `TapeDriveTapeAlertPending ${drive}`)

const expected: Record<string, string[]> = {
  '01-steady': [repoB, ...tapeAlerts('XYZZY_A01', 'XYZZY_A02')],
  '02a-io-running': [repoB],
  '02b-io-running': [repoB],
  '03-tape-moves': [...afterMoves, ...tapeAlerts('XYZZY_A03')],
  '04-tapealert': [
    ...afterMoves,
    'TapeDriveCleaningRequired XYZZY_A01',
    'TapeDriveCleaningRequested IBMLIB0001',
    ...tapeAlerts('XYZZY_A01', 'XYZZY_A02', 'XYZZY_A04', 'IBMLIB0001'),
  ],
  '05a-library-offline': [
    repoB,
    'ChangerOffline IBMLIB0030',
    fullOfHp,
    ...occupied('XYZZY_A', 'DEC30050AB'),
    'TapeDriveCleaningRequested IBMLIB0001',
    ...tapeAlerts('XYZZY_A02', 'XYZZY_A04', 'IBMLIB0001'),
  ],
  '05b-drive-daemon-killed': [
    repoB,
    'VtlDaemonDown DEC30050AB',
    'VtlDaemonDown XYZZY_A03',
    'ChangerUnreachable XYZZY_A',
    'ChangerUnreachable IBMLIB0030',
    // The kernel had not read its serial number before its daemon died.
    'ChangerUnreachable 13:1:0:0',
  ],
  '06-scst-degraded': [
    ...afterMoves,
    'ScstConfigurationDiffers scst',
    'ScstTargetDisabled iscsi/iqn.2026-01.org.example:vtl1',
    'ScstDeviceInactive backup_lun0',
    'ScstDeviceInactive lv_thin',
    'ScstDeviceFileMissing esx_ds0',
    'ScstDeviceFileMissing thin_lun',
  ],
  '07-raid-degraded-and-full': [
    ...afterMoves.filter((alert) => alert !== repoB),
    `${repoB} (muted)`,
    'StorageCapacityCritical /srv/repo-b',
    'StorageCapacityWarning /',
    'ArrayDegraded md0',
  ],
  '08-no-scst': [repoB, 'ScstNotRunning scst'],
  '09-no-tape': [repoB, 'VtlNotRunning vtl'],
  '11-big-library': [repoB, 'ScstNotRunning scst'],
  '12-large-scst': [repoB, 'VtlNotRunning vtl'],
  // No commands and no statfs were recorded, so of most nothing is known.
  'x1-drive-daemon-segv': [],
}

const rules = builtInRules()

/** Plays recordings one after the other to collectors, inventory and rules; tells what is active after each. */
async function play(names: readonly string[]): Promise<string[][]> {
  const last = new Map<string, unknown>()
  let remembered: Remembered[] = []
  let active: ActiveAlerts = new Map()
  let ids = 0
  const steps: string[][] = []
  for (const [index, name] of names.entries()) {
    const now = new Date(start + index * STEP_SECONDS * 1000)
    const hardware = await collectAll(openRecording(name), last, now)
    const inventory = compare(remembered, present({ takenAt: now, readings: hardware }), now)
    const readings = { ...hardware, inventory: reading({ missing: inventory.missing }, now) }
    remembered = remember(remembered, inventory.seen, now)
    const { changes, errors } = evaluate(
      active,
      rules,
      { takenAt: now, readings },
      {
        now,
        newId: () => `id-${++ids}`,
      },
    )
    if (errors.length > 0) throw new AggregateError(errors.map(({ error }) => error))
    const alerts = lastingAlerts(active, changes)
    active = new Map(alerts.map((alert) => [alert.fingerprint, alert]))
    steps.push(
      alerts.map(({ rule, resource, state, inhibitedBy }) => {
        const how = state === 'pending' ? ' (pending)' : inhibitedBy === null ? '' : ' (muted)'
        return `${rule} ${resource}${how}`
      }),
    )
  }
  return steps.map((step) => step.sort())
}

function remember(
  before: readonly Remembered[],
  seen: ReturnType<typeof compare>['seen'],
  now: Date,
): Remembered[] {
  const isSeen = ({ kind, id }: Remembered) =>
    seen.some((object) => object.kind === kind && object.id === id)
  return [
    ...before.filter((object) => !isSeen(object)),
    ...seen.map((object) => ({ ...object, lastSeen: now, goneSince: null })),
  ]
}

async function collectAll(host: Host, last: Map<string, unknown>, now: Date) {
  const readings: Record<string, Reading<unknown>> = {}
  for (const [name, each] of Object.entries(collectors)) {
    const collector = each as Collector<unknown>
    try {
      const collected = await collector.collect(host, defaultSettings)
      if (collected === ABSENT) {
        last.delete(name)
        readings[name] = { state: 'absent', takenAt: now, durationSeconds: 0 }
        continue
      }
      const { problems, coverage } = collected
      const value =
        collector.accumulate?.(last.get(name), collected.value, STEP_SECONDS, now) ??
        collected.value
      last.set(name, value)
      readings[name] = { ...reading(value, now), problems, coverage }
    } catch (error) {
      const reason = (error as Error).message
      readings[name] = {
        state: 'failed',
        error: reason,
        since: now,
        durationSeconds: 0,
        last: null,
      }
    }
  }
  return readings as Snapshot['readings']
}

function reading<T>(value: T, takenAt: Date): Extract<Reading<T>, { state: 'read' }> {
  return { state: 'read', value, problems: [], coverage: 'all', takenAt, durationSeconds: 0 }
}

for (const [name, alerts] of Object.entries(expected)) {
  t.test(`${name} raises what its description says and nothing else`, async (t) => {
    t.strictSame(await play([name]), [[...alerts].sort()])
  })
}

t.test('an initiator that logged out is noticed, once it has not come back at once', async (t) => {
  const session =
    'ScstSessionLost iscsi/iqn.2026-01.org.example:disk1/iqn.1993-08.org.debian:01:media01'
  const [, , later] = await play(['01-steady', '06-scst-degraded', '06-scst-degraded'])

  t.strictSame(
    later,
    [
      ...(expected['06-scst-degraded'] ?? []),
      session,
      // The drives could not be asked there, so what they asked for stays.
      ...tapeAlerts('XYZZY_A01', 'XYZZY_A02'),
    ].sort(),
  )
})

t.test(
  'libraries and drives that existed before are missed, targets of a stopped SCST are not',
  async (t) => {
    const [, noTape] = await play(['01-steady', '09-no-tape'])
    const [, noScst] = await play(['01-steady', '08-no-scst'])
    const missing = (alerts: string[] | undefined) =>
      alerts?.filter((alert) => /^(Library|Drive|Target|Array)Missing|SessionLost/.test(alert))

    t.strictSame(missing(noTape), [
      'DriveMissing DEC3005001',
      'DriveMissing DEC3005002',
      'DriveMissing IBMLIB0001',
      'DriveMissing IBMLIB0002',
      'DriveMissing IBMLIB0003',
      'DriveMissing IBMLIB0004',
      'DriveMissing XYZZY_A01',
      'DriveMissing XYZZY_A02',
      'DriveMissing XYZZY_A03',
      'DriveMissing XYZZY_A04',
      'LibraryMissing DEC30050AB',
      'LibraryMissing IBMLIB0030',
      'LibraryMissing XYZZY_A',
    ])
    t.strictSame(missing(noScst), [])
  },
)

t.test(
  'libraries that stop answering are unreachable, not missing, and keep their alerts',
  async (t) => {
    const [, hanging, again] = await play([
      '03-tape-moves',
      '05b-drive-daemon-killed',
      '03-tape-moves',
    ])
    const kept = [
      repoB,
      fullOfHp,
      ...occupied('XYZZY_A', 'IBMLIB0030', 'DEC30050AB'),
      ...tapeAlerts('XYZZY_A03'),
    ]

    t.strictSame(
      hanging,
      [
        ...kept,
        'VtlDaemonDown DEC30050AB',
        'VtlDaemonDown XYZZY_A03',
        'ChangerUnreachable XYZZY_A',
        'ChangerUnreachable IBMLIB0030',
        'ChangerUnreachable DEC30050AB',
      ].sort(),
    )
    t.strictSame(again, [...kept].sort())
  },
)
