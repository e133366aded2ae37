import type { ScstConfig } from './config.ts'

/** SCST as it runs, in the words of its configuration file, and what has to be known to change it. */
export interface RunningScst {
  /**
   * Attributes are those that were set (scst/README, "[key]"), and those that were asked for. SCST's own copy manager,
   * and ports of host adapters that do nothing, are not among the targets.
   */
  config: ScstConfig
  /** What add_device takes, by handler; nothing for those that take a SCSI device of the machine. */
  handlers: ReadonlyMap<string, { parameters: readonly string[] }>
  /** By driver. */
  drivers: ReadonlyMap<string, DriverAbilities>
  /** Attributes of devices that are given when the device is made and never again, `device/attribute`. */
  fixed: ReadonlySet<string>
  /** Targets that are ports of host adapters, `driver/target`: they can be neither made nor removed. */
  ports: ReadonlySet<string>
  sessions: readonly RunningSession[]
}

/** What a target driver can be asked for, as its mgmt file says. */
export interface DriverAbilities {
  /** Whether targets can be made and removed. */
  makesTargets: boolean
  /** Attributes of which there can be several, of the driver and of a target: IncomingUser, allowed_portal. */
  driverLists: readonly string[]
  targetLists: readonly string[]
}

/** Who is logged in where. */
export interface RunningSession {
  driver: string
  target: string
  /** The initiator group whose LUNs it sees; null for those of the target itself. */
  group: string | null
  initiator: string
}
