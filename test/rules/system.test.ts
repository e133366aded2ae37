import t from 'tap'
import type { CollectorHealth } from '../../src/collectors/lane.ts'
import type { NetworkInterface } from '../../src/collectors/network.ts'
import type { Sensor } from '../../src/collectors/sensors.ts'
import type { Service } from '../../src/collectors/services.ts'
import { collectorFailing, collectorStale } from '../../src/rules/collectors.ts'
import { builtInRules, defaultThresholds } from '../../src/rules/index.ts'
import { bondDegraded } from '../../src/rules/network.ts'
import type { Finding } from '../../src/rules/rule.ts'
import { sensorAlarm } from '../../src/rules/sensors.ts'
import { serviceDown } from '../../src/rules/services.ts'
import { taskFailure } from '../../src/rules/tasks.ts'
import type { TaskSummary } from '../../src/tasks/task.ts'

const told = (findings: Finding[]) => findings.map(({ labels, message }) => [labels, message])

const service = (unit: string, active: string, given: Partial<Service> = {}): Service => ({
  id: unit,
  unit,
  load: 'loaded',
  active,
  sub: active === 'active' ? 'running' : 'dead',
  description: unit,
  expected: null,
  ...given,
})

t.test('a service is down when it failed, or when it is expected and does not run', (t) => {
  const expected = 'the configuration names it'
  const all = [
    service('ssh.service', 'active'),
    service('ssh.socket', 'inactive'),
    service('mdmonitor.service', 'failed', { sub: 'failed' }),
    service('scst.service', 'inactive', { expected }),
    service('mhvtl.target', 'active', { expected }),
    service('iscsid.service', 'activating', { expected }),
    service('isnsd.service', 'inactive', { expected, load: 'not-found' }),
    service('vtltape@13.service', 'failed'),
  ]

  t.strictSame(told(serviceDown.check(all)), [
    [{ unit: 'mdmonitor.service' }, 'mdmonitor.service is failed (failed).'],
    [
      { unit: 'scst.service' },
      'scst.service is inactive (dead), though the configuration names it.',
    ],
    [
      { unit: 'isnsd.service' },
      'isnsd.service is not installed, though the configuration names it.',
    ],
  ])
  t.end()
})

t.test('a failed task is told with its reason', (t) => {
  const finishedAt = new Date('2026-11-20T20:30:00Z')
  const summary: TaskSummary = {
    total: 2,
    pending: 0,
    running: 0,
    completed: 0,
    failed: 2,
    cancelled: 0,
    averageDurationSeconds: null,
    missed: 0,
    forgotten: { completed: 0, failed: 0 },
    recentFailures: [
      {
        ...{ id: 't1', kind: 'move-medium', finishedAt, error: 'hardware error 04h/03h' },
        ...{ step: 'step 2 of 3 (load)', advice: 'Look where the cartridge is.' },
      },
      { id: 't2', kind: 'inventory', finishedAt, error: null, step: null, advice: null },
      {
        ...{ id: 't3', kind: 'load', finishedAt, error: 'not done in 9 s: step 1 of 1 (load)' },
        ...{ step: 'step 1 of 1 (load)', advice: null },
      },
    ],
  }

  t.strictSame(told(taskFailure.check(summary)), [
    [
      { task: 't1' },
      'The task move-medium failed in step 2 of 3 (load): hardware error 04h/03h. Look where the cartridge is.',
    ],
    [{ task: 't2' }, 'The task inventory failed: it gave no reason.'],
    [{ task: 't3' }, 'The task load failed: not done in 9 s: step 1 of 1 (load).'],
  ])
  t.strictSame(taskFailure.check({ ...summary, recentFailures: [] }), [])
  t.end()
})

const health = (given: Partial<CollectorHealth>): CollectorHealth => ({
  name: 'scst',
  state: 'read',
  intervalSeconds: 30,
  ageSeconds: 5,
  durationSeconds: 0.1,
  error: null,
  failingSince: null,
  ...given,
})
const failing = (ageSeconds: number | null) =>
  health({ state: 'failed', ageSeconds, error: 'sysfs: EIO', failingSince: new Date(0) })

t.test('a collector fails when its last success is two intervals ago, or there was none', (t) => {
  t.strictSame(told(collectorFailing.check([failing(61)])), [
    [{ collector: 'scst' }, 'The collector scst fails: sysfs: EIO.'],
  ])
  t.equal(collectorFailing.check([failing(null)]).length, 1)
  const quiet = [failing(60), health({ state: 'partial', error: 'x' }), health({ state: 'absent' })]
  t.strictSame(collectorFailing.check(quiet), [])
  t.equal(collectorFailing.forSeconds, 90)
  t.end()
})

t.test('a collector is stale when nothing comes of it, not even a failure', (t) => {
  t.strictSame(told(collectorStale.check([health({ ageSeconds: 151.4 })])), [
    [{ collector: 'scst' }, 'The collector scst has read nothing for 151 s; it should every 30 s.'],
  ])
  const quiet = [
    health({ ageSeconds: 150 }),
    health({ ageSeconds: 900, intervalSeconds: 300 }),
    health({ state: 'pending', ageSeconds: null }),
    failing(1000),
  ]
  t.strictSame(collectorStale.check(quiet), [])
  t.end()
})

t.test('a bond without one of its members is degraded', (t) => {
  const bond = (name: string, bondMembersDown: string[]) =>
    ({ name, bondMode: '802.3ad', bondMembersDown }) as unknown as NetworkInterface

  t.strictSame(told(bondDegraded.check([bond('bond0', []), bond('bond1', ['eth2'])])), [
    [{ interface: 'bond1' }, 'The bond bond1 has 1 member down: eth2.'],
  ])
  t.end()
})

t.test('a sensor alarms by itself, or by a temperature that is critical', (t) => {
  const sensor = (id: string, given: Partial<Sensor>): Sensor => ({
    id,
    chip: 'coretemp',
    label: 'Package',
    kind: 'temperature',
    unit: 'celsius',
    value: 50,
    max: 80,
    critical: 100,
    alarm: false,
    ...given,
  })
  const all = [
    sensor('warm', { value: 99 }),
    sensor('hot', { value: 100 }),
    sensor('unknown', { value: null }),
    sensor('fan', {
      kind: 'fan',
      unit: 'rpm',
      label: 'fan1',
      value: 0,
      critical: null,
      alarm: true,
    }),
    sensor('volts', { kind: 'voltage', unit: 'volts', value: 12, critical: 5 }),
  ]

  t.strictSame(told(sensorAlarm.check(all)), [
    [
      { sensor: 'hot' },
      'The temperature sensor Package of coretemp raises an alarm at 100 °C; critical is 100 °C.',
    ],
    [{ sensor: 'fan' }, 'The fan sensor fan1 of coretemp raises an alarm at 0 rpm.'],
  ])
  t.end()
})

t.test('the names of the alerts are fixed, unique, and say all that the page needs', (t) => {
  const rules = builtInRules()
  t.strictSame(
    rules.map(({ alert, severity }) => `${alert} ${severity}`),
    [
      'StorageCapacityWarning warning',
      'StorageCapacityCritical critical',
      'FileSystemReadOnly critical',
      'RepositoryNotMounted critical',
      'FileSystemInodesLow warning',
      'TaskFailure warning',
      'ServiceDown critical',
      'ArrayDegraded critical',
      'ArrayInactive critical',
      'VolumeGroupMissingDevice critical',
      'VolumeGroupNearlyFull warning',
      'ThinPoolDataFull warning',
      'ThinPoolDataFullCritical critical',
      'ThinPoolMetadataFull warning',
      'ThinPoolMetadataFullCritical critical',
      'CapacityUsedUpSoon warning',
      'SmartFailing critical',
      'ScstNotRunning critical',
      'ScstSuspended critical',
      'ScstConfigurationDiffers warning',
      'ScstTargetDriverDown critical',
      'ScstTargetDisabled critical',
      'ScstLunZeroMissing critical',
      'ScstBlackHole critical',
      'ScstDeviceInactive critical',
      'ScstDeviceFileMissing critical',
      'ScstDeviceBlocked critical',
      'ScstCommandStuck warning',
      'ScstCommandStuckCritical critical',
      'VtlNotRunning critical',
      'VtlDaemonDown critical',
      'VtlMediumMissing critical',
      'ChangerUnreachable critical',
      'ChangerOffline critical',
      'ChangerImportExportFull warning',
      'ChangerImportExportOccupied info',
      'ChangerNoEmptySlot warning',
      'ChangerVolumeTagDuplicated critical',
      'ChangerElementException warning',
      'TapeDriveUnreachable critical',
      'TapeDriveCleaningRequired critical',
      'TapeDriveCleaningRequested warning',
      'TapeDriveRecoveryRequested warning',
      'TapeDriveTapeAlert warning',
      'LibraryTapeAlert warning',
      'TapeDriveTapeAlertPending info',
      'TapeDriveUnrecoveredErrors warning',
      'TapeDriveRetriesHigh warning',
      'TapeDriveCleaningDue info',
      'TapeDriveFailurePredicted critical',
      'TapeDriveTooWarm warning',
      'TapeDriveErrorsFollowDrive warning',
      'CartridgeErrorsFollowTape warning',
      'CartridgeLifeLow warning',
      'CartridgeLifeCritical critical',
      'LibraryMissing critical',
      'DriveMissing warning',
      'TargetMissing critical',
      'ArrayMissing critical',
      'ScstSessionLost warning',
      'CollectorFailing warning',
      'CollectorStale warning',
      'WatcherFailing warning',
      'WatcherSilent warning',
      'DatabaseUnreachable critical',
      'NotificationChannelDown warning',
      'NotificationsGivenUp warning',
      'CertificateExpires warning',
      'CertificateExpiresCritical critical',
      'CertificateRefused warning',
      'BondDegraded warning',
      'SensorAlarm warning',
      'ConsistencyMissing critical',
      'ConsistencyPending info',
      'ConsistencyMismatch warning',
      'VtlMediaOrphaned info',
      'BackupOverdue warning',
      ...['ApplianceSilent critical', 'ApplianceNameTaken warning'],
      'DatabaseConnectionsNearLimit warning',
      'DatabaseSlowQueries warning',
      'DatabaseCacheHitLow info',
      'DatabaseBloat warning',
      'DatabaseWraparound critical',
    ],
  )
  const names = rules.map(({ alert }) => alert)
  t.equal(new Set(names).size, names.length)
  for (const { alert, name, description, inhibits } of rules) {
    t.match(alert, /^[A-Z][A-Za-z]+$/)
    t.ok(name.length > 5 && description.length > 20, alert)
    t.ok(inhibits === undefined || names.includes(inhibits), alert)
  }
  t.strictSame(
    rules.slice(0, 2).map(({ name }) => name),
    ['Storage Capacity Warning', 'Storage Capacity Critical'],
  )
  t.equal(rules.find(({ alert }) => alert === 'TaskFailure')?.name, 'Task Failure')
  t.end()
})

t.test('the limits come from the configuration', (t) => {
  const rules = builtInRules({ ...defaultThresholds, capacityWarningPercent: 50 })
  const usage = {
    totalBytes: 100,
    usedBytes: 60,
    availableBytes: 40,
    usedPercent: 60,
    files: null,
    filesFree: null,
  }
  const value = [{ mountPoint: '/srv', device: 'x', type: 'xfs', readOnly: false, usage }]

  t.strictSame(
    rules
      .filter(({ subject }) => subject === 'filesystems')
      .flatMap((rule) => rule.check(value as never).map(() => rule.alert)),
    ['StorageCapacityWarning'],
  )
  t.end()
})
