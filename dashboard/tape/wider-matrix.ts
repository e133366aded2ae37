import { useLoaded, type Resource } from '../live/resource.ts'
import { ask } from '../wire/request.ts'
import type { Verdict } from '../wire/types.ts'
import { joined, partnersOf, type Cell } from './matrix.ts'

/**
 * The loads that a verdict rests on: its own, and those of its partners with others, which say whether they work
 * well. What cannot be had of these is left out.
 */
export function useWiderMatrix(verdict: Verdict): Resource<readonly Cell[]> {
  const partners = partnersOf(verdict)
  return useLoaded(
    async (signal) => {
      const others = await Promise.all(
        partners.map((id) => matrixOfOne(verdict.about, id, signal).catch(() => [])),
      )
      return joined([verdict.matrix, ...others])
    },
    [JSON.stringify(verdict)],
  )
}

/** Of a cartridge the partners are drives, and the other way about. */
async function matrixOfOne(
  about: Verdict['about'],
  id: string,
  signal: AbortSignal,
): Promise<readonly Cell[]> {
  const params = { id }
  const { verdict } = await (about === 'cartridge'
    ? ask('GET /hardware/drives/:id', { params }, signal)
    : ask('GET /hardware/cartridges/:id', { params }, signal))
  return verdict?.matrix ?? []
}
