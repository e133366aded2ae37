import { differenceKinds } from '../../consistency/difference.ts'
import type { CheckOutcome } from '../../consistency/outcome.ts'
import { countText } from '../../rules/words.ts'
import type { ScstFigures, WeeklyFacts } from '../facts.ts'
import type { ReportSection } from '../report.ts'
import { gapLines, gapSeverity, gravestOf, said, sectionOf, tableOf, valueIn } from '../words.ts'

const NAMES = { vtl: 'Virtual libraries', scst: 'SCST', library: 'Tape libraries' } as const

/** What SCST exports, and whether what is there is what ought to be. Pure. */
export function exportsSection({ scst, consistency }: WeeklyFacts): ReportSection[] {
  const figures = valueIn(scst)
  const checks = (valueIn(consistency) ?? []).filter(({ message }) => message !== NOTHING)
  const differing = checks.filter(({ status }) => status !== 'up')
  const parts = { SCST: scst, 'The comparison with what ought to be': consistency }
  const isWrong =
    differing.length > 0 || figures?.running === false || (figures?.differences ?? 0) > 0
  const rows = differing.map((check) => [NAMES[check.check], ...checkCells(check)])
  return sectionOf(
    'SCST and consistency',
    gravestOf([isWrong ? 'warning' : null, gapSeverity(Object.values(parts))]),
    [
      figures === null ? null : scstLine(figures),
      checks.length > 0 && differing.length === 0 ? 'What is there is what ought to be.' : null,
      ...gapLines(parts),
    ],
    [tableOf(['What', 'Differences', 'What could not be compared'], rows)],
  )
}

/** Of a check that had nothing to do, see outcomeOf of the consistency. */
const NOTHING = 'nothing to compare'

function scstLine(figures: ScstFigures): string {
  const { running, targets, enabledTargets, sessions, initiators, differences } = figures
  if (!running) return 'SCST is configured, and not running.'
  const open =
    sessions === null
      ? 'how many sessions there are is not known'
      : `${countText(sessions, 'session')} of ${countText(initiators ?? 0, 'initiator')}`
  const drift =
    differences === 0
      ? ''
      : `; what runs differs from its configuration in ${countText(differences, 'place')}`
  return `SCST: ${enabledTargets} of ${countText(targets, 'target')} enabled, ${open}${drift}.`
}

function checkCells({ counts, status, reasons }: CheckOutcome): string[] {
  const told = differenceKinds
    .filter((kind) => counts[kind] > 0)
    .map((kind) => `${counts[kind]} ${kind}`)
  const none = status === 'unknown' ? 'none, as far as is known' : ''
  return [told.join(', ') || none, said(reasons.join('; '), 300)]
}
