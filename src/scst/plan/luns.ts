import { attributeValue, type LunConfig } from '../config.ts'
import { same } from './attributes.ts'
import { devicesOf } from './devices.ts'
import type { Planning } from './plan.ts'
import { paired, step, type ScstStep } from './step.ts'

/** The LUNs of a target or group, as they are wanted and as they are. */
export interface LunPair {
  /** Of the target or group. */
  path: string
  what: string
  want: readonly LunConfig[]
  has: readonly LunConfig[]
  /** Whether others see them before than after. */
  isShared: boolean
  /** Initiators that see them now. */
  loses: readonly string[]
}

/** Maps devices to LUNs: LUN 0, which initiators ask first, comes first and goes last. */
export function lunSteps(planning: Planning, pair: LunPair): ScstStep[] {
  const { running, wanted, anew, problem, note } = planning
  const { path, what, want, has, isShared, loses } = pair
  const configured = new Set(devicesOf(wanted).map(({ name }) => name))
  const before = new Set(devicesOf(running.config).map(({ name }) => name))
  // Removing a device takes its LUNs with it, so these are removed before.
  const goes = (device: string) =>
    before.has(device) && (anew.has(device) || !configured.has(device))
  const removed: number[] = []
  const added: LunConfig[] = []
  const replaced: LunConfig[] = []
  for (const { want: wish, has: is } of paired(want, has, ({ lun }) => String(lun))) {
    if (wish !== undefined && !configured.has(wish.device)) {
      const place = `LUN ${wish.lun} of ${what}`
      // A SCSI device that was taken from its handler keeps its LUNs (scst_assign_dev_handler).
      const isLeft = is?.device === wish.device && !before.has(wish.device)
      if (isLeft) note(`${place} is ${wish.device}, which nobody serves: it is left as it is.`)
      else problem(`${place} is ${wish.device}, which is not configured`)
    }
    if (wish === undefined) removed.push(is?.lun ?? 0)
    else if (is === undefined) added.push(wish)
    else if (goes(is.device) || (isShared && !isSame(wish, is))) {
      removed.push(is.lun)
      added.push(wish)
    } else if (!isSame(wish, is)) replaced.push(wish)
  }
  if (want.length > 0 && !want.some(({ lun }) => lun === 0)) {
    note(`${what} has LUNs and no LUN 0: initiators may find none of them.`)
  }
  const mgmt = `${path}/luns/mgmt`
  return [
    ...removed
      .sort((one, other) => other - one)
      .map((lun) =>
        step({
          ...{ phase: 'remove lun', path: mgmt, text: `del ${lun}`, loses },
          words: `Remove LUN ${lun} of ${what}.`,
        }),
      ),
    ...[...added, ...replaced]
      .sort((one, other) => one.lun - other.lun)
      .map((one) => {
        const isNew = added.includes(one)
        const readOnly = attributeValue(one.attributes, 'read_only')
        const parameters = readOnly === null ? '' : ` read_only=${readOnly}`
        const text = `${isNew ? 'add' : 'replace'} ${one.device} ${one.lun}${parameters}`
        const words = isNew
          ? `Map ${one.device} to LUN ${one.lun} of ${what}.`
          : `Put ${one.device} behind LUN ${one.lun} of ${what}.`
        return step({ phase: 'add lun', path: mgmt, text, words, loses: isNew ? [] : loses })
      }),
  ]
}

function isSame(wish: LunConfig, is: LunConfig): boolean {
  if (wish.device !== is.device) return false
  const wanted = attributeValue(wish.attributes, 'read_only')
  return wanted === null || same(wanted, attributeValue(is.attributes, 'read_only') ?? '0')
}
