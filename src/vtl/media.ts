/** A medium that is to be made. */
export interface NewMedium {
  barcode: string
  type: MediumType
  generation: Generation
}

/** The generations of LTO whose drives and media are made. */
export const GENERATIONS = [5, 6, 7, 8, 9] as const
/** One of them. */
export type Generation = (typeof GENERATIONS)[number]

/** What mktape takes as `-t` (mktape(1)). */
export const MEDIUM_TYPES = ['data', 'WORM', 'clean'] as const
/** One of them. */
export type MediumType = (typeof MEDIUM_TYPES)[number]

/** Of WORM cartridges, in the words of the label specification and of mhvtl's make_vtl_media. */
const WORM_SUFFIX: Readonly<Record<Generation, string>> = {
  ...{ 5: 'LV', 6: 'LW', 7: 'LX', 8: 'LY', 9: 'LZ' },
}

/** The last two characters of the barcode of such a medium. */
function suffixOf(type: MediumType, generation: Generation): string {
  return type === 'WORM' ? WORM_SUFFIX[generation] : `L${generation}`
}

/** Six characters of a number and two of the type: what drives and backup programs take for a label of LTO. */
const NEW_BARCODE = /^[A-Z0-9]{6}L[5-9VWXYZ]$/

/** The generation and type that a new barcode says; null where it is none. */
export function readBarcode(barcode: string): Omit<NewMedium, 'barcode'> | null {
  if (!NEW_BARCODE.test(barcode)) return null
  const suffix = barcode.slice(-2)
  const worm = GENERATIONS.find((one) => WORM_SUFFIX[one] === suffix)
  if (worm !== undefined) return { type: 'WORM', generation: worm }
  const generation = GENERATIONS.find((one) => `L${one}` === suffix)
  if (generation === undefined) return null
  return { type: barcode.startsWith('CLN') ? 'clean' : 'data', generation }
}

/** A series of media that is to be made. */
export interface MediaSeries {
  type: MediumType
  generation: Generation
  /** Begins each barcode; null for the usual one. */
  prefix: string | null
  count: number
}

/**
 * New media with barcodes that none of those has that are there: `E01001L8`, `E01002L8` … Throws RangeError when the
 * digits that are left do not suffice.
 */
export function newMedia(
  { type, generation, prefix, count }: MediaSeries,
  taken: ReadonlySet<string>,
): NewMedium[] {
  const begin = prefix ?? (type === 'clean' ? 'CLN' : type === 'WORM' ? 'W' : `V${generation}`)
  const digits = 6 - begin.length
  const media: NewMedium[] = []
  for (let at = 1; media.length < count; at++) {
    if (String(at).length > digits) {
      throw new RangeError(`${begin}: there are no ${count} barcodes that begin with it`)
    }
    const barcode = `${begin}${String(at).padStart(digits, '0')}${suffixOf(type, generation)}`
    if (!taken.has(barcode)) media.push({ barcode, type, generation })
  }
  return media
}
