/** So many parts are joined to one: garbage collections would move all of them about until the last has come. */
const JOINED_AT_ONCE = 128

/** Makes a text of stretches of an older one and of what is new between them. */
export class Patch {
  readonly #old: string
  readonly #joined: string[] = []
  #parts: string[] = []
  /** How far the old text is dealt with. */
  #at = 0
  #length = 0

  constructor(old: string) {
    this.#old = old
  }

  /** How long the new text is. */
  get length(): number {
    return this.#length
  }

  /** By how much what stays of the old text from here on is further behind. */
  get shift(): number {
    return this.#length - this.#at
  }

  /** What is added next stands in the place of the old text from `begin` to `end`; what is before that stays. */
  from(begin: number, end: number): this {
    if (begin > this.#at) this.add(this.#old.slice(this.#at, begin))
    this.#at = end
    return this
  }

  /** Tells how long the new text is then. */
  add(text: string): number {
    this.#parts.push(text)
    if (this.#parts.length === JOINED_AT_ONCE) {
      this.#joined.push(this.#parts.join(''))
      this.#parts = []
    }
    this.#length += text.length
    return this.#length
  }

  /** The new text; nothing stays of what the old one had behind `end`. */
  text(end: number): string {
    if (this.#length === 0 && this.#at === 0) return this.#old.slice(0, end)
    this.from(end, end)
    return [...this.#joined, ...this.#parts].join('')
  }
}
