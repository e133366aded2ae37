import type { Alert } from '../alerts/alert.ts'

/** Names of what may be done without being asked, as the configuration has them. */
export const remedyNames = ['restart_vtl_daemon', 'inventory_library', 'enable_target'] as const
/** One of them. */
export type RemedyName = (typeof remedyNames)[number]

/** What is known of the appliance when it is decided. */
export interface Appliance {
  /** Serial numbers of libraries that are online. */
  onlineLibraries: ReadonlySet<string>
}

/** Something that helps against an alert. */
export interface Remedy {
  name: RemedyName
  /** The `alert` of the rule that it answers. */
  alert: string
  /** The kind of task that it is. */
  kind: string
  /** Whether it is done once for an alert, however long that stays: the alert does not tell whether it helped. */
  once: boolean
  /** What it is asked with; words where it cannot be asked, null where the alert is none of its. */
  params(alert: Alert, appliance: Appliance): Record<string, unknown> | string | null
}

/** Library door (SMC-3, TapeAlert flags of changers). */
const DOOR = '16'

/** All of them. */
export const remedies: readonly Remedy[] = [
  {
    ...{ name: 'restart_vtl_daemon', alert: 'VtlDaemonDown', kind: 'vtl_restart_daemons' },
    once: false,
    params({ labels, partOf }) {
      const library = labels.library ?? partOf.library
      if (library === undefined) return 'it is not known in which library the drive is'
      return { library, devices: [labels.serial ?? library] }
    },
  },
  {
    ...{ name: 'inventory_library', alert: 'LibraryTapeAlert', kind: 'tape_inventory' },
    once: true,
    params({ labels }, { onlineLibraries }) {
      const { library = '', flag } = labels
      if (flag !== DOOR) return null
      return onlineLibraries.has(library) ? { library } : 'the library is not online yet'
    },
  },
  {
    ...{ name: 'enable_target', alert: 'ScstTargetDisabled', kind: 'scst_enable_target' },
    once: false,
    params: ({ labels: { driver, target } }) => ({ driver, target }),
  },
]
