/** A password that goes where it was read from and nowhere else: no rendering of it shows the text. */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** The text itself, for the file or attribute it belongs to. */
  reveal(): string {
    return this.#text
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
