import { countText, listText } from '../../rules/words.ts'
import type { ObjectAvailability, WeeklyFacts } from '../facts.ts'
import type { ReportSection } from '../report.ts'
import {
  gapLines,
  gapSeverity,
  gravestOf,
  said,
  sectionOf,
  spanText,
  tableOf,
  valueIn,
  type Clock,
} from '../words.ts'

/** A gap that is shorter than this share is the daemon being started anew. */
const SMALL_GAP = 0.005
const LISTED = 10

/** For how much of the period libraries, drives and targets answered; what is not known counts as neither. Pure. */
export function availabilitySection({ availability }: WeeklyFacts, clock: Clock): ReportSection[] {
  const objects = [...(valueIn(availability) ?? [])].sort(
    (one, other) => weight(other) - weight(one) || (one.name < other.name ? -1 : 1),
  )
  const steady = objects.filter(isSteady)
  const unknown = objects.filter(({ goneSince, knownMs }) => goneSince === null && knownMs === 0)
  return sectionOf(
    'Availability',
    gravestOf([...objects.map(severityOf), gapSeverity([availability])]),
    [
      steady.length === 0 ? null : `All the time: ${kindsText(steady)}.`,
      unknown.length === 0
        ? null
        : `Not known of any of these: ${kindsText(unknown)} (${listText(
            unknown.map(({ name }) => said(name, 60)),
            LISTED,
          )}).`,
      availability.state === 'read' && objects.length === 0
        ? 'No library, drive or target is known.'
        : null,
      ...gapLines({ Availability: availability }),
    ],
    [
      tableOf(
        ['What', 'Answered', 'Did not', 'Longest', 'Not known'],
        objects
          .filter((one) => !isSteady(one) && !unknown.includes(one))
          .map((one) => rowOf(one, clock)),
        { title: steady.length === 0 ? null : 'Not all the time' },
      ),
    ],
  )
}

function isSteady(one: ObjectAvailability): boolean {
  return one.goneSince === null && one.downMs === 0 && unknownShare(one) <= SMALL_GAP
}

function unknownShare({ totalMs, knownMs }: ObjectAvailability): number {
  return totalMs === 0 ? 1 : (totalMs - knownMs) / totalMs
}

function severityOf(one: ObjectAvailability) {
  return one.goneSince !== null || (one.downMs > 0 && !isSwitchedOff(one)) ? 'warning' : null
}

/** Somebody has disabled the target: that is no outage. */
function isSwitchedOff({ kind, knownMs, downMs }: ObjectAvailability): boolean {
  return kind === 'target' && downMs > 0 && downMs >= knownMs
}

function weight(one: ObjectAvailability): number {
  const down = one.knownMs === 0 || isSwitchedOff(one) ? 0 : one.downMs / one.knownMs
  return (
    (one.goneSince === null ? 0 : 10) + (one.virtual ? 0 : 1) * 0.001 + down + unknownShare(one)
  )
}

function rowOf(one: ObjectAvailability, clock: Clock): string[] {
  const { kind, name, goneSince, knownMs, downMs, outages, longestMs } = one
  const isOff = isSwitchedOff(one)
  const gone = goneSince === null ? '' : ` (gone since ${clock.time(goneSince)})`
  return [
    said(`${kind} ${name}`) + gone,
    isOff ? 'is disabled' : knownMs === 0 ? 'not known' : shareText(1 - downMs / knownMs),
    downMs === 0 || isOff ? '' : `${spanText(downMs / 1000)}, ${countText(outages, 'time')}`,
    downMs === 0 || isOff ? '' : spanText(longestMs / 1000),
    unknownShare(one) <= SMALL_GAP ? '' : shareText(unknownShare(one)),
  ]
}

/** Never 100 % of what is not whole, and never 0 % of something. */
function shareText(share: number): string {
  const hundredths = share * 10_000
  const cut = share > 0.5 ? Math.floor(hundredths) : Math.ceil(hundredths)
  return `${(cut / 100).toFixed(2)} %`
}

/** `1 library, 2 drives (4 virtual ones besides)` */
function kindsText(objects: readonly ObjectAvailability[]): string {
  const count = (virtual: boolean) =>
    ([['library', 'libraries'], ['drive'], ['target']] as const)
      .map(([kind, many]) => {
        const found = objects.filter((one) => one.kind === kind && one.virtual === virtual)
        return found.length === 0
          ? ''
          : countText(
              found.length,
              virtual ? `virtual ${kind}` : kind,
              many && (virtual ? `virtual ${many}` : many),
            )
      })
      .filter((text) => text !== '')
  return [...count(false), ...count(true)].join(', ')
}
