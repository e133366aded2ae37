import type { Rule } from './rule.ts'
import { listText } from './words.ts'

/** The disk itself predicts its end. */
export const smartFailing: Rule<'smart'> = {
  alert: 'SmartFailing',
  name: 'Disk predicts its failure',
  subject: 'smart',
  severity: 'critical',
  source: 'storage',
  forSeconds: 0,
  description:
    'SMART says that the disk is failing. Replace it while it can still be read; ' +
    '`smartctl -a` shows the attributes behind the verdict.',

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
          reallocated: report.reallocated,
          pending: report.pending,
          uncorrectable: report.uncorrectable,
          life_used_percent: report.lifeUsedPercent,
          power_on_hours: report.powerOnHours,
          temperature_celsius: report.temperatureCelsius,
          remarks: report.remarks,
        },
      }))
  },
}
