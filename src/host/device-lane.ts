import { basename } from 'node:path'
import type { Lane } from './quarantine.ts'

/** Nodes that commands talk SCSI or NVMe to. Tape nodes are not among them: opening one rewinds the tape. */
const DEVICE = /^\/dev\/(?:sg\d+|sch\d+|sd[a-z]+|sr\d+|nvme\d+(?:n\d+)?)$/

/** The device node that a command names, if it names one. */
export function deviceIn(argv: readonly string[]): string | null {
  return argv.find((argument) => DEVICE.test(argument)) ?? null
}

/**
 * The lane of a node. Its nodes (sg3, sch0, sdb) share the lane of the device behind them, named after
 * its SCSI address, for it is the device that has one command in flight.
 *
 * `realpath` follows links below /sys and gives null where there is nothing.
 */
export function laneOf(device: string, realpath: (path: string) => string | null): Lane {
  const node = basename(device)
  for (const kind of ['scsi_generic', 'scsi_changer', 'block']) {
    const path = realpath(`/sys/class/${kind}/${node}/device`)
    if (path === null) continue
    return {
      device: basename(path),
      exclusive: true,
      scsiHost: /\/(host\d+)\//.exec(path)?.[1] ?? null,
    }
  }
  return { device, exclusive: true, scsiHost: null }
}

/** The lane of a command that names no device: any number at once, none when one never came back. */
export function laneOfTool(tool: string): Lane {
  return { device: tool, exclusive: false, scsiHost: null }
}
