/** Stands for a password that the daemon is not told (src/host/redact.ts). */
const REDACTED = 'REDACTED'

/** A password that goes where it was read from and nowhere else: no rendering of it shows the text. */
export class Secret {
  readonly #text: string | null

  /** Null for one that is there and could not be read. */
  constructor(text: string | null) {
    this.#text = text
  }

  /** The text itself, for the file or attribute it belongs to. Throws when it could not be read. */
  reveal(): string {
    if (this.#text === null) throw new Error('a password that could not be read')
    return this.#text
  }

  /** Whose password it is; null when it could not be read. */
  get user(): string | null {
    return this.#text?.trim().split(/\s+/, 1)[0] ?? null
  }

  /** Whether the password itself is known, and not only that there is one. */
  get isKnown(): boolean {
    return this.#text !== null && !this.#text.trimEnd().endsWith(` ${REDACTED}`)
  }

  toString(): string {
    return '(secret)'
  }

  toJSON(): string {
    return '(secret)'
  }
}

/** Attributes that hold a user name and password (iscsi-scst/README, CHAP). */
export function isSecretAttribute(name: string): boolean {
  return /^(Incoming|Outgoing)User\d*$/i.test(name)
}
