import type { SmartReport } from '../collectors/smart.ts'
import type { Rule } from './rule.ts'
import { listText } from './words.ts'

/** `megaraid,0`: one of several disks that a RAID controller hides behind one node. */
function behindController({ type }: SmartReport): boolean {
  return type.includes(',')
}

/** The disk itself predicts its end. */
export const smartFailing: Rule<'smart'> = {
  alert: 'SmartFailing',
  name: 'Disk predicts its failure',
  subject: 'smart',
  severity: 'critical',
  source: 'storage',
  forSeconds: 0,
  description:
    'The disk itself says that it is failing: it may go on for weeks, or fail within hours.',
  action:
    'See the attributes behind the verdict with `smartctl -a`. Make sure that the array it belongs to is complete ' +
    'otherwise and that what lies on it has a backup, then replace it while it can still be read.',

  check(reports) {
    return reports
      .filter(({ state }) => state === 'failing')
      .map((report) => ({
        labels: { serial: report.id },
        message:
          `The disk ${report.model ?? 'of unknown model'} (${report.id}, ${report.device}) ` +
          `says that it is failing${report.remarks.length > 0 ? `: ${listText(report.remarks)}` : ''}.`,
        evidence: {
          device: report.device,
          model: report.model,
          reallocated_count: report.reallocated,
          pending_count: report.pending,
          uncorrectable_count: report.uncorrectable,
          life_used_percent: report.lifeUsedPercent,
          power_on_hours: report.powerOnHours,
          temperature_celsius: report.temperatureCelsius,
          remarks: report.remarks,
          source: `smartctl -a${behindController(report) ? ` -d ${report.type}` : ''} ${report.device}`,
        },
      }))
  },
}
