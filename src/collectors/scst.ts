import { digestOf } from '../host/digest.ts'
import type { Host } from '../host/host.ts'
import { attributeValue, COPY_MANAGER } from '../scst/config.ts'
import type { ScstConfig } from '../scst/config.ts'
import { compareScst } from '../scst/difference.ts'
import type { ConfigDifference } from '../scst/difference.ts'
import { ABSENT } from './collector.ts'
import type { Collector, Problem } from './collector.ts'
import { SCST_ROOT, ScstTree } from './scst-attribute.ts'
import { isConfigured, readConfigFile } from './scst-config-file.ts'
import { countExports, readDevices } from './scst-devices.ts'
import {
  driverNames,
  readDeviceGroups,
  readDriver,
  readTargets,
  targetPath,
} from './scst-targets.ts'

/** SCST as it runs, from /sys/kernel/scst_tgt, and how that differs from what is configured. */
export interface Scst {
  /** False when the modules are not loaded although there is a configuration file. */
  running: boolean
  version: string | null
  setupId: string | null
  /** Other than 0: I/O of all devices is frozen. */
  suspendCount: number | null
  handlers: readonly string[]
  devices: readonly ScstDevice[]
  targets: readonly ScstTarget[]
  drivers: readonly ScstDriver[]
  deviceGroups: readonly ScstDeviceGroup[]
  config: {
    path: string
    /** Null when there is no file, or none that can be read. */
    targets: readonly ConfiguredTarget[] | null
    /** Of all that it says; another one means that something else was written. Null as the targets. */
    digest: string | null
    /** Running against configured; empty when they agree or there is no file. */
    differences: readonly ConfigDifference[]
  }
}

/** A target of the configuration file. */
export interface ConfiguredTarget {
  driver: string
  name: string
  /** As the file says; a target without the word is enabled by nobody, so false. */
  enabled: boolean
}

/** A target driver, e.g. iscsi. */
export interface ScstDriver {
  name: string
  /** Null for drivers that cannot be switched. */
  enabled: boolean | null
  /** iSCSI: whether the user space daemon is connected; null for others. */
  openState: string | null
}

/** A device that can be exported. */
export interface ScstDevice {
  /** SCST's name of the device, e.g. backup_lun0 or 13:1:0:0. */
  id: string
  name: string
  /** Null for a SCSI device of the machine that no handler has. */
  handler: string | null
  /** SCSI peripheral device type. */
  type: number | null
  filename: string | null
  /** Whether there is something at `filename`; null without one, or when it could not be asked. */
  fileExists: boolean | null
  sizeBytes: number | null
  blockSizeBytes: number | null
  /** Null for handlers without the attribute. */
  active: boolean | null
  readOnly: boolean | null
  thinProvisioned: boolean | null
  nvCache: boolean | null
  writeThrough: boolean | null
  /** Commands held back, and block requests pending; I/O is frozen when not 0. */
  blockCount: number | null
  /** Unit serial number that initiators see. */
  usn: string | null
  /** Number of LUNs it is exported as, SCST's own copy manager not counted. */
  exports: number
}

/** A target with its LUNs and initiator groups. */
export interface ScstTarget {
  /** driver/name. */
  id: string
  driver: string
  name: string
  /** Null for drivers that cannot be switched off (scst_local). */
  enabled: boolean | null
  relativeTargetId: number | null
  comment: string | null
  /** Other than 0: commands are swallowed on purpose. */
  blackHole: number | null
  /** LUNs of initiators that are in no group. */
  luns: readonly ScstLun[]
  groups: readonly ScstGroup[]
  sessions: number
}

/** An initiator group: what its initiators see instead of the LUNs of the target. */
export interface ScstGroup {
  name: string
  /** Names and patterns, as configured. */
  initiators: readonly string[]
  luns: readonly ScstLun[]
  blackHole: number | null
}

/** A mapping of a device to a LUN. */
export interface ScstLun {
  lun: number
  /** Name of the device; null when the link was gone while it was read. */
  device: string | null
  readOnly: boolean | null
}

/** A device group with its target groups (ALUA). */
export interface ScstDeviceGroup {
  name: string
  devices: readonly string[]
  targetGroups: readonly {
    name: string
    groupId: number | null
    state: string | null
    preferred: boolean | null
    targets: readonly string[]
  }[]
}

type Running = Omit<Scst, 'running' | 'config'>

/** SCST's targets, devices and groups, and how they differ from the configuration file. */
export const scst: Collector<Scst> & { readonly name: 'scst' } = {
  name: 'scst',
  intervalSeconds: 30,
  // An attribute that is queued and not served answers after 15 s, and is asked for three times.
  timeoutMs: 50_000,
  wakes: {
    paths: (settings, scst) => [settings.scstConfigPath, SCST_ROOT, ...watchedPaths(scst)],
  },

  async collect(host, { scstConfigPath: path }) {
    const [file, isLoaded] = await Promise.all([readConfigFile(host, path), host.exists(SCST_ROOT)])
    if (!isLoaded && !isConfigured(file)) return ABSENT

    const { problems, running } = isLoaded ? await readRunning(host) : nothing
    const all = file.error === null ? problems : [...problems, { labels: {}, error: file.error }]
    const { config } = file
    return {
      value: {
        running: isLoaded,
        ...running,
        config: {
          path,
          targets: config && configuredTargets(config),
          digest: config && digestOf(JSON.stringify(config)),
          differences: config && isLoaded ? compareScst(config, running) : [],
        },
      },
      problems: all,
      coverage: all.length === 0 ? 'all' : 'some',
    }
  },
}

const nothing: { running: Running; problems: Problem[] } = {
  running: {
    version: null,
    setupId: null,
    suspendCount: null,
    handlers: [],
    devices: [],
    targets: [],
    drivers: [],
    deviceGroups: [],
  },
  problems: [],
}

async function readRunning(host: Host): Promise<{ running: Running; problems: Problem[] }> {
  const tree = new ScstTree(host)
  const [handlers, driversFound] = await Promise.all([
    tree.names(`${SCST_ROOT}/handlers`),
    driverNames(tree),
  ])
  const [root, devices, drivers, targetsByDriver, deviceGroups] = await Promise.all([
    tree.attributes(SCST_ROOT, {}, ['version', 'setup_id', 'suspend']),
    readDevices(tree, handlers),
    Promise.all(driversFound.map((driver) => readDriver(tree, driver))),
    Promise.all(driversFound.map((driver) => readTargets(tree, driver))),
    readDeviceGroups(tree),
  ])
  const targets = targetsByDriver.flat()
  const exports = countExports(targets)
  return {
    running: {
      version: root.text('version')?.replace(/^SCST version:\s*/, '') ?? null,
      setupId: root.text('setup_id'),
      suspendCount: root.number('suspend'),
      handlers,
      devices: devices.map((device) => ({ ...device, exports: exports.get(device.name) ?? 0 })),
      targets,
      drivers,
      deviceGroups,
    },
    problems: tree.problems,
  }
}

function configuredTargets({ drivers }: ScstConfig): ConfiguredTarget[] {
  return drivers
    .filter(({ name }) => name !== COPY_MANAGER)
    .flatMap(({ name: driver, targets }) =>
      targets.map(({ name, attributes }) => ({
        driver,
        name,
        enabled: attributeValue(attributes, 'enabled') === '1',
      })),
    )
}

/** What comes and goes while SCST runs; it sends no uevents (scst/src/scst_sysfs.c). */
function watchedPaths(scst: Scst | null): string[] {
  if (scst?.running !== true) return []
  return [
    `${SCST_ROOT}/devices`,
    ...scst.drivers.map(({ name }) => `${SCST_ROOT}/targets/${name}`),
    ...scst.targets.flatMap(({ driver, name }) =>
      ['sessions', 'enabled'].map((entry) => `${targetPath(driver, name)}/${entry}`),
    ),
  ]
}
