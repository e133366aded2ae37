import type { Scst } from './scst.ts'

/** A LUN as which SCST passes a drive or a changer through to its initiators. */
export interface ExportedLun {
  /** Target driver, e.g. iscsi. */
  driver: string
  target: string
  /** Initiator group that sees it; null for initiators that are in none. */
  group: string | null
  lun: number
}

/** The handlers that pass a SCSI device of the machine through (SCST: dev_tape, dev_changer and their _perf twins). */
const PASS_THROUGH = 'dev_'

/**
 * The LUNs of every device that is passed through, by its SCSI address, which is its name in SCST.
 * A device of another handler can have any name, also one that looks like an address.
 */
export function exportedLuns(scst: Scst): ReadonlyMap<string, readonly ExportedLun[]> {
  const passed = new Set(
    scst.devices.filter(({ handler }) => handler?.startsWith(PASS_THROUGH)).map(({ name }) => name),
  )
  const exported = new Map<string, ExportedLun[]>()
  for (const { driver, name: target, luns, groups } of scst.targets) {
    const sets = [
      { group: null, luns },
      ...groups.map((group) => ({ group: group.name, luns: group.luns })),
    ]
    for (const { group, luns: mapped } of sets) {
      for (const { lun, device } of mapped) {
        if (device === null || !passed.has(device)) continue
        const known = exported.get(device) ?? []
        exported.set(device, [...known, { driver, target, group, lun }])
      }
    }
  }
  return exported
}
