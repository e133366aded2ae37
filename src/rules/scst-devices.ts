import type { ScstDevice, ScstTarget } from '../collectors/scst.ts'
import type { Rule } from './rule.ts'
import { countText } from './words.ts'

/** An inactive device has closed its backing store and fails what is asked of it. */
export const scstDeviceInactive: Rule<'scst'> = {
  alert: 'ScstDeviceInactive',
  name: 'SCST device inactive',
  subject: 'scst',
  severity: 'critical',
  source: 'scst',
  forSeconds: 0,
  description:
    'The device is switched off (active 0): SCST has closed its backing store, and I/O to its LUNs fails.',
  action:
    'Make sure that no other node of a cluster serves it: two nodes that write to one store destroy what is on it. ' +
    'Then write 1 to its `active` attribute.',

  check({ devices, targets }) {
    return devices
      .filter(({ active }) => active === false)
      .map((device) => ({
        labels: { device: device.name },
        partOf: exportedBy(device, targets),
        message: `The device ${device.name}${exportsText(device)} is inactive.`,
        evidence: storeOf(device, 'active'),
      }))
  },
}

/** Neither `filename` nor `active` changes when the file goes: it lives on until SCST closes it, and then is lost. */
export const scstDeviceFileMissing: Rule<'scst'> = {
  alert: 'ScstDeviceFileMissing',
  name: 'Backing file of an SCST device missing',
  subject: 'scst',
  severity: 'critical',
  source: 'scst',
  forSeconds: 0,
  description:
    'The file was removed or renamed while SCST has it open: initiators work with it as before, and its data is ' +
    'lost when SCST closes it.',
  action:
    'Do not restart SCST, deactivate the device or reboot. Rename the file back if it was only renamed; otherwise copy ' +
    'the data off through the LUN.',

  check({ devices, targets }) {
    return devices
      .filter(({ fileExists }) => fileExists === false)
      .map((device) => ({
        labels: { device: device.name },
        partOf: exportedBy(device, targets),
        message: `The backing file ${device.filename ?? ''} of the device ${device.name}${exportsText(device)} is gone.`,
        evidence: storeOf(device, 'filename'),
      }))
  },
}

/** A block count that does not go away means commands that never come back. */
export const scstDeviceBlocked: Rule<'scst'> = {
  alert: 'ScstDeviceBlocked',
  name: 'SCST device blocked',
  subject: 'scst',
  severity: 'critical',
  source: 'scst',
  forSeconds: 120,
  description:
    'SCST holds back the commands of this device, and its initiators wait. For a moment that is normal; for minutes ' +
    'the device or an ALUA transition is stuck.',
  action:
    'See in the kernel log and in the state of its target groups what it waits for, and look at the disk, array or ' +
    'drive behind it.',

  check({ devices, targets }) {
    return devices
      .filter(({ blockCount }) => blockCount !== null && blockCount > 0)
      .map((device) => ({
        labels: { device: device.name },
        partOf: exportedBy(device, targets),
        message: `The I/O of the device ${device.name}${exportsText(device)} is frozen.`,
        evidence: { block_count: device.blockCount, ...storeOf(device, 'block') },
      }))
  },
}

/** What is behind the device, and which of its attributes says what is wrong. */
function storeOf({ name, handler, filename, exports: count }: ScstDevice, attribute: string) {
  return {
    handler,
    filename,
    export_count: count,
    source: `/sys/kernel/scst_tgt/devices/${name}/${attribute}`,
  }
}

/** The target and the driver that export it, as far as it is one. */
function exportedBy({ name }: ScstDevice, targets: readonly ScstTarget[]): Record<string, string> {
  const exporting = targets.filter(({ luns, groups }) =>
    [luns, ...groups.map((group) => group.luns)].flat().some(({ device }) => device === name),
  )
  const drivers = new Set(exporting.map(({ driver }) => driver))
  const [first] = exporting
  if (first === undefined || drivers.size > 1) return {}
  return exporting.length > 1
    ? { driver: first.driver }
    : { driver: first.driver, target: first.name }
}

function exportsText({ exports: count }: ScstDevice): string {
  return count === 0 ? ', not exported,' : `, exported as ${countText(count, 'LUN')},`
}
