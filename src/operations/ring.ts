/** The last so many of whatever is added. */
export class Ring<T> {
  readonly #items: (T | undefined)[]
  #added = 0

  constructor(capacity: number) {
    this.#items = new Array<T | undefined>(capacity)
  }

  add(item: T): void {
    this.#items[this.#added % this.#items.length] = item
    this.#added += 1
  }

  /** Those that are wanted, the newest first, at most `limit`. */
  newest(limit: number, wanted: (item: T) => boolean): T[] {
    const found: T[] = []
    const oldest = Math.max(0, this.#added - this.#items.length)
    for (let index = this.#added - 1; index >= oldest && found.length < limit; index -= 1) {
      const item = this.#items[index % this.#items.length]
      if (item !== undefined && wanted(item)) found.push(item)
    }
    return found
  }
}
