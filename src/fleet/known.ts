import type { Appliance, Appliances, ToldNumbers, ToldReading } from './appliances.ts'
import { readAbout, readNumbers, readReading, unpacked } from './received.ts'
import type { StoredAppliance } from './store.ts'
import type { AboutMessage } from './wire.ts'

/** More subjects than that no appliance has. */
const MOST_SUBJECTS = 128

interface Known {
  appliance: Appliance
  /** As they came: unpacked they would be ten times as large. */
  readings: Map<string, Uint8Array>
  numbers: Uint8Array | null
}

/** What is known of the appliances: as it is stored, and what they told of how they are now. */
export class KnownAppliances implements Appliances {
  readonly #known = new Map<string, Known>()

  list(): readonly Appliance[] {
    return [...this.#known.values()]
      .map(({ appliance }) => appliance)
      .sort((one, other) => (one.name < other.name ? -1 : 1))
  }

  find(name: string): Appliance | null {
    return this.#known.get(name)?.appliance ?? null
  }

  readings(name: string): ReadonlyMap<string, ToldReading> {
    const told = [...(this.#known.get(name)?.readings ?? [])]
    return new Map(told.map(([subject, body]) => [subject, readingOf(body)]))
  }

  reading(name: string, subject: string): ToldReading | null {
    const body = this.#known.get(name)?.readings.get(subject)
    return body === undefined ? null : readingOf(body)
  }

  numbers(name: string): ToldNumbers | null {
    const body = this.#known.get(name)?.numbers ?? null
    if (body === null) return null
    const { at, numbers } = readNumbers(unpacked(body))
    return { at: new Date(at), numbers }
  }

  /** As they are stored now; what of it is older than what is known is let be. */
  update(stored: readonly StoredAppliance[]): void {
    for (const one of stored) {
      const known = this.#known.get(one.name)
      const appliance = { ...applianceOf(one), lastSeq: known?.appliance.lastSeq ?? null }
      // Another that took the name after it was forgotten has told nothing yet.
      const isSame = known?.appliance.identity === one.identity
      if (isSame && isBefore(one, known.appliance)) continue
      this.#known.set(one.name, {
        ...(isSame ? known : { readings: new Map<string, Uint8Array>(), numbers: null }),
        appliance,
      })
    }
  }

  /** Nothing is heard of some since then. */
  silent(names: readonly string[], since: Date): void {
    for (const name of names) {
      const known = this.#known.get(name)
      if (known === undefined) continue
      known.appliance = { ...known.appliance, state: 'silent', silentSince: since }
    }
  }

  /** The appliance has counted so far. */
  counted(name: string, lastSeq: number): void {
    const known = this.#known.get(name)
    if (known !== undefined) known.appliance = { ...known.appliance, lastSeq }
  }

  /** It told a reading, or its numbers, which have been found to be such. */
  told(name: string, what: { subject: string } | 'numbers', body: Uint8Array): void {
    const known = this.#known.get(name)
    if (known === undefined) return
    if (what === 'numbers') known.numbers = body
    else if (known.readings.size < MOST_SUBJECTS || known.readings.has(what.subject)) {
      known.readings.set(what.subject, body)
    }
  }

  forget(name: string): void {
    this.#known.delete(name)
  }
}

/** Whether a row is from before what is known: of two transactions the first may be heard of last. */
function isBefore(stored: StoredAppliance, known: Appliance): boolean {
  return (
    stored.stored < known.stored ||
    stored.missing < known.missing ||
    stored.unreadable < known.unreadable ||
    stored.lastHeardAt < known.lastHeardAt
  )
}

function readingOf(body: Uint8Array): ToldReading {
  const { at, reading } = readReading(unpacked(body))
  return { at: new Date(at), reading }
}

function applianceOf(stored: StoredAppliance): Omit<Appliance, 'lastSeq'> {
  const { metricsAtMs, about, otherIdentity, otherHeardAt, ...same } = stored
  return {
    ...same,
    state: same.silentSince === null ? 'reporting' : 'silent',
    about: aboutOf(about),
    metricsAt: metricsAtMs === 0 ? null : new Date(metricsAtMs),
    other:
      otherIdentity === null || otherHeardAt === null
        ? null
        : { identity: otherIdentity, heardAt: otherHeardAt },
  }
}

function aboutOf(about: unknown): AboutMessage | null {
  if (about === null) return null
  try {
    return readAbout(about)
  } catch {
    return null
  }
}
