import type { MatrixCell } from './matrix.ts'

/** What errors follow, as far as the loads of cartridges in drives tell. */
export interface Verdict {
  about: 'cartridge' | 'drive'
  /** Key of the cartridge (see cartridgeKeys), or id of the drive. */
  id: string
  /** For people. */
  name: string
  verdict: 'tape' | 'drive' | 'undetermined'
  /**
   * Who speaks for the verdict, each on its own: of a cartridge drives that work well with others, of a drive
   * cartridges that work well in others.
   */
  witnesses: readonly string[]
  /** Why, in a sentence without its full stop. */
  reason: string
  /** What would decide it, where it is undetermined; else what to do. */
  action: string
  volumeTag: string | null
  library: string | null
  virtual: boolean
  /** What it was in, or what was in it, and how that went. */
  matrix: readonly MatrixCell[]
}

/** So many have to say the same, independently of each other. */
export const WITNESSES = 2

/**
 * Whose fault errors are: one verdict for each cartridge and each drive that had any. They follow the tape when it
 * has errors in two or more drives which work well with other cartridges, and the drive when it has errors
 * with two or more cartridges that work well elsewhere; when as many say the contrary, nobody knows. Pure.
 */
export function judge(cells: readonly MatrixCell[]): Verdict[] {
  const tapes = sides(cells, 'cartridge').map((side) => accuse(side, cells))
  const drives = sides(cells, 'drive').map((side) => accuse(side, cells))
  return [
    ...tapes.map((verdict) => acquitted(verdict, drives)),
    ...drives.map((verdict) => acquitted(verdict, tapes)),
  ]
}

/** One cartridge or drive that had errors, and all it was in, or that was in it. */
interface Side {
  about: Verdict['about']
  id: string
  own: readonly MatrixCell[]
}

function sides(cells: readonly MatrixCell[], about: Side['about']): Side[] {
  const ids = new Set(cells.filter(({ badLoads }) => badLoads > 0).map((cell) => cell[about]))
  return [...ids].map((id) => ({ about, id, own: cells.filter((cell) => cell[about] === id) }))
}

function accuse(side: Side, cells: readonly MatrixCell[]): Verdict {
  const { about, id, own } = side
  const partner = about === 'cartridge' ? 'drive' : 'cartridge'
  const bad = own.filter(({ badLoads }) => badLoads > 0)
  const firstBad = Math.min(...bad.map(({ firstBadAt }) => firstBadAt?.getTime() ?? Infinity))
  const witnesses = bad.filter((cell) =>
    worksWell(cells.filter((each) => each[partner] === cell[partner] && each[about] !== id)),
  )
  // What went well before the first error says nothing of what broke then.
  const contrary = own.filter(
    ({ badLoads, lastGoodAt }) => badLoads === 0 && (lastGoodAt?.getTime() ?? 0) > firstBad,
  )
  // Two libraries can have the same barcode, and one cartridge can be known by its barcode here and its serial there.
  const independent = new Set(witnesses.map((cell) => nameOf(cell, partner))).size
  const guilty = independent >= WITNESSES && independent >= contrary.length
  const [first] = own
  return {
    about,
    id,
    name: about === 'cartridge' ? (first?.cartridgeName ?? id) : id,
    verdict: guilty ? (about === 'cartridge' ? 'tape' : 'drive') : 'undetermined',
    witnesses: witnesses.map((cell) => nameOf(cell, partner)),
    ...(guilty ? guiltyWords(about, witnesses) : openWords(about, bad, independent, contrary)),
    volumeTag: about === 'cartridge' ? (first?.volumeTag ?? null) : null,
    library: first?.library ?? null,
    virtual: first?.virtual ?? false,
    matrix: own,
  }
}

/** With more of its partners well than badly, and with one at the least. */
function worksWell(others: readonly MatrixCell[]): boolean {
  const bad = others.filter(({ badLoads }) => badLoads > 0).length
  const good = others.filter(({ badLoads, goodLoads }) => badLoads === 0 && goodLoads > 0).length
  return good > bad
}

/** All its errors were with those whose fault they are: then they are not its own. */
function acquitted(verdict: Verdict, others: readonly Verdict[]): Verdict {
  if (verdict.verdict !== 'undetermined') return verdict
  const partner = verdict.about === 'cartridge' ? 'drive' : 'cartridge'
  const guilty = others.filter((other) => other.verdict !== 'undetermined')
  const bad = verdict.matrix.filter(({ badLoads }) => badLoads > 0)
  const culprits = bad.map((cell) => guilty.find(({ id }) => id === cell[partner]))
  if (culprits.includes(undefined)) return verdict
  const [culprit] = culprits
  if (culprit === undefined) return verdict
  const names = [...new Set(culprits.map((each) => each?.name ?? ''))]
  return {
    ...verdict,
    verdict: culprit.verdict,
    witnesses: culprit.witnesses,
    reason: `its errors were all with ${partner} ${namesText(names)}, which has them elsewhere too`,
    action: culprit.action,
  }
}

function guiltyWords(about: Side['about'], witnesses: readonly MatrixCell[]) {
  if (about === 'cartridge') {
    const drives = namesText(witnesses.map(({ drive }) => drive))
    return {
      reason: `it had errors in drives ${drives}, which work well with other cartridges`,
      action: 'Copy its data to another cartridge and retire it.',
    }
  }
  const tapes = namesText(witnesses.map(({ cartridgeName }) => cartridgeName))
  return {
    reason: `it had errors with cartridges ${tapes}, which work well in other drives`,
    action: 'Clean the drive; if the errors come again have it serviced.',
  }
}

function openWords(
  about: Side['about'],
  bad: readonly MatrixCell[],
  witnesses: number,
  contrary: readonly MatrixCell[],
) {
  const tape = about === 'cartridge'
  const partner = tape ? 'drive' : 'cartridge'
  const names = namesText([...new Set(bad.map((cell) => nameOf(cell, partner)))])
  if (bad.length < WITNESSES) {
    return tape
      ? {
          reason: `it had errors in one drive only, ${names}`,
          action: `Load it in another drive than ${names}.`,
        }
      : {
          reason: `it had errors with one cartridge only, ${names}`,
          action: `Load ${names} in another drive, and other cartridges in this one.`,
        }
  }
  if (witnesses < WITNESSES) {
    return tape
      ? {
          reason: `it had errors in drives ${names}, of which nobody knows how they do with other cartridges`,
          action: `Load other cartridges in drives ${names}.`,
        }
      : {
          reason: `it had errors with cartridges ${names}, of which nobody knows how they do in other drives`,
          action: `Load ${names} in other drives.`,
        }
  }
  const well = namesText(contrary.map((cell) => nameOf(cell, partner)))
  return {
    reason: `it had errors with ${names} and none with ${well}`,
    action: tape
      ? `Clean drives ${names} and load it there again.`
      : `Clean the drive and load ${names} again.`,
  }
}

function nameOf(cell: MatrixCell, partner: 'drive' | 'cartridge'): string {
  return partner === 'drive' ? cell.drive : cell.cartridgeName
}

/** More names than this are counted. */
const NAMED = 5

function namesText(names: readonly string[]): string {
  const shown = names.slice(0, NAMED).join(', ')
  return names.length > NAMED ? `${shown} and ${names.length - NAMED} more` : shown
}
