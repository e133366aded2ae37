import t from 'tap'
import { alertText, watchAppliance, watchRecordings } from '../support/appliance.ts'
import { openRecording } from '../support/recording.ts'
import { RECORDINGS } from '../support/recording.ts'

const DAY_SECONDS = 24 * 60 * 60

const repoB = 'StorageCapacityWarning mountpoint=/srv/repo-b'
const occupied = (...libraries: string[]) =>
  libraries.map((library) => `ChangerImportExportOccupied library=${library}`)
const driveFlags = (drive: string, ...flags: number[]) =>
  flags.map((flag) => `TapeDriveTapeAlert serial=${drive} flag=${flag}`)
const libraryFlags = (library: string, ...flags: number[]) =>
  flags.map((flag) => `LibraryTapeAlert library=${library} flag=${flag}`)
/** What follows from something graver, or says the same again, is there and not told. */
const muted = (...alerts: string[]) => alerts.map((alert) => `${alert} (muted)`)
const failing = (...collectors: string[]) =>
  collectors.map((collector) => `CollectorFailing collector=${collector} (pending)`)
// Not one answer of a drive was recorded there.
const unasked = failing('tape_health')
// One import/export element only: full with its first cartridge, but not for a quarter of an hour.
const fullOfHp = 'ChangerImportExportFull library=DEC30050AB (pending)'
// Of 04 and 05a alike.
const stillSet = [
  ...driveFlags('XYZZY_A02', 7),
  ...driveFlags('XYZZY_A04', 30),
  ...driveFlags('IBMLIB0001', 21),
  ...libraryFlags('XYZZY_A', 3, 16),
]
const afterMoves = [repoB, fullOfHp, ...occupied('XYZZY_A', 'IBMLIB0030', 'DEC30050AB')]

/** What the manifest of each recording says a monitor ought to notice, by the words of the rules; nothing else. */
const expected: Record<(typeof RECORDINGS)[number], string[]> = {
  '01-steady': [repoB, ...driveFlags('XYZZY_A01', 50), ...driveFlags('XYZZY_A02', 50)],
  '02a-io-running': [repoB],
  '02b-io-running': [repoB],
  '03-tape-moves': [...afterMoves, ...driveFlags('XYZZY_A03', 11, 12)],
  '04-tapealert': [
    ...afterMoves,
    'TapeDriveCleaningRequired serial=XYZZY_A01',
    'TapeDriveCleaningRequested serial=IBMLIB0001',
    ...driveFlags('XYZZY_A01', 3, 20),
    ...stillSet,
  ],
  '05a-library-offline': [
    repoB,
    'ChangerOffline library=IBMLIB0030',
    fullOfHp,
    ...occupied('XYZZY_A', 'DEC30050AB'),
    'TapeDriveCleaningRequested serial=IBMLIB0001',
    ...stillSet,
  ],
  '05b-drive-daemon-killed': [
    repoB,
    // The two failed units; ServiceDown would say the same again.
    'VtlDaemonDown library=DEC30050AB',
    'VtlDaemonDown serial=XYZZY_A03',
    'ChangerUnreachable library=XYZZY_A',
    'ChangerUnreachable library=IBMLIB0030',
    // The kernel had not read its serial number before its daemon died.
    'ChangerUnreachable library=13:1:0:0',
    ...failing('changers', 'tape_health'),
  ],
  '06-scst-degraded': [
    ...afterMoves,
    ...unasked,
    'ScstConfigurationDiffers',
    'ScstTargetDisabled driver=iscsi target=iqn.2026-01.org.example:vtl1',
    'ScstDeviceInactive device=backup_lun0',
    'ScstDeviceInactive device=lv_thin',
    'ScstDeviceFileMissing device=esx_ds0',
    'ScstDeviceFileMissing device=thin_lun',
  ],
  '07-raid-degraded-and-full': [
    ...unasked,
    ...afterMoves.filter((alert) => alert !== repoB),
    `${repoB} (muted)`,
    'StorageCapacityCritical mountpoint=/srv/repo-b',
    'StorageCapacityWarning mountpoint=/',
    'ArrayDegraded array=md0',
  ],
  '08-no-scst': [repoB, 'ScstNotRunning'],
  '09-no-tape': [repoB, 'VtlNotRunning'],
  // The configuration of SCST was left behind; likewise that of mhvtl in the next one.
  '11-big-library': [repoB, 'ScstNotRunning'],
  '12-large-scst': [repoB, 'VtlNotRunning'],
  // No commands and no statfs were recorded, so of what is asked that way nothing is known.
  'x1-drive-daemon-segv': failing('filesystems', 'services', 'smart', 'volume_groups'),
}

/** The same when it has lasted: nothing is pending, and what is full mutes what is occupied. */
function lasting(alerts: readonly string[]): string[] {
  const all = alerts.map((alert) => alert.replace(' (pending)', ''))
  return all.map((alert) =>
    all.includes(alert.replace('Occupied', 'Full')) && alert.includes('Occupied')
      ? `${alert} (muted)`
      : alert,
  )
}

for (const name of RECORDINGS) {
  t.test(`${name} raises what its description says and nothing else`, async (t) => {
    const appliance = watchAppliance(openRecording(name))
    const first = await appliance.watch()
    const dayLater = await appliance.watch(DAY_SECONDS)

    t.strictSame(first.alerts.map(alertText).sort(), [...expected[name]].sort())
    t.strictSame(dayLater.alerts.map(alertText).sort(), lasting(expected[name]).sort())
  })
}

async function alertsOf(...names: string[]): Promise<string[][]> {
  const seen = await watchRecordings(names)
  return seen.map(({ alerts }) => alerts.map(alertText).sort())
}

t.test('an initiator that logged out is noticed, once it has not come back at once', async (t) => {
  const [, , later] = await alertsOf('01-steady', '06-scst-degraded', '06-scst-degraded')

  t.strictSame(
    later,
    [
      // The drives were asked with success not long ago.
      ...expected['06-scst-degraded'].filter((alert) => !unasked.includes(alert)),
      'ScstSessionLost driver=iscsi target=iqn.2026-01.org.example:disk1 initiator=iqn.1993-08.org.debian:01:media01',
      // Nothing there says that these are over.
      ...driveFlags('XYZZY_A01', 50),
      ...driveFlags('XYZZY_A02', 50),
    ].sort(),
  )
})

t.test(
  'libraries and drives that existed before are missed, targets of a stopped SCST are not',
  async (t) => {
    const [, noTape] = await alertsOf('01-steady', '09-no-tape')
    const [, noScst] = await alertsOf('01-steady', '08-no-scst')
    // Without the module of mhvtl all of them are gone for one reason.
    const missing = (alerts: string[] | undefined) =>
      alerts?.filter((alert) => /^(Library|Drive|Target|Array)Missing|SessionLost/.test(alert))

    t.strictSame(
      missing(noTape),
      muted(
        'DriveMissing serial=DEC3005001',
        'DriveMissing serial=DEC3005002',
        'DriveMissing serial=IBMLIB0001',
        'DriveMissing serial=IBMLIB0002',
        'DriveMissing serial=IBMLIB0003',
        'DriveMissing serial=IBMLIB0004',
        'DriveMissing serial=XYZZY_A01',
        'DriveMissing serial=XYZZY_A02',
        'DriveMissing serial=XYZZY_A03',
        'DriveMissing serial=XYZZY_A04',
        'LibraryMissing library=DEC30050AB',
        'LibraryMissing library=IBMLIB0030',
        'LibraryMissing library=XYZZY_A',
      ),
    )
    t.strictSame(missing(noScst), [])
  },
)

t.test(
  'libraries that stop answering are unreachable, not missing, and keep their alerts',
  async (t) => {
    const [, hanging, again] = await alertsOf(
      '03-tape-moves',
      '05b-drive-daemon-killed',
      '03-tape-moves',
    )
    const kept = [repoB, fullOfHp]
    const inLibraries = [
      ...occupied('XYZZY_A', 'IBMLIB0030', 'DEC30050AB'),
      ...driveFlags('XYZZY_A03', 11, 12),
    ]

    t.strictSame(
      hanging,
      [
        ...kept,
        ...muted(...inLibraries),
        'VtlDaemonDown library=DEC30050AB',
        'VtlDaemonDown serial=XYZZY_A03',
        'ChangerUnreachable library=XYZZY_A',
        'ChangerUnreachable library=IBMLIB0030',
        // Because its own daemon is down; the others wait behind it.
        ...muted('ChangerUnreachable library=DEC30050AB'),
      ].sort(),
    )
    t.strictSame(again, [...kept, ...inLibraries].sort())
  },
)
