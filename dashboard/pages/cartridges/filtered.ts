import type { Cartridge } from '../../wire/types.ts'

/** What cartridges are filtered by, as in the address. */
export interface Asked {
  q?: string
  place?: string
  library?: string
  errors?: string
}

/** The cartridges that are asked for. */
export function filtered(cartridges: readonly Cartridge[], asked: Asked): readonly Cartridge[] {
  const { q = '', place = '', library = '', errors = '' } = asked
  const wanted = q.trim().toLowerCase()
  return cartridges.filter(
    (one) =>
      (place === '' || one.place === place) &&
      (library === '' || one.library === library) &&
      (errors === '' || hadErrors(one, errors)) &&
      (wanted === '' || isNamed(one, wanted)),
  )
}

function isNamed({ id, volume_tag: tag, health }: Cartridge, wanted: string): boolean {
  return [tag, id, health?.serial].some((name) => name?.toLowerCase().includes(wanted))
}

/** `any` are those with errors of their lives; else what their errors follow. */
function hadErrors(cartridge: Cartridge, errors: string): boolean {
  if (errors !== 'any') return cartridge.errors_follow === errors
  return cartridge.errors_follow !== null || (unrecoveredOf(cartridge) ?? 0) > 0
}

/** Errors of its life that were not recovered; null where no drive has told. */
export function unrecoveredOf({ health }: Pick<Cartridge, 'health'>): number | null {
  const { unrecovered_write_errors: writes = null, unrecovered_read_errors: reads = null } =
    health ?? {}
  return writes === null && reads === null ? null : (writes ?? 0) + (reads ?? 0)
}
