import type { Whose } from './messages.ts'

/**
 * Which types a client gets, and whose, and how far it has got. Pure bookkeeping, without a socket.
 *
 * For each type it knows since when the client has had all events of it on this connection, so that a client
 * that goes back to an earlier `since` is not told again what it was told already.
 */
export class Subscription {
  /** Everything up to here was sent, or is not wanted. */
  cursor: number
  readonly #all: readonly string[]
  /** Type → the client has every event of the type after this seq, up to the cursor. */
  #types: Map<string, number>
  /** Until the client names types it gets all. */
  #implicit = true
  /** What was sent before going back: type → after, up to. */
  #sent = new Map<string, { after: number; upTo: number }>()
  #rewoundTo: number | null = null
  #whose: Whose = null
  /** The same, to be looked up. */
  #appliances: ReadonlySet<string | null> | null = null
  /** Null: those of whom it gets events. */
  #metricsOf: ReadonlySet<string | null> | null = null

  constructor(types: readonly string[], cursor: number) {
    this.#all = types
    this.cursor = cursor
    this.#types = new Map(types.map((type) => [type, cursor]))
  }

  has(type: string): boolean {
    return this.#types.has(type)
  }

  /** The types to ask the backlog for; null for all that there are. */
  selection(all: readonly string[]): readonly string[] | null {
    return this.#types.size === all.length ? null : [...this.#types.keys()]
  }

  /** Whose events to ask the backlog for; null for all. */
  get whose(): Whose {
    return this.#whose
  }

  /** Whether it gets what is of the appliance, or of the daemon's own. */
  takesOf(appliance: string | null): boolean {
    return this.#appliances?.has(appliance) ?? true
  }

  /** Whether it gets the numbers of the appliance, or the daemon's own. */
  takesNumbersOf(appliance: string | null): boolean {
    return (
      this.#types.has('metrics') && (this.#metricsOf?.has(appliance) ?? this.takesOf(appliance))
    )
  }

  /** Whose numbers it gets from here on: of hundreds of appliances they are more than all that happens. */
  chooseMetrics(whose: Whose): void {
    this.#metricsOf = whose === null ? null : new Set(whose)
  }

  /**
   * Whose events it gets from here on. What it was sent before was chosen otherwise, so that it counts for nothing
   * when the client goes back to before: rather something twice than something not at all.
   */
  choose(whose: Whose): void {
    const chosen = whose === null ? null : new Set(whose)
    if (isSame(this.#appliances, chosen)) return
    this.#whose = whose
    this.#appliances = chosen
    for (const type of this.#types.keys()) this.#types.set(type, this.cursor)
  }

  /** Adds types, all with null. The first that are named replace those it had by itself. */
  add(types: readonly string[] | null): void {
    const before = this.#types
    const kept = this.#implicit && types !== null ? new Map<string, number>() : new Map(before)
    for (const type of types ?? this.#all) kept.set(type, before.get(type) ?? this.cursor)
    this.#types = kept
    if (types !== null) this.#implicit = false
  }

  /** Removes types, all with null. */
  remove(types: readonly string[] | null): void {
    this.#implicit = false
    for (const type of types ?? this.#all) this.#types.delete(type)
  }

  /** Goes back, or forward, to `since`: what follows it is to be sent unless it was. */
  rewind(since: number): void {
    if (since >= this.cursor) return
    for (const [type, after] of this.#types) this.#sent.set(type, { after, upTo: this.cursor })
    this.#rewoundTo = since
    this.cursor = since
  }

  /** Whether the event is to be sent; it counts as sent. */
  advance({
    seq,
    type,
    appliance = null,
  }: {
    seq: number
    type: string
    appliance?: string | null
  }): boolean {
    if (seq <= this.cursor) return false
    this.cursor = seq
    if (!this.takesOf(appliance)) return false
    const sent = this.#sent.get(type)
    if (sent && seq > sent.after && seq <= sent.upTo) return false
    return this.#types.has(type)
  }

  /** There is nothing to send up to here. */
  skipTo(seq: number): void {
    this.cursor = Math.max(this.cursor, seq)
  }

  /** Everything since the client went back was sent. */
  caughtUp(): void {
    if (this.#rewoundTo === null) return
    for (const [type, after] of this.#types) this.#types.set(type, Math.min(after, this.#rewoundTo))
    this.#rewoundTo = null
    this.#sent.clear()
  }
}

function isSame(one: ReadonlySet<string | null> | null, other: ReadonlySet<string | null> | null) {
  if (one === null || other === null) return one === other
  return one.size === other.size && [...one].every((appliance) => other.has(appliance))
}
