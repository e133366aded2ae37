import t from 'tap'
import type { Changer } from '../../src/collectors/changers.ts'
import { defaultSettings, type CollectorSettings } from '../../src/collectors/collector.ts'
import type { FileSystem } from '../../src/collectors/filesystems.ts'
import type { Scst } from '../../src/collectors/scst.ts'
import type { Host } from '../../src/host/host.ts'
import { numbersOf, type Numbers } from '../../src/numbers.ts'
import { isRepository } from '../../src/repositories/is-repository.ts'
import { watchAppliance, watchRecordings } from '../support/appliance.ts'
import { noRequests } from '../support/idle.ts'
import { countScst, countStorage, countSystem, printedSystem } from '../support/recorded-counts.ts'
import { countLibraries } from '../support/recorded-libraries.ts'
import { absent, read, snapshotOf } from '../support/readings.ts'
import { recorded } from '../support/recorded.ts'
import { openRecording, RECORDINGS } from '../support/recording.ts'

async function numbersOn(host: Host, settings: CollectorSettings = defaultSettings) {
  const { snapshot } = await watchAppliance(host, settings).watch()
  return numbersOf(snapshot, [], noRequests)
}

/** Percentages to the hundredth: they are quotients, and sums are rounded by the kernel, too. */
function rounded(numbers: Numbers['system'] | Numbers['storage']) {
  return Object.fromEntries(
    Object.entries(numbers).map(([name, value]: [string, number | null]) => [
      name,
      name.endsWith('_percent') && value !== null ? Math.round(value * 100) / 100 : value,
    ]),
  )
}

/** Collectors that did not read all of their subject, after the descriptions and what was recorded. */
const gaps: Partial<Record<(typeof RECORDINGS)[number], Record<string, string>>> = {
  // Page 11h of some of the drives was not recorded there.
  '02a-io-running': { tape_drives: 'partial' },
  '02b-io-running': { tape_drives: 'partial' },
  '05a-library-offline': { changers: 'partial', tape_drives: 'partial' },
  // No answer of a drive was recorded there.
  '05b-drive-daemon-killed': {
    changers: 'failed',
    tape_drives: 'partial',
    tape_health: 'failed',
  },
  '06-scst-degraded': { tape_drives: 'partial', tape_health: 'failed' },
  '07-raid-degraded-and-full': { tape_drives: 'partial', tape_health: 'failed' },
  '08-no-scst': { tape_drives: 'partial' },
  '09-no-tape': { changers: 'absent', tape_drives: 'absent', tape_health: 'absent' },
  '12-large-scst': { changers: 'absent', tape_drives: 'absent', tape_health: 'absent' },
  'x1-drive-daemon-segv': {
    filesystems: 'failed',
    kernel_log: 'partial',
    mhvtl: 'partial',
    services: 'failed',
    smart: 'failed',
    tape_drives: 'partial',
    tape_health: 'partial',
    volume_groups: 'failed',
  },
}

for (const name of RECORDINGS) {
  t.test(`numbers of ${name} are those of its evidence`, async (t) => {
    const numbers = await numbersOn(openRecording(name))
    const evidence = recorded(name)

    t.strictSame(rounded(numbers.system), rounded(countSystem(evidence)), 'system')
    t.strictSame(rounded(numbers.storage), rounded(countStorage(evidence)), 'storage')
    t.strictSame(numbers.scst, countScst(evidence), 'scst')
    const { tape, vtl } = countLibraries(evidence)
    t.strictSame(numbers.tape, tape, 'tape')
    t.strictSame(numbers.vtl, vtl, 'vtl')

    const states = Object.entries(numbers.collectors).filter(([, { state }]) => state !== 'read')
    t.strictSame(Object.fromEntries(states.map(([collector, { state }]) => [collector, state])), {
      enclosures: 'absent',
      fc_hosts: 'absent',
      quadstor: 'absent',
      ...gaps[name],
    })
    for (const [collector, { state, error }] of states) {
      t.equal(error !== null, state !== 'absent', `${collector} says why`)
    }

    const printed = printedSystem(evidence)
    if (printed === null) return
    t.equal(numbers.system.memory_total_bytes, printed.total)
    // free ran up to three minutes after the file was read.
    const apart = Math.abs((numbers.system.memory_used_bytes ?? 0) - printed.used)
    t.ok(apart < 0.02 * printed.total, `memory in use is off by ${apart} bytes`)
    t.equal(Math.ceil(numbers.system.disk_usage_percent ?? 0), printed.usePercent)
  })
}

t.test('libraries that no VTL makes are counted as tape', async (t) => {
  const host = openRecording('03-tape-moves')
  const { tape, vtl } = await numbersOn(host, { ...defaultSettings, virtualHosts: [] })

  t.strictSame(tape, {
    total_libraries: 3,
    total_drives: 10,
    // mtx: 43, 68 and 25 slots, of which 4, 8 and 1 are the import/export station.
    total_slots: 39 + 60 + 24,
    occupied_slots: 79,
    import_export_slots: 4 + 8 + 1,
  })
  t.strictSame(vtl, {
    total_libraries: 0,
    total_drives: 0,
    total_slots: 0,
    occupied_slots: 0,
    total_tapes: 0,
    active_drives: 0,
    loaded_tapes: 0,
  })
})

t.test('drives that cannot be asked show work from the second reading on', async (t) => {
  const seen = await watchRecordings(['06-scst-degraded', '07-raid-degraded-and-full'])
  const active = seen.map(({ snapshot }) => numbersOf(snapshot, [], noRequests).vtl.active_drives)

  t.strictSame(active, [null, 0])
})

t.test('before anything was read every number is unknown', (t) => {
  const { system, storage, scst, tape, vtl, tasks } = numbersOf(snapshotOf({}), [], noRequests)

  for (const group of [system, storage, scst, tape, vtl, tasks]) {
    t.strictSame([...new Set(Object.values(group))], [null])
  }
  t.end()
})

t.test('repositories are those that are named, where any are', async (t) => {
  const { snapshot } = await watchAppliance(openRecording('01-steady')).watch()
  const named = numbersOf(snapshot, ['/srv/repo-a', '/'], noRequests).storage

  t.match(named, { total_repositories: 2, total_capacity_bytes: 1006632960 + 12573614080 })
})

t.test('file systems of the operating system are no repositories', (t) => {
  const kinds = (mountPoint: string) =>
    ['xfs', 'ext4', 'btrfs', 'zfs', 'vfat', 'tmpfs', 'nfs4'].filter((type) =>
      isRepository({ mountPoint, type }, []),
    )

  for (const mountPoint of ['/', '/boot', '/boot/efi', '/usr', '/var', '/home', '/tmp', '/run']) {
    t.strictSame(kinds(mountPoint), [], mountPoint)
  }
  for (const mountPoint of ['/srv/repo-a', '/var/lib/backup', '/opt/mhvtl', '/runs', '/mnt']) {
    t.strictSame(kinds(mountPoint), ['xfs', 'ext4', 'btrfs', 'zfs'], mountPoint)
  }
  t.end()
})

t.test('of places that do not answer nothing is counted as zero', (t) => {
  const usage = null
  const repository = { mountPoint: '/srv/a', type: 'xfs', usage } as FileSystem
  const silent = { id: 'L1', virtual: false, state: 'unreachable', inventory: null } as Changer
  const empty = { takenAt: null, source: 'scsi', elements: [] } as const
  const online = {
    ...silent,
    id: 'V1',
    virtual: true,
    state: 'online',
    inventory: empty,
  } as Changer
  const problems = [{ labels: {}, error: 'no answer' }]
  const readings = {
    filesystems: read([repository], { problems }),
    changers: read([silent, online], { problems }),
    tape_drives: absent(),
    scst: read({ targets: [], devices: [] } as unknown as Scst),
    scst_sessions: read({ sessions: [], totals: [] }, { problems, coverage: 'none' }),
  }
  const { storage, tape, vtl, scst } = numbersOf(snapshotOf(readings), [], noRequests)

  t.strictSame(storage, {
    total_disks: null,
    total_repositories: 1,
    total_capacity_bytes: null,
    used_capacity_bytes: null,
    available_bytes: null,
    usage_percent: null,
  })
  t.strictSame(tape, {
    total_libraries: 1,
    total_drives: 0,
    total_slots: null,
    occupied_slots: null,
    import_export_slots: null,
  })
  t.match(vtl, { total_libraries: 1, total_slots: 0, total_tapes: 0, loaded_tapes: 0 })
  t.match(scst, { total_targets: 0, total_sessions: null, connected_initiators: null })
  t.end()
})
