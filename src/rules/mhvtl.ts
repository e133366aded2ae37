import type { DaemonState, Mhvtl, VirtualDrive, VirtualLibrary } from '../collectors/mhvtl.ts'
import { partOfLibrary } from './changers.ts'
import type { Finding, Rule } from './rule.ts'
import { countText, deviceText } from './words.ts'

/** No virtual library exists without the module, whatever device.conf says. */
export const vtlNotRunning: Rule<'mhvtl'> = {
  alert: 'VtlNotRunning',
  name: 'Virtual tape library is not running',
  subject: 'mhvtl',
  severity: 'critical',
  source: 'vtl',
  forSeconds: 0,
  description:
    'Virtual libraries are configured, but the kernel module mhvtl is not loaded: backups to them fail.',
  action:
    'See why with `systemctl status mhvtl.target` and the kernel log (after a new kernel the module has to be built ' +
    'for it), mend it, and start mhvtl.target.',

  check({ moduleLoaded, libraries, drives }) {
    if (moduleLoaded || libraries.length + drives.length === 0) return []
    return [
      {
        labels: {},
        message:
          `mhvtl is not running although ${countText(libraries.length, 'library', 'libraries')} ` +
          `and ${countText(drives.length, 'drive')} are configured.`,
        evidence: {
          libraries: libraries.map(({ id }) => id),
          drives: drives.map(({ id }) => id),
          source: '/sys/module/mhvtl is not there',
        },
      },
    ]
  },
}

/**
 * The kernel has the device and nobody answers for it. All devices of mhvtl share one
 * SCSI host that takes one command at a time, so a dead daemon holds up its neighbours.
 */
export const vtlDaemonDown: Rule<'mhvtl'> = {
  alert: 'VtlDaemonDown',
  name: 'Daemon of a virtual library or drive down',
  subject: 'mhvtl',
  severity: 'critical',
  source: 'vtl',
  forSeconds: 0,
  description:
    'Every command to the device hangs, and commands to other devices of mhvtl may hang behind it, those of running ' +
    'backups too.',
  action:
    'See with `journalctl -u` of the unit why it ended. Make sure that no process of the device is left, remove its ' +
    'lock below /var/lock/mhvtl if one is there, and start the unit again.',

  check({ moduleLoaded, libraries, drives }) {
    if (!moduleLoaded) return []
    return [
      ...libraries.flatMap((library) =>
        down(library.daemon, { labels: { library: library.id } }, `library ${deviceText(library)}`),
      ),
      ...drives.flatMap((drive) =>
        down(
          drive.daemon,
          { labels: { serial: drive.id }, partOf: libraryOf(drive, libraries) },
          `drive ${deviceText(drive)}`,
        ),
      ),
    ]
  },
}

function libraryOf({ library }: VirtualDrive, libraries: readonly VirtualLibrary[]) {
  return partOfLibrary(libraries.find(({ number }) => number === library)?.id)
}

function down(
  daemon: DaemonState | null,
  place: Pick<Finding, 'labels' | 'partOf'>,
  what: string,
): Finding[] {
  if (daemon === null || daemon.running) return []
  const { unit, detail } = daemon
  return [
    {
      ...place,
      message: `The daemon ${unit} of the virtual ${what} does not run: ${detail}.`,
      evidence: { unit, detail, source: 'systemctl' },
    },
  ]
}

/** The library has the barcode in a slot; loading it ends in a hardware error. */
export const vtlMediumMissing: Rule<'mhvtl'> = {
  alert: 'VtlMediumMissing',
  name: 'Virtual medium missing on disk',
  subject: 'mhvtl',
  severity: 'critical',
  source: 'vtl',
  forSeconds: 0,
  description:
    'The configuration puts the cartridge in a slot, but its directory does not exist: loading it ends in a ' +
    'hardware error.',
  action:
    'If it was not removed on purpose restore its directory from a copy. Otherwise take it out of library_contents; ' +
    'the library reads that when it starts, and restarting it ends what runs there.',

  check({ libraries }: Mhvtl) {
    return libraries.flatMap(missingMedia)
  },
}

function missingMedia(library: VirtualLibrary): Finding[] {
  const { id, number, contents, mediaOnDisk, homeDirectory } = library
  if (contents === null || mediaOnDisk === null) return []
  // A drive's line may name the drive instead of a cartridge; which one is loaded only mhvtl knows.
  const onDisk = new Set(mediaOnDisk)
  const places = new Map<string, string>()
  for (const [kind, tags] of [
    ['slot', contents.slots],
    ['import/export slot', contents.importExport],
  ] as const) {
    for (const [number, tag] of Object.entries(tags)) {
      if (tag !== null && !onDisk.has(tag)) places.set(tag, `${kind} ${number}`)
    }
  }
  return [...places].map(([tag, place]) => ({
    labels: { library: id, volume_tag: tag },
    message: `The cartridge ${tag} in ${place} of ${deviceText(library)} has no directory below ${homeDirectory}.`,
    evidence: {
      place,
      home_directory: homeDirectory,
      source: `library_contents.${number}, ${homeDirectory}`,
    },
  }))
}
