import type { CartridgesState } from '../cartridges/history.ts'
import type { MatrixCell } from '../cartridges/matrix.ts'
import type { Verdict } from '../cartridges/verdict.ts'
import { partOfLibrary, sourceOf } from './changers.ts'
import type { Finding, Rule } from './rule.ts'
import { bytesText, countText, listText } from './words.ts'

/** Life that is left, by what the drive reckons from the cartridge's past (page 17h). */
export function cartridgeLifeLow(percent: number): Rule<'cartridges'> {
  return {
    alert: 'CartridgeLifeLow',
    name: 'Cartridge near the end of its life',
    subject: 'cartridges',
    severity: 'warning',
    source: 'tape',
    forSeconds: 0,
    description:
      'By what a drive reckons from the past of the cartridge, little of its life is left, and errors become likely.',
    action: 'Plan its replacement, and write nothing new on it that has to be kept for long.',
    check: lifeBelow(percent),
  }
}

/** The same, further on. */
export function cartridgeLifeCritical(percent: number): Rule<'cartridges'> {
  return {
    alert: 'CartridgeLifeCritical',
    name: 'Cartridge at the end of its life',
    subject: 'cartridges',
    severity: 'critical',
    source: 'tape',
    forSeconds: 0,
    description:
      'By what a drive reckons from the past of the cartridge, its life is over: what is on it may soon not be read.',
    action: 'Copy its data to another cartridge and retire it.',
    inhibits: 'CartridgeLifeLow',
    check: lifeBelow(percent),
  }
}

/** Two or more drives say the same of a cartridge, independently of each other. */
export const cartridgeErrorsFollowTape: Rule<'cartridges'> = {
  alert: 'CartridgeErrorsFollowTape',
  name: 'Errors follow the cartridge',
  subject: 'cartridges',
  severity: 'warning',
  source: 'tape',
  forSeconds: 0,
  description:
    'The cartridge has errors in several drives that work well with others: it is the cartridge, not the drives. ' +
    'The evidence shows how it did in each.',
  action: 'Copy its data to another cartridge and retire it.',

  check: (state) =>
    accusedOf(state, 'cartridge').map((verdict) =>
      verdictFinding(verdict, tapeLabels(verdict, state), `Cartridge ${whereText(verdict)}`),
    ),
}

/** Two or more cartridges say the same of a drive. */
export const tapeDriveErrorsFollowDrive: Rule<'cartridges'> = {
  alert: 'TapeDriveErrorsFollowDrive',
  name: 'Errors follow the drive',
  subject: 'cartridges',
  severity: 'warning',
  source: 'tape',
  forSeconds: 0,
  description:
    'The drive has errors with several cartridges that work well in others: it is the drive, not the cartridges. ' +
    'The evidence shows how each cartridge did in it.',
  action: 'Clean the drive; if the errors come again have it serviced.',

  check: (state) =>
    accusedOf(state, 'drive').map((verdict) =>
      verdictFinding(verdict, { serial: verdict.id }, `Drive ${whereText(verdict)}`),
    ),
}

/** Those whose own the errors are; of others it is said that they are innocent, which is no alert. */
function accusedOf({ verdicts }: CartridgesState, about: Verdict['about']): Verdict[] {
  const own = about === 'cartridge' ? 'tape' : 'drive'
  return verdicts.filter((verdict) => verdict.about === about && verdict.verdict === own)
}

/** One that is in no library and no drive any more was taken out: nobody has to be told of it. */
function lifeBelow(percent: number): (state: CartridgesState) => Finding[] {
  return ({ known }) =>
    known
      .filter(({ health, present, virtual }) => {
        const left = health.lifeRemainingPercent
        return !virtual && present !== false && left !== null && left <= percent
      })
      .map((one) => {
        const { key, volumeTag, library, serial, drive, readAt, health, virtual } = one
        const twins = known.filter((other) => other.volumeTag === volumeTag).length
        const name = volumeTag ?? key
        return {
          labels: labelsOf(name, library, volumeTag !== null && twins > 1),
          partOf: partOfLibrary(library),
          message:
            `Cartridge ${whereText({ name, library })} has ${health.lifeRemainingPercent} % of its life left, ` +
            `after ${health.loads === null ? 'an unknown number of loads' : countText(health.loads, 'load')}.`,
          evidence: {
            serial,
            library,
            life_remaining_percent: health.lifeRemainingPercent,
            load_count: health.loads,
            lifetime_written_bytes: health.lifetimeWrittenBytes,
            lifetime_read_bytes: health.lifetimeReadBytes,
            unrecovered_write_error_count: health.unrecoveredWriteErrors,
            unrecovered_read_error_count: health.unrecoveredReadErrors,
            threshold_percent: percent,
            drive,
            read_at: readAt.toISOString(),
            source: `log page 17h of drive ${drive}`,
          },
          source: sourceOf({ virtual }),
        }
      })
}

function whereText({ name, library }: { name: string; library: string | null }): string {
  return library === null ? name : `${name} of library ${library}`
}

function tapeLabels(verdict: Verdict, state: CartridgesState): Record<string, string> {
  const { volumeTag, library, name } = verdict
  const twins = accusedOf(state, 'cartridge').filter((other) => other.volumeTag === volumeTag)
  return labelsOf(name, library, volumeTag !== null && twins.length > 1)
}

/** Two libraries can have the same barcode, and then it does not name one cartridge. */
function labelsOf(name: string, library: string | null, ambiguous: boolean) {
  return ambiguous && library !== null ? { volume_tag: name, library } : { volume_tag: name }
}

function verdictFinding(
  verdict: Verdict,
  labels: Readonly<Record<string, string>>,
  who: string,
): Finding {
  return {
    labels,
    partOf: partOfLibrary(verdict.library),
    message: `${who}: ${verdict.reason}.`,
    action: verdict.action,
    evidence: {
      verdict: verdict.verdict,
      witnesses: verdict.witnesses,
      reason: verdict.reason,
      matrix: verdict.matrix.map(cellText),
      source: 'loads of cartridges in drives, by log pages 02h, 03h, 14h, 17h and 2Eh',
    },
    source: sourceOf(verdict),
  }
}

/** `E01001L8 in drive D1: 2 of 3 loads with errors (3 write, 1 read; TapeAlert 4), 12.0 GiB`. */
function cellText(cell: MatrixCell): string {
  const { cartridgeName, drive, loads, badLoads, goodLoads } = cell
  const errors = [
    ...(cell.unrecoveredWriteErrors > 0 ? [`${cell.unrecoveredWriteErrors} write`] : []),
    ...(cell.unrecoveredReadErrors > 0 ? [`${cell.unrecoveredReadErrors} read`] : []),
  ].join(', ')
  const flags =
    cell.tapeAlerts.length === 0 ? '' : `TapeAlert ${listText(cell.tapeAlerts.map(String))}`
  const which = [errors, flags].filter((text) => text !== '').join('; ')
  const how =
    badLoads > 0
      ? `${badLoads} of ${countText(loads, 'load')} with errors${which === '' ? '' : ` (${which})`}`
      : `${goodLoads} of ${countText(loads, 'load')} went well`
  return `${cartridgeName} in drive ${drive}: ${how}, ${bytesText(cell.writtenBytes + cell.readBytes)}`
}
