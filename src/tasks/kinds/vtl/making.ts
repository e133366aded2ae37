import type { NewMedium } from '../../../vtl/media.ts'
import type { Progress } from '../../kind.ts'
import type { VtlMachine } from './machine.ts'

/** What media are made with. */
export interface MakingMedia {
  library: number
  home: string
  media: readonly NewMedium[]
  /** MiB. */
  size: number
}

/**
 * Makes media, one after the other; one that is there is left as it is. Rejects at the first that is not made, with
 * how many were.
 */
export async function makeMedia(
  machine: VtlMachine,
  { library, home, media, size }: MakingMedia,
  progress: Progress,
): Promise<void> {
  for (const [index, { barcode, type, generation }] of media.entries()) {
    if (progress.signal.aborted) throw new Error(`ended after ${index} of ${media.length} media`)
    progress.report(index / media.length)
    const folder = `${home}/${barcode}`
    try {
      await machine.run({ command: 'make_medium', library, barcode, type, generation, size })
      // mktape ends well where it did nothing, too: with a home directory that it does not find, e.g.
      if (!(await machine.host.exists(folder)))
        throw new Error(`mktape ended, and there is no ${folder}`)
    } catch (error) {
      throw new Error(`${index} of ${media.length} media were made: ${(error as Error).message}`, {
        cause: error,
      })
    }
    progress.affect(1)
  }
}

/** Media in words: the first and the last of them. */
export function mediaText(media: readonly { barcode: string }[]): string {
  if (media.length === 0) return 'no media'
  const [first, last] = [media[0]?.barcode ?? '', media.at(-1)?.barcode ?? '']
  if (media.length === 1) return `medium ${first}`
  return media.length <= 4
    ? `media ${media.map(({ barcode }) => barcode).join(', ')}`
    : `${media.length} media ${first} … ${last}`
}

/** How many folders there are in the home directory of a library; null when it is not there. */
export async function mediaThere(machine: VtlMachine, home: string): Promise<number | null> {
  if (!(await machine.host.exists(home))) return null
  return (await machine.host.list(home)).length
}
