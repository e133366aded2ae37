import { tagsIn } from '../../../vtl/library-contents.ts'
import {
  newMedia,
  readBarcode,
  type Generation,
  type MediumType,
  type NewMedium,
} from '../../../vtl/media.ts'
import { TaskNotPossibleError } from '../../kind.ts'
import { readContents, type FoundLibrary, type VtlMachine } from './machine.ts'

/** Media that are asked for: by their barcodes, or as many as the next ones of a series. */
export interface WantedMedia {
  readonly barcodes?: readonly string[]
  readonly count?: number
  readonly generation?: Generation
  readonly type?: MediumType
  readonly prefix?: string
}

/** Which media those are. Rejects with TaskNotPossibleError for barcodes that are none, or that are there. */
export async function wantedMedia(
  machine: VtlMachine,
  { home, library: { number } }: FoundLibrary,
  { barcodes, count, generation, type = 'data', prefix }: WantedMedia,
): Promise<NewMedium[]> {
  if ((barcodes === undefined) === (count === undefined)) {
    throw new TaskNotPossibleError('either barcodes or count has to be said')
  }
  const { contents } = await readContents(machine, number)
  const taken = new Set([...tagsIn(contents), ...(await machine.host.list(home))])
  if (barcodes === undefined) {
    if (generation === undefined) throw new TaskNotPossibleError('count takes a generation')
    try {
      const series = { type, generation, prefix: prefix ?? null, count: count ?? 0 }
      return newMedia(series, taken)
    } catch (error) {
      throw new TaskNotPossibleError((error as Error).message)
    }
  }
  return barcodes.map((barcode) => {
    const read = readBarcode(barcode)
    if (read === null) {
      throw new TaskNotPossibleError(
        `${barcode}: is no barcode of LTO-5 to 9: six characters, and L5 … L9, or LV … LZ of WORM`,
      )
    }
    if (
      (generation ?? read.generation) !== read.generation ||
      (type === 'WORM') !== (read.type === 'WORM')
    ) {
      throw new TaskNotPossibleError(
        `${barcode}: says that it is ${read.type} of LTO-${read.generation}`,
      )
    }
    if (taken.has(barcode)) throw new TaskNotPossibleError(`${barcode} is there already`)
    return { barcode, ...read }
  })
}
