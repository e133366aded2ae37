import { DecodeError } from '../scsi/bytes.ts'

/** Decodes what a drive told; an answer that says something else than it should is noted, and is unknown. */
export class PageReader {
  readonly errors: string[] = []
  readonly #answers: ReadonlyMap<string, Uint8Array>

  constructor(answers: ReadonlyMap<string, Uint8Array>) {
    this.#answers = answers
  }

  /** Null when the question was not answered, or not with what it was about. */
  read<T>(name: string, decode: (data: Uint8Array) => T): T | null {
    const data = this.#answers.get(name)
    if (data === undefined) return null
    try {
      return decode(data)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      this.errors.push(error.message)
      return null
    }
  }
}
