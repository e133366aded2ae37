/**
 * A JSON object that the daemon has answered, read member by member: one that is not there, or is something else
 * than expected from a daemon of another version, is not known.
 */
export class Answer {
  readonly #members: Readonly<Record<string, unknown>>

  private constructor(members: Readonly<Record<string, unknown>>) {
    this.#members = members
  }

  /** Null when the value is no object. */
  static of(value: unknown): Answer | null {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
    return new Answer(value as Record<string, unknown>)
  }

  text(name: string): string | null {
    const value = this.#members[name]
    return typeof value === 'string' ? value : null
  }

  number(name: string): number | null {
    const value = this.#members[name]
    return typeof value === 'number' ? value : null
  }

  flag(name: string): boolean | null {
    const value = this.#members[name]
    return typeof value === 'boolean' ? value : null
  }

  time(name: string): Date | null {
    const at = new Date(this.text(name) ?? NaN)
    return Number.isNaN(at.getTime()) ? null : at
  }

  object(name: string): Answer | null {
    return Answer.of(this.#members[name])
  }

  /** The objects of a list; none when there is no list. */
  objects(name: string): Answer[] {
    return this.#list(name).flatMap((item) => Answer.of(item) ?? [])
  }

  /** The texts of a list; none when there is no list. */
  texts(name: string): string[] {
    return this.#list(name).filter((item) => typeof item === 'string')
  }

  /** The numbers of a list; none when there is no list. */
  numbers(name: string): number[] {
    return this.#list(name).filter((item) => typeof item === 'number')
  }

  /** The members that are objects, with their names. */
  entries(): [string, Answer][] {
    return Object.keys(this.#members).flatMap((name) => {
      const object = this.object(name)
      return object === null ? [] : [[name, object]]
    })
  }

  toJSON(): unknown {
    return this.#members
  }

  #list(name: string): unknown[] {
    const value = this.#members[name]
    return Array.isArray(value) ? value : []
  }
}
