/** DER (X.690) as far as a certificate needs it: written, never read. */

/** A value with its tag and its length (8.1). */
export function tagged(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content])
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length])
  const digits = hex(length)
  return Buffer.concat([Buffer.from([0x80 | digits.length]), digits])
}

function hex(value: number): Buffer {
  const text = value.toString(16)
  return Buffer.from(text.length % 2 === 0 ? text : `0${text}`, 'hex')
}

/** SEQUENCE (8.9). */
export function sequence(...members: readonly Uint8Array[]): Buffer {
  return tagged(0x30, ...members)
}

/** SET (8.11) of one. */
export function setOf(member: Uint8Array): Buffer {
  return tagged(0x31, member)
}

/** BOOLEAN true (11.1); false is the default everywhere here, and left out. */
export const yes = Buffer.from([0x01, 0x01, 0xff])

/** INTEGER (8.3) that is not negative, of its bytes, the most significant first. */
export function integer(bytes: Uint8Array): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0)
  const digits = start === -1 ? Buffer.from([0]) : Buffer.from(bytes.subarray(start))
  return tagged(0x02, (digits[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), digits]) : digits)
}

/** OBJECT IDENTIFIER (8.19) as `1.2.840.10045.2.1`. */
export function objectIdentifier(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  return tagged(0x06, ...[first * 40 + second, ...rest].map(base128))
}

function base128(value: number): Buffer {
  const digits = [value & 0x7f]
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) digits.unshift((rest & 0x7f) | 0x80)
  return Buffer.from(digits)
}

/** OCTET STRING (8.7). */
export function octets(content: Uint8Array): Buffer {
  return tagged(0x04, content)
}

/** BIT STRING (8.6) of whole bytes, or with so many bits at its end that say nothing. */
export function bits(content: Uint8Array, unused = 0): Buffer {
  return tagged(0x03, Buffer.from([unused]), content)
}

/** UTF8String (8.23). */
export function utf8(text: string): Buffer {
  return tagged(0x0c, Buffer.from(text))
}

/** UTCTime until 2049 and GeneralizedTime from 2050 on, of whole seconds (RFC 5280, 4.1.2.5). */
export function time(at: Date): Buffer {
  const digits = `${at.toISOString().slice(0, 19).replaceAll(/[-T:]/g, '')}Z`
  const short = at.getUTCFullYear() < 2050
  return tagged(short ? 0x17 : 0x18, Buffer.from(short ? digits.slice(2) : digits))
}
