/** Shorter ones are as likely to be a count, a size or a model as a serial number. */
const MIN_LENGTH = 4

/** Text in which a serial number is named: `"serial_number": "x"`, `SerialNumber: 'x'`, `Unit serial number: x`. */
const NAMED =
  /(?:serial[ _-]?(?:number|no)?|unit serial number)["']?[ \t]*[:=][ \t]*["']?([A-Za-z0-9][A-Za-z0-9._-]*)/gi

/** Serial numbers found so far, each with a made-up one of the same length that stands for it everywhere. */
export class Pseudonyms {
  readonly #names = new Map<string, string>()
  #pattern: RegExp | null = null

  /** Takes note of a serial number; blanks and NULs around it do not belong to it. */
  learn(serial: string): void {
    const name = serial.replaceAll('\0', ' ').trim()
    if (name.length < MIN_LENGTH || !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) return
    if (this.#names.has(name) || /^(.)\1*$/.test(name) || /^(?:none|null|unknown)$/i.test(name))
      return
    const number = String(this.#names.size + 1)
    const filler = 'X'.repeat(Math.max(0, name.length - number.length - 1))
    this.#names.set(name, `S${filler}${number}`.slice(-name.length))
    this.#pattern = null
  }

  /** Takes note of every serial number that the text names as one. */
  learnFrom(text: string): void {
    for (const [, serial = ''] of text.matchAll(NAMED)) this.learn(serial)
  }

  /** Takes note of the serial number in a VPD page 80h (SPC-5 7.7.19: length in bytes 2-3, then the number). */
  learnFromUnitSerial(page: Uint8Array): void {
    const bytes = Buffer.from(page)
    if (bytes.length < 4 || bytes[1] !== 0x80) return
    this.learn(bytes.toString('latin1', 4, 4 + bytes.readUInt16BE(2)))
  }

  /** Takes note of the serial numbers in a READ ATTRIBUTE answer (SPC-5 7.4.2): the cartridge's, and of its last drives. */
  learnFromMediumAttributes(answer: Uint8Array): void {
    const bytes = Buffer.from(answer)
    for (let offset = 4; offset + 5 <= bytes.length;) {
      const id = bytes.readUInt16BE(offset)
      const end = offset + 5 + bytes.readUInt16BE(offset + 3)
      const value = bytes.toString('latin1', offset + 5, end)
      if (id === 0x0401) this.learn(value)
      // Eight bytes of vendor come first.
      if (id >= 0x020a && id <= 0x020d) this.learn(value.slice(8))
      offset = end
    }
  }

  /** Takes note of the serial numbers in the log pages 14h and 17h (SSC-5 8.2.10, 8.2.11: parameters 0040h and 0041h). */
  learnFromLogPage(page: Uint8Array): void {
    const bytes = Buffer.from(page)
    for (let offset = 4; offset + 4 <= bytes.length;) {
      const code = bytes.readUInt16BE(offset)
      const end = offset + 4 + (bytes[offset + 3] ?? 0)
      if (code === 0x0040 || code === 0x0041) this.learn(bytes.toString('latin1', offset + 4, end))
      offset = end
    }
  }

  /** The text with every known serial number replaced where it stands by itself. */
  inText(text: string): string {
    const pattern = (this.#pattern ??= this.#compile())
    return pattern === null ? text : text.replace(pattern, (name) => this.#names.get(name) ?? name)
  }

  /** The same in bytes; their number and places stay, for lengths are told elsewhere in them. */
  inBytes(bytes: Uint8Array): Uint8Array {
    return Buffer.from(this.inText(Buffer.from(bytes).toString('latin1')), 'latin1')
  }

  #compile(): RegExp | null {
    const names = [...this.#names.keys()].sort((one, other) => other.length - one.length)
    if (names.length === 0) return null
    const either = names.map((name) => name.replace(/[.]/g, '\\.')).join('|')
    return new RegExp(`(?<![A-Za-z0-9])(?:${either})(?![A-Za-z0-9])`, 'g')
  }
}
