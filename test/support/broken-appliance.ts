import type { Scst } from '../../src/collectors/scst.ts'
import type { DifferenceKind } from '../../src/consistency/difference.ts'
import type { Rule } from '../../src/rules/rule.ts'
import type { Subjects } from '../../src/snapshot.ts'
import { watchAppliance } from './appliance.ts'
import { brokenCartridges, brokenChangers, brokenHealth } from './broken-tape.ts'
import { certificateOf } from './certificates.ts'
import { difference, outcome } from './consistency.ts'
import { goodDatabase, noBackups, noTasks, smallFleet } from './idle.ts'
import { openRecording } from './recording.ts'
import { commandOf, commandsOf } from './scst-commands.ts'

const at = new Date('2026-11-20T21:00:00Z')

/** Values of each subject in which something is wrong. */
export type BrokenValues = { readonly [Subject in keyof Subjects]?: readonly Subjects[Subject][] }

/**
 * A recorded appliance on which everything is broken that a rule is about, one thing beside the other:
 * what no recording shows is there as well.
 */
export async function brokenAppliance(): Promise<BrokenValues> {
  const { snapshot } = await watchAppliance(openRecording('04-tapealert')).watch()
  const of = <Subject extends keyof Subjects>(subject: Subject): Subjects[Subject] => {
    const reading = snapshot.readings[subject]
    if (reading?.state !== 'read') throw new Error(`${subject} was not read`)
    return reading.value
  }
  const { groups, logicalVolumes, physicalVolumes } = of('volume_groups')
  return {
    filesystems: [
      of('filesystems').map((one) => ({
        ...one,
        remountedReadOnly: true,
        usage: one.usage && { ...one.usage, usedPercent: 97, files: 1000, filesFree: 10 },
      })),
    ],
    tasks: [
      {
        ...noTasks,
        recentFailures: [
          {
            ...{ id: 't1', kind: 'move-medium', finishedAt: at, error: 'no answer' },
            ...{ step: 'step 1 of 1 (move)', advice: 'Look where it is.' },
          },
          {
            ...{ id: 't2', kind: 'move-medium', finishedAt: at, error: null },
            ...{ step: null, advice: null },
          },
        ],
      },
    ],
    services: [of('services').map((one) => ({ ...one, active: 'failed', sub: 'failed' }))],
    md_arrays: [
      of('md_arrays').map((one) => ({ ...one, degraded: 1 })),
      of('md_arrays').map((one) => ({ ...one, state: 'inactive' })),
    ],
    repositories: [
      {
        ...of('repositories'),
        missing: [{ mountPoint: '/srv/repo-a', device: '/dev/vg/a', source: 'fstab' as const }],
      },
    ],
    volume_groups: [
      {
        groups: groups.map((one) => ({ ...one, freeBytes: 0, missingPhysicalVolumes: 1 })),
        logicalVolumes: logicalVolumes.map((one) => ({
          ...one,
          segmentType: 'thin-pool',
          dataPercent: 97,
          metadataPercent: 98,
        })),
        physicalVolumes,
      },
    ],
    smart: [of('smart').map((one) => ({ ...one, state: 'failing' as const, reallocated: 12 }))],
    scst: brokenScst(of('scst')),
    scst_commands: [commandsOf([commandOf({ ageSeconds: 150 })])],
    mhvtl: [
      { ...of('mhvtl'), moduleLoaded: false },
      {
        ...of('mhvtl'),
        libraries: of('mhvtl').libraries.map((one) => ({ ...one, mediaOnDisk: [], daemon })),
        drives: of('mhvtl').drives.map((one) => ({ ...one, daemon })),
      },
    ],
    changers: brokenChangers(of('changers')),
    tape_drives: [
      of('tape_drives').map((one) => ({ ...one, reachable: false, error: 'no answer' })),
      of('tape_drives').map((one) => ({
        ...one,
        recovery: ['unload', 'power-cycle'],
        status: { ...allWell, cleaningRequired: true, cleaningRequested: true, recoveryRequested },
      })),
    ],
    tape_health: brokenHealth(),
    tape_alerts: [
      of('tape_alerts'),
      {
        ...{ active: [], undecided: [] },
        unread: of('tape_alerts').active.map(({ id, place, volumeTag }) => ({
          ...{ id, place, volumeTag, error: null },
        })),
      },
    ],
    cartridges: brokenCartridges(),
    inventory: [
      {
        missing: MISSING.map(({ kind, labels }) => ({
          ...{ kind, labels, id: 'X1', name: 'X1', partOf: {}, virtual: false, lastSeen: at },
        })),
      },
    ],
    collectors: [
      [
        {
          ...{ name: 'scst', intervalSeconds: 30, durationSeconds: 1, error: 'sysfs: EIO' },
          ...{ state: 'failed', ageSeconds: 600, failingSince: at },
        },
        {
          ...{ name: 'changers', intervalSeconds: 30, durationSeconds: null, error: null },
          ...{ state: 'read', ageSeconds: 600, failingSince: null },
        },
      ],
    ],
    watchers: [
      [
        {
          ...{ name: 'files', state: 'failing', error: 'ENOSPC', restarts: 1 },
          ...{ reportedAt: at, missedSince: null },
        },
        {
          ...{ name: 'sysfs', state: 'running', error: null, restarts: 0 },
          ...{ reportedAt: null, missedSince: at },
        },
      ],
    ],
    database_reach: [{ unreachableSince: at, error: 'connect ECONNREFUSED 127.0.0.1:5432' }],
    consistency: [{ checks: brokenChecks() }],
    channels: [
      [
        {
          ...{ name: 'webhook', up: false, failingSince: at, failuresInARow: 4 },
          ...{ lastError: 'ECONNREFUSED', lastDeliveredAt: null, waiting: 3, oldestWaitingAt: at },
          ...{ oldestWaitingSeconds: 60, givenUp: 2, lastGivenUpAt: at },
        },
      ],
    ],
    certificates: [
      [
        certificateOf({
          remainingSeconds: 86_400,
          error: 'the key is not that of the certificate',
        }),
      ],
    ],
    forecasts: [
      {
        computedAt: at,
        forecasts: [
          {
            ...{ kind: 'filesystem', object: '/srv/backup', unit: 'bytes' },
            ...{ used: 9e12, capacity: 1e13 },
            forecast: {
              ...{ state: 'depleting', reason: null, perDay: 2e11, days: 90 },
              usedUpAtMs: at.getTime() + 5 * 86_400_000,
              earliestMs: at.getTime() + 4 * 86_400_000,
              latestMs: at.getTime() + 6 * 86_400_000,
            },
          },
        ],
      },
    ],
    fleet: [
      {
        ...smallFleet,
        appliances: smallFleet.appliances.map((one) => ({
          ...{ ...one, state: 'silent', silentSince: at },
          other: { identity: 'another', heardAt: at },
        })),
      },
    ],
    backups: [{ ...noBackups(at), since: new Date(at.getTime() - 25 * 3600_000) }],
    database: [
      {
        ...{ ...goodDatabase, slowQueries: 2, longestQuerySeconds: 9, waitingForLocks: 1 },
        connections: [{ state: 'idle', count: 39 }],
        ...{ cacheHitRatio: 0.5, blocksRead: 2_000_000, wraparoundRatio: 0.6 },
        tables: [{ table: 'alerts', bytes: 1e9, liveRows: 100_000, deadRows: 200_000 }],
      },
    ],
    network: [
      of('network').map((one) => ({
        ...{ ...one, bondMode: 'active-backup', bondMembersDown: ['eth1'] },
      })),
    ],
    sensors: [
      (['celsius', 'rpm', 'volts', 'amperes', 'watts'] as const).map((unit) => ({
        ...{ id: `chip/${unit}`, chip: 'chip', label: unit, kind: 'temperature', unit },
        ...{ value: 99, max: 90, critical: 95, alarm: true },
      })),
    ],
  }
}

/** What rules find on the broken appliance: of each rule everything, of a rule that nothing is broken for nothing. */
export function findingsOf(rule: Rule, broken: BrokenValues) {
  const values: readonly unknown[] = broken[rule.subject] ?? []
  return values.flatMap((value) => rule.check(value as never))
}

const MISSING = [
  { kind: 'library', labels: { library: 'X1' } },
  { kind: 'drive', labels: { serial: 'X1' } },
  { kind: 'target', labels: { driver: 'iscsi', target: 'X1' } },
  { kind: 'array', labels: { array: 'md0' } },
  { kind: 'session', labels: { driver: 'iscsi', target: 'X1', initiator: 'host' } },
] as const

const daemon = { unit: 'vtltape@11.service', running: false, detail: 'failed (failed)' }

const allWell = {
  activity: 'no-activity',
  mediumPresent: true,
  mounted: true,
  writeProtected: false,
  hostInitiatedUnload: false,
  tapeAlertChanged: false,
  inTransition: false,
}
const recoveryRequested = true

/** Of each kind of difference more than is borne with. */
function brokenChecks() {
  const several = (kind: DifferenceKind, attribute: string | null = null) =>
    Array.from({ length: 12 }, (_, index) =>
      difference({
        ...{ id: `${kind}-${attribute ?? ''}-${index}`, kind, attribute },
        place: { library: 'X1', barcode: `TAPE${index}L8` },
      }),
    )
  const all = [
    ...several('missing'),
    ...several('orphaned'),
    ...several('pending'),
    ...several('different', 'memory'),
  ]
  return (['vtl', 'library'] as const).map((check) =>
    outcome(
      check,
      'down',
      '12 missing',
      all.map((one) => ({ ...one, check })),
    ),
  )
}

function brokenScst(scst: Scst): Scst[] {
  const { targets, devices, drivers, config } = scst
  const differences = [
    { kind: 'missing', object: 'lun', path: 'iscsi/x/LUN 3', configured: 'disk', running: null },
  ] as const
  return [
    { ...scst, running: false },
    {
      ...scst,
      suspendCount: 1,
      config: { ...config, differences },
      drivers: drivers.map((one) => ({ ...one, enabled: false })),
      devices: devices.map((one) => ({
        ...{ ...one, active: false, fileExists: false, blockCount: 3 },
      })),
      targets: targets.map((one) => ({
        ...{ ...one, enabled: false, blackHole: 1 },
        luns: one.luns.filter(({ lun }) => lun !== 0),
        groups: one.groups.map((group) => ({
          ...{ ...group, blackHole: 2, luns: group.luns.filter(({ lun }) => lun !== 0) },
        })),
      })),
    },
  ]
}
