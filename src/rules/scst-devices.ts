import type { ScstDevice } from '../collectors/scst.ts'
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
    'The device is switched off (active 0), so I/O to its LUNs fails. ' +
    'Write 1 to its `active` attribute, unless another node serves it.',

  check({ devices }) {
    return devices
      .filter(({ active }) => active === false)
      .map((device) => ({
        labels: { device: device.name },
        message: `The device ${device.name}${exportsText(device)} is inactive.`,
        evidence: { handler: device.handler, filename: device.filename, exports: device.exports },
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
    'The file was removed or renamed while SCST has it open; its data is lost when SCST closes it. ' +
    'Do not restart SCST: copy the data off through the LUN, or rename the file back.',

  check({ devices }) {
    return devices
      .filter(({ fileExists }) => fileExists === false)
      .map((device) => ({
        labels: { device: device.name },
        message: `The backing file ${device.filename ?? ''} of the device ${device.name}${exportsText(device)} is gone.`,
        evidence: { handler: device.handler, filename: device.filename, exports: device.exports },
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
    'SCST holds back the commands of this device. For a moment that is normal; for minutes the device ' +
    'or an ALUA transition is stuck. See its `block` attribute and the kernel log.',

  check({ devices }) {
    return devices
      .filter(({ blockCount }) => blockCount !== null && blockCount > 0)
      .map((device) => ({
        labels: { device: device.name },
        message: `The I/O of the device ${device.name}${exportsText(device)} is frozen.`,
        evidence: { block_count: device.blockCount, exports: device.exports },
      }))
  },
}

function exportsText({ exports: count }: ScstDevice): string {
  return count === 0 ? ', not exported,' : `, exported as ${countText(count, 'LUN')},`
}
