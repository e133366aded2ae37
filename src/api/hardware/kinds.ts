import type { ScstSessions } from '../../collectors/scst-sessions.ts'
import type { Disk } from '../../collectors/disks.ts'
import type { SmartReport } from '../../collectors/smart.ts'
import type { VolumeGroups } from '../../collectors/volume-groups.ts'
import { isLoaded, standsAlone } from '../../cartridges/in-drives.ts'
import type { Snapshot } from '../../snapshot.ts'
import { valueOf } from '../../snapshot.ts'
import { cartridgesOf } from './cartridges.ts'
import { followedErrors } from './errors-follow.ts'
import { source, type Item, type Kind } from './listing.ts'
import { cartridgeDetail, driveDetail } from './loads.ts'
import { commandsOfSession, commandsOfTarget } from './scst-commands.ts'
import { missingRepositories, mountedRepositories } from './repositories.ts'
import { tapeAlertsOf } from './tape-alerts.ts'
import { healthOf } from './tape-health.ts'
import { quadstorLibrariesOf, virtualLibrariesOf } from './virtual-libraries.ts'

/** The kinds of hardware objects, as the paths name them. */
export const kinds: readonly Kind[] = [
  {
    name: 'libraries',
    remembered: 'library',
    sources: [
      source('changers', (changers, snapshot) =>
        changers.map((changer) => ({
          id: changer.id,
          object: { ...changer, tapeAlerts: tapeAlertsOf('library', changer.id, snapshot) },
          labels: { library: changer.id },
          error: changer.error,
          // Of a library that does not answer there is what it said last.
          ...(changer.state === 'online' ? {} : { readAt: changer.inventory?.takenAt ?? null }),
        })),
      ),
    ],
  },
  {
    name: 'drives',
    remembered: 'drive',
    detail: driveDetail,
    sources: [
      source('tape_drives', (drives, snapshot) =>
        drives.map((drive) => ({
          id: drive.id,
          object: {
            ...drive,
            standalone: standsAlone(drive, snapshot.readings.changers),
            loaded: isLoaded(drive, valueOf(snapshot.readings.changers) ?? []),
            health: healthOf(drive.id, snapshot),
            errorsFollow: followedErrors('drive', snapshot.readings)([drive.id]),
            tapeAlerts: tapeAlertsOf('drive', drive.id, snapshot),
          },
          labels: { serial: drive.id },
          error: drive.error,
        })),
      ),
    ],
  },
  {
    name: 'cartridges',
    sources: [source('changers', cartridgesOf)],
    detail: cartridgeDetail,
  },
  {
    name: 'virtual-libraries',
    sources: [source('mhvtl', virtualLibrariesOf), source('quadstor', quadstorLibrariesOf)],
  },
  {
    name: 'targets',
    remembered: 'target',
    sources: [
      source('scst', ({ targets }, snapshot) =>
        items(
          targets.map((target) => ({ ...target, ...commandsOfTarget(target, snapshot) })),
          ({ driver, name }) => ({ driver, target: name }),
        ),
      ),
    ],
  },
  {
    name: 'devices',
    sources: [source('scst', ({ devices }) => items(devices, ({ name }) => ({ device: name })))],
  },
  {
    name: 'device-groups',
    sources: [
      source('scst', ({ deviceGroups }) =>
        deviceGroups.map((group) => ({
          id: group.name,
          object: { id: group.name, ...group },
          labels: { device_group: group.name },
        })),
      ),
    ],
  },
  {
    name: 'sessions',
    remembered: 'session',
    sources: [source('scst_sessions', sessionsOf)],
  },
  { name: 'disks', sources: [source('disks', disksOf)] },
  {
    name: 'arrays',
    remembered: 'array',
    sources: [source('md_arrays', (arrays) => items(arrays, ({ name }) => ({ array: name })))],
  },
  { name: 'volume-groups', sources: [source('volume_groups', volumeGroupsOf)] },
  {
    name: 'filesystems',
    sources: [
      source('filesystems', (mounts) =>
        items(mounts, ({ mountPoint }) => ({ mountpoint: mountPoint })),
      ),
    ],
  },
  {
    name: 'repositories',
    sources: [
      source('filesystems', mountedRepositories),
      source('repositories', missingRepositories),
    ],
  },
  { name: 'enclosures', sources: [source('enclosures', (all) => items(all, () => ({})))] },
  {
    name: 'sensors',
    sources: [source('sensors', (all) => items(all, ({ id }) => ({ sensor: id })))],
  },
  {
    name: 'ports',
    sources: [
      source('fc_hosts', (hosts) => ports('fc', hosts)),
      source('network', (interfaces) => ports('network', interfaces)),
    ],
  },
  {
    name: 'services',
    sources: [source('services', (all) => items(all, ({ unit }) => ({ unit })))],
  },
]

function items<T extends { id: string }>(
  objects: readonly T[],
  labels: (object: T) => Record<string, string>,
): Item[] {
  return objects.map((object) => ({ id: object.id, object, labels: labels(object) }))
}

function ports(transport: 'fc' | 'network', objects: readonly { id: string }[]): Item[] {
  return objects.map((object) => ({ id: object.id, object: { ...object, transport }, labels: {} }))
}

function sessionsOf({ sessions, totals }: ScstSessions, snapshot: Snapshot): Item[] {
  return sessions.map((session) => {
    const { driver, target, initiator } = session
    const total = totals.find(
      (of) => of.driver === driver && of.target === target && of.initiator === initiator,
    )
    return {
      id: session.id,
      object: {
        ...session,
        totals: total?.counters ?? null,
        ...commandsOfSession(session.id, snapshot),
      },
      labels: { driver, target, initiator },
    }
  })
}

// What smartctl says is asked for less often and by serial number, which not every disk has in common with it.
function disksOf(disks: readonly Disk[], { readings }: Snapshot): Item[] {
  const reports = valueOf(readings.smart) ?? []
  return disks.map((disk) => {
    const smart = reports.find((report) => isAbout(report, disk)) ?? null
    return { id: disk.id, object: { ...disk, smart }, labels: { serial: disk.id } }
  })
}

function isAbout(report: SmartReport, disk: Disk): boolean {
  return report.id === disk.id || report.device === `/dev/${disk.name}`
}

function volumeGroupsOf({ groups, logicalVolumes, physicalVolumes }: VolumeGroups): Item[] {
  return groups.map((group) => ({
    id: group.id,
    object: {
      ...group,
      logicalVolumeList: logicalVolumes.filter((volume) => volume.group === group.name),
      physicalVolumeList: physicalVolumes.filter((volume) => volume.group === group.name),
    },
    labels: { volume_group: group.name },
  }))
}
