import type { Snapshot } from '../snapshot.ts'
import type { Thing } from './difference.ts'
import type { KnownThing } from './known.ts'
import { cartridgesIn, wasExported } from './library.ts'

/**
 * Cartridges that were last seen where people take them out. One that is moved there and taken out between two checks
 * would be missed otherwise.
 */
export class Mailslots {
  readonly #cartridges = new Map<string, Thing>()
  #seen: unknown = null

  /** Takes in where cartridges are now. */
  observe({ readings: { changers } }: Snapshot): void {
    if (changers?.state !== 'read' || changers.value === this.#seen) return
    this.#seen = changers.value
    for (const cartridge of changers.value.flatMap(cartridgesIn)) {
      if (wasExported(cartridge)) this.#cartridges.set(cartridge.name, cartridge)
      else this.#cartridges.delete(cartridge.name)
    }
  }

  /** What is known with these places in it, and which of it they have changed. */
  overlay(known: readonly KnownThing[]): { known: KnownThing[]; changed: KnownThing[] } {
    const changed: KnownThing[] = []
    const all = known.map((thing) => {
      const cartridge = thing.check === 'library' ? this.#cartridges.get(thing.name) : undefined
      if (cartridge === undefined || wasExported(thing)) return thing
      const there = { ...thing, ...cartridge }
      changed.push(there)
      return there
    })
    return { known: all, changed }
  }
}
