import type { Changer } from '../collectors/changers.ts'
import { countElements, type ElementCounts } from './element-counts.ts'
import type { Mhvtl } from '../collectors/mhvtl.ts'
import type { DriveStatus, TapeDrive, TapeStatistics } from '../collectors/tape-drives.ts'
import { familiesOf, type Column, type Family } from './family.ts'

/** A family of a drive's status page; no sample where it could not be asked. */
function status(help: string, of: (status: DriveStatus) => boolean): Column<TapeDrive> {
  return ['gauge', help, (drive) => (drive.status === null ? null : of(drive.status))]
}

/** A family of the counters of the st driver. */
function counter(help: string, of: (statistics: TapeStatistics) => number): Column<TapeDrive> {
  return ['counter', help, (drive) => (drive.statistics === null ? null : of(drive.statistics))]
}

/** A family that counts elements of a library; no sample for one that does not answer. */
function elements(help: string, count: keyof ElementCounts): Column<Changer> {
  return [
    'gauge',
    help,
    ({ state, inventory }) =>
      state === 'online' && inventory !== null ? countElements(inventory.elements)[count] : null,
  ]
}

/** What tells a library from others. */
function libraryLabels({ id, vendor, product, virtual }: Changer) {
  return { library: id, vendor, product, virtual: String(virtual) }
}

/** What tells a drive from others, and where it is. */
function driveLabels({ id, tapeNode, library, virtual }: TapeDrive) {
  return {
    serial: id,
    device: tapeNode ?? '',
    library: library?.serial ?? '',
    virtual: String(virtual),
  }
}

/** Drives of device.conf, with the serial number of the library that they are in. */
function virtualDrives({ drives, libraries }: Mhvtl) {
  return drives.map((drive) => ({
    ...drive,
    librarySerial: libraries.find(({ number }) => number === drive.library)?.id ?? '',
  }))
}

/** Libraries, drives and virtual libraries. */
export const tapeFamilies: Family[] = [
  ...familiesOf(
    {
      subject: 'changers',
      prefix: 'storwarden_library',
      items: (changers) => changers,
      labels: libraryLabels,
      tellsOfSilence: true,
    },
    {
      reachable: [
        'gauge',
        'Whether the library answers; no sample where it could not be asked.',
        ({ state }) => (state === 'unknown' ? null : state !== 'unreachable'),
      ],
      online: [
        'gauge',
        'Whether the library answers and is ready; no sample where it could not be asked.',
        ({ state }) => (state === 'unknown' ? null : state === 'online'),
      ],
    },
  ),
  ...familiesOf(
    {
      subject: 'changers',
      prefix: 'storwarden_library',
      items: (changers) => changers,
      labels: libraryLabels,
    },
    {
      drives: elements('Data transfer elements.', 'drives'),
      loaded_drives: elements('Data transfer elements that hold a cartridge.', 'loadedDrives'),
      slots: elements('Storage elements, import/export not included.', 'slots'),
      occupied_slots: elements('Storage elements that hold a cartridge.', 'occupiedSlots'),
      import_export_slots: elements('Import/export elements.', 'importExportSlots'),
      occupied_import_export_slots: elements(
        'Import/export elements that hold a cartridge.',
        'occupiedImportExportSlots',
      ),
      abnormal_elements: elements(
        'Elements that the library reports an exception for.',
        'abnormal',
      ),
    },
  ),
  ...familiesOf(
    {
      subject: 'tape_drives',
      prefix: 'storwarden_tape_drive',
      items: (drives) => drives,
      labels: driveLabels,
      tellsOfSilence: true,
    },
    {
      reachable: [
        'gauge',
        'Whether the drive answers; no sample where it could not be asked.',
        ({ reachable }) => reachable,
      ],
    },
  ),
  ...familiesOf(
    {
      subject: 'tape_drives',
      prefix: 'storwarden_tape_drive',
      items: (drives) => drives,
      labels: driveLabels,
    },
    {
      active: ['gauge', 'Whether it did work since the reading before.', ({ active }) => active],
      loaded: status(
        'Whether there is a medium in the drive.',
        ({ mediumPresent }) => mediumPresent,
      ),
      cleaning_required: status(
        'Whether the drive refuses to work before it is cleaned.',
        ({ cleaningRequired }) => cleaningRequired,
      ),
      cleaning_requested: status(
        'Whether the drive asks for cleaning.',
        ({ cleaningRequested }) => cleaningRequested,
      ),
      tape_alert_changed: status(
        'Whether a TapeAlert flag has changed.',
        ({ tapeAlertChanged }) => tapeAlertChanged,
      ),
      recovery_requested: status(
        'Whether the drive asks for a recovery procedure.',
        ({ recoveryRequested }) => recoveryRequested,
      ),
      in_flight: [
        'gauge',
        'Requests of the st driver under way.',
        ({ statistics }) => statistics?.inFlight,
      ],
      read_bytes_total: counter('Bytes read through the st driver.', ({ readBytes }) => readBytes),
      written_bytes_total: counter(
        'Bytes written through the st driver.',
        ({ writtenBytes }) => writtenBytes,
      ),
      reads_total: counter('Reads through the st driver.', ({ reads }) => reads),
      writes_total: counter('Writes through the st driver.', ({ writes }) => writes),
      other_commands_total: counter(
        'Other commands through the st driver: locate, space, rewind.',
        ({ others }) => others,
      ),
      io_seconds_total: counter(
        'Time waited for all commands, movements included.',
        ({ ioSeconds }) => ioSeconds,
      ),
      read_seconds_total: counter('Time waited for reads.', ({ readSeconds }) => readSeconds),
      write_seconds_total: counter('Time waited for writes.', ({ writeSeconds }) => writeSeconds),
      residuals_total: counter(
        'Requests that transferred less than was asked.',
        ({ residuals }) => residuals,
      ),
    },
  ),
  ...familiesOf(
    {
      subject: 'tape_alerts',
      prefix: 'storwarden_tape_alert',
      items: ({ active }) => active,
      labels: ({ kind, id, flag, severity, volumeTag }) => ({
        serial: kind === 'drive' ? id : '',
        library: kind === 'library' ? id : '',
        flag: String(flag),
        severity,
        volume_tag: volumeTag ?? '',
      }),
    },
    {
      active: ['gauge', 'A TapeAlert flag that was read and is not over.', () => true],
      read_timestamp_seconds: [
        'gauge',
        'When the flag was last read.',
        ({ lastSeen }) => lastSeen.getTime() / 1000,
      ],
    },
  ),
  ...familiesOf(
    { subject: 'mhvtl', prefix: 'storwarden_vtl', items: (mhvtl) => [mhvtl], labels: () => ({}) },
    {
      module_loaded: [
        'gauge',
        'Whether the kernel module of the virtual libraries is loaded.',
        ({ moduleLoaded }) => moduleLoaded,
      ],
    },
  ),
  ...familiesOf(
    {
      subject: 'mhvtl',
      prefix: 'storwarden_vtl_library',
      items: ({ libraries }) => libraries,
      labels: ({ id, number }) => ({ library: id, number: String(number) }),
    },
    {
      daemon_running: [
        'gauge',
        'Whether the daemon of the virtual library runs.',
        ({ daemon }) => daemon?.running,
      ],
      media: [
        'gauge',
        'Cartridges below the home directory.',
        ({ mediaOnDisk }) => mediaOnDisk?.length,
      ],
      media_bytes: ['gauge', 'Space that the cartridges take up.', ({ mediaBytes }) => mediaBytes],
    },
  ),
  ...familiesOf(
    {
      subject: 'mhvtl',
      prefix: 'storwarden_vtl_drive',
      items: virtualDrives,
      labels: ({ id, number, librarySerial }) => ({
        serial: id,
        number: String(number),
        library: librarySerial,
      }),
    },
    {
      daemon_running: [
        'gauge',
        'Whether the daemon of the virtual drive runs.',
        ({ daemon }) => daemon?.running,
      ],
    },
  ),
]
