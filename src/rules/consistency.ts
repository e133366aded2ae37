import type { CheckName, Difference, DifferenceKind } from '../consistency/difference.ts'
import type { ConsistencyState } from '../consistency/outcome.ts'
import type { Finding, Rule, Source } from './rule.ts'
import { countText, listText } from './words.ts'

/** What was there is gone from everywhere, and no other rule tells of it. */
export const consistencyMissing: Rule<'consistency'> = {
  alert: 'ConsistencyMissing',
  name: 'Something is gone',
  subject: 'consistency',
  severity: 'critical',
  source: 'storwarden',
  forSeconds: 0,
  description:
    'Media, cartridges or parts of SCST were there and are not any more, and no configuration says that this is ' +
    'well: data may be lost.',
  action:
    'Look at each with `storwarden consistency`: restore what is lost, or adopt the live state where it was removed ' +
    'on purpose (`storwarden consistency reconcile adopt_live`).',
  check: (state) => byCheck(state, 'missing', 0, ['object is gone', 'objects are gone']),
  undecided: unread,
}

/** Above ten what waits to be there is no longer somebody at work. */
export const consistencyPending: Rule<'consistency'> = {
  alert: 'ConsistencyPending',
  name: 'Configured and not there',
  subject: 'consistency',
  severity: 'info',
  source: 'storwarden',
  forSeconds: 900,
  description:
    'More than ten things are configured, or in the catalogue, and have never been there: a change was not carried ' +
    'out to the end.',
  action: 'Look at each with `storwarden consistency`, and finish the change or take it back.',
  check: (state) =>
    byCheck(state, 'pending', MOST_PENDING, [
      'object is configured and not there',
      'objects are configured and not there',
    ]),
  undecided: unread,
}

/** As many may be pending while somebody works on it. */
const MOST_PENDING = 10

/** They take space, and no backup application reaches what is on them. */
export const vtlMediaOrphaned: Rule<'consistency'> = {
  alert: 'VtlMediaOrphaned',
  name: 'Virtual media without a slot',
  subject: 'consistency',
  severity: 'info',
  source: 'vtl',
  forSeconds: 900,
  description:
    'The media are there and not in library_contents: they take space, and are in no library after its next start.',
  action:
    'Add those that are needed to library_contents, and move the directories of the others away.',
  check(state) {
    const found = told(state, 'vtl', 'orphaned')
    const libraries = [...new Set(found.map(({ place }) => place.library ?? ''))]
    return libraries.map((library) =>
      finding(
        { library },
        found.filter(({ place }) => place.library === library),
        'vtl',
        ['medium is in no slot', 'media are in no slot'],
      ),
    )
  },
  undecided: unreadOf(['vtl']),
}

/** What is written to it may be another's. */
export const consistencyMismatch: Rule<'consistency'> = {
  alert: 'ConsistencyMismatch',
  name: 'Cartridge does not fit its memory',
  subject: 'consistency',
  severity: 'warning',
  source: 'storwarden',
  forSeconds: 0,
  description:
    'The memory of a cartridge has another barcode or another size than the cartridge, or a medium lacks files: it ' +
    'was copied, renamed or damaged.',
  action:
    'Keep backups from being written to it until it is known what it holds. Give it a label or medium of its own.',
  check(state) {
    return state.checks.flatMap(({ check, differences }) =>
      differences
        .filter(
          ({ attribute, ignored }) =>
            ignored === null && (attribute === 'memory' || attribute === 'files'),
        )
        .map(({ id, place, sentence }) => ({
          labels: { ...labelsOf(place.library), volume_tag: place.barcode ?? '' },
          message: sentence,
          evidence: { difference: id, source: SOURCES[check] },
          source: BELONGS[check],
        })),
    )
  },
  undecided: unreadOf(['vtl', 'library']),
}

const BELONGS: Readonly<Record<CheckName, Source>> = { vtl: 'vtl', scst: 'scst', library: 'tape' }
const SOURCES: Readonly<Record<CheckName, string>> = {
  vtl: 'media on disk, library_contents, READ ELEMENT STATUS',
  scst: '/sys/kernel/scst_tgt, scst.conf, database',
  library: 'READ ELEMENT STATUS, database, catalogue',
}

function labelsOf(library: string | undefined): Record<string, string> {
  return library === undefined ? {} : { library }
}

/** One alert a check: what has one cause belongs together. */
function byCheck(
  state: ConsistencyState,
  kind: DifferenceKind,
  most: number,
  words: readonly [one: string, many: string],
): Finding[] {
  return state.checks.flatMap(({ check }) => {
    const found = told(state, check, kind)
    if (found.length <= most) return []
    return [finding({ check }, found, BELONGS[check], words)]
  })
}

/** Differences that are not ignored and that no other alert tells of. */
function told(state: ConsistencyState, check: CheckName, kind: DifferenceKind): Difference[] {
  const outcome = state.checks.find((one) => one.check === check)
  return (outcome?.differences ?? []).filter(
    (one) => one.kind === kind && one.ignored === null && one.toldBy === null,
  )
}

/** As many are put into words. */
const FIRST = 10

function finding(
  labels: Finding['labels'],
  found: readonly Difference[],
  source: Source,
  [one, many]: readonly [string, string],
): Finding {
  const names = found.map(({ place, name }) => place.barcode ?? name)
  const [first] = found
  return {
    labels,
    message: `${countText(found.length, one, many)}: ${listText(names)}.`,
    evidence: {
      difference_count: found.length,
      first: found.slice(0, FIRST).map(({ sentence }) => sentence),
      source: SOURCES[first?.check ?? 'vtl'],
    },
    source,
  }
}

/** Checks that say nothing of what is well again: such that were not made yet, or could not read a side. */
function unread({ checks }: ConsistencyState): { check: CheckName }[] {
  const sure = checks.filter(({ reasons }) => reasons.length === 0).map(({ check }) => check)
  return CHECKS.filter((check) => !sure.includes(check)).map((check) => ({ check }))
}

const CHECKS = ['vtl', 'scst', 'library'] as const

/** The same for alerts that are not labelled by their check. */
function unreadOf(names: readonly CheckName[]) {
  return (state: ConsistencyState) =>
    unread(state).some(({ check }) => names.includes(check)) ? [{}] : []
}
