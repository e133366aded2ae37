import { readFileSync, realpathSync } from 'node:fs'
import { basename } from 'node:path'
import type { Lane } from './quarantine.ts'

/** Nodes that commands talk SCSI or NVMe to. Tape nodes are not among them: opening one rewinds the tape. */
const DEVICE = /^\/dev\/(?:sg\d+|sch\d+|sd[a-z]+|sr\d+|nvme\d+(?:n\d+)?)$/

/** The device node that a command names, if it names one. */
export function deviceIn(argv: readonly string[]): string | null {
  return argv.find((argument) => DEVICE.test(argument)) ?? null
}

/** What is asked of /sys to find a lane; null where there is nothing. At once, as the kernel answers from memory. */
export interface Sysfs {
  realpath(path: string): string | null
  text(path: string): string | null
}

/** /sys of this machine. */
export const liveSysfs: Sysfs = {
  realpath: (path) => orNull(() => realpathSync.native(path)),
  text: (path) => orNull(() => readFileSync(path, 'utf8')),
}

/**
 * The lane of a node. Its nodes (sg3, sch0, sdb) share the lane of the device behind them, named after
 * its SCSI address, for it is the device that has one command in flight.
 */
export function laneOf(device: string, sysfs: Sysfs): Lane {
  const node = basename(device)
  for (const kind of ['scsi_generic', 'scsi_changer', 'block']) {
    const path = sysfs.realpath(`/sys/class/${kind}/${node}/device`)
    if (path === null) continue
    const scsiHost = /\/(host\d+)\//.exec(path)?.[1] ?? null
    const canQueue = scsiHost && sysfs.text(`/sys/class/scsi_host/${scsiHost}/can_queue`)
    return {
      device: basename(path),
      exclusive: true,
      scsiHost,
      hostTakesOne: canQueue?.trim() === '1',
    }
  }
  return { device, exclusive: true, scsiHost: null, hostTakesOne: false }
}

/** The lane of a command that names no device: any number at once, none when one never came back. */
export function laneOfTool(tool: string): Lane {
  return { device: tool, exclusive: false, scsiHost: null, hostTakesOne: false }
}

function orNull<T>(ask: () => T): T | null {
  try {
    return ask()
  } catch {
    return null
  }
}
