/**
 * Which types a client gets, and how far it has got. Pure bookkeeping, without a socket.
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
  advance({ seq, type }: { seq: number; type: string }): boolean {
    if (seq <= this.cursor) return false
    this.cursor = seq
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
