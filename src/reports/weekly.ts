import type { Alert } from '../alerts/alert.ts'
import { countText } from '../rules/words.ts'
import type { AlertFigures, Part, WeeklyFacts } from './facts.ts'
import type { Report } from './report.ts'
import { alertSection, incidentSection } from './sections/alerts.ts'
import { availabilitySection } from './sections/availability.ts'
import { capacitySection } from './sections/capacity.ts'
import { exportsSection } from './sections/exports.ts'
import { tapeSection } from './sections/tape.ts'
import { certificateSection, inventorySection, secretSection } from './sections/upkeep.ts'
import { backupSection, databaseSection, ownSection, taskSection } from './sections/work.ts'
import { clockOf, gravestOf, said, severityCounts, valueIn, type Clock } from './words.ts'

/**
 * The report of a week: how the appliance is, what was wrong, what will be, and how storwarden itself does. Who may
 * not know of users is told how many secrets are to be replaced, and not whose. Pure.
 */
export function weeklyReport(facts: WeeklyFacts, { named }: { named: boolean }): Report {
  const clock = clockOf(facts.timeZone)
  const sections = [
    ...alertSection(facts, clock),
    ...incidentSection(facts, clock),
    ...availabilitySection(facts, clock),
    ...capacitySection(facts, clock),
    ...tapeSection(facts, clock),
    ...exportsSection(facts),
    ...taskSection(facts, clock),
    ...backupSection(facts, clock),
    ...databaseSection(facts, clock),
    ...ownSection(facts, clock),
    ...secretSection(facts, clock, { named }),
    ...certificateSection(facts, clock),
    ...inventorySection(facts, clock),
  ]
  const doubts = doubtsOf(facts, clock)
  return {
    host: said(facts.host, 64),
    since: facts.since.toISOString(),
    until: facts.until.toISOString(),
    time_zone: facts.timeZone,
    period: `From ${clock.time(facts.since)} to ${clock.time(facts.until)}; times are those of ${said(facts.timeZone, 60)}.`,
    severity: gravestOf(sections.map(({ severity }) => severity)),
    ...verdictOf(facts, clock, doubts.length === 0),
    ...{ doubts, sections },
  }
}

/** Is my appliance well: what is worst, in a sentence. */
function verdictOf(
  facts: WeeklyFacts,
  clock: Clock,
  isSure: boolean,
): Pick<Report, 'headline' | 'verdict'> {
  const { host, alerts } = facts
  const who = said(host, 64)
  const figures = valueIn(alerts)
  if (figures === null) {
    const headline = 'it is not known whether it is well'
    return { headline, verdict: `It is not known whether ${who} is well.` }
  }
  const { critical, warning, info } = figures.firingCounts
  const counts = severityCounts(figures.firingCounts)
  const total = critical + warning + info
  if (critical + warning === 0) {
    const but = info === 0 ? 'nothing fires' : `only ${countText(info, 'informational alert')}`
    const known = isSure ? '' : ', as far as is known'
    return {
      headline: `well${known}, ${but}`,
      verdict: `${who} is well${known}: ${but}.`,
    }
  }
  const state = critical > 0 ? 'is not well' : 'needs attention'
  const fire = total === 1 ? 'fires' : 'fire'
  const worst = worstText(figures, clock)
  return {
    headline: `${counts} ${fire}`,
    verdict: `${who} ${state}: ${counts} ${fire}${worst}.`,
  }
}

function worstText({ firing }: AlertFigures, clock: Clock): string {
  const [worst] = firing
  return worst === undefined ? '' : `, first of all ${alertText(worst, clock)}`
}

function alertText({ title, resource, startedAt }: Alert, clock: Clock): string {
  return `“${said(title)}: ${said(resource)}” since ${clock.time(startedAt)}`
}

/** Why the report may not be all there is to say. */
function doubtsOf(facts: WeeklyFacts, clock: Clock): string[] {
  const { since, own } = facts
  const watched = valueIn(facts.watchedSince)
  const held = valueIn(own)?.heldSince ?? null
  const parts = Object.values(facts).filter(isPart)
  const failed = parts.filter(({ state }) => state === 'failed').length
  const partial = parts.filter((part) => part.state === 'read' && part.gap !== null).length
  return [
    ...(held === null
      ? []
      : [`The rules have not been evaluated to the end since ${clock.time(held)}.`]),
    ...(watched === null || watched <= since
      ? []
      : [
          `It is looked after only since ${clock.time(watched)}: of what was before nothing is known.`,
        ]),
    ...(failed + partial === 0
      ? []
      : [
          `${countText(failed + partial, 'part')} of this report could not be read, or not in whole.`,
        ]),
  ]
}

function isPart(value: unknown): value is Part<unknown> {
  return typeof value === 'object' && value !== null && 'state' in value
}
