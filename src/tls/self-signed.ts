import {
  createHash,
  generateKeyPairSync,
  randomBytes,
  sign,
  type KeyObject,
  X509Certificate,
} from 'node:crypto'
import { isIP, isIPv6 } from 'node:net'
import {
  bits,
  integer,
  objectIdentifier,
  octets,
  sequence,
  setOf,
  tagged,
  time,
  utf8,
  yes,
} from './der.ts'

/** A certificate and its key, both PEM. */
export interface PemPair {
  certificate: string
  key: string
}

/** For so long a certificate that the daemon makes itself is good: browsers refuse more than 398 days. */
export const SELF_SIGNED_DAYS = 397
/** And for so long before its end another one is made. */
export const RENEWED_BEFORE_DAYS = 30

const DAY_MS = 86_400_000
/** Clocks of clients that are behind. */
const EARLIER_MS = 3_600_000

/**
 * A key (P-256) and a certificate (RFC 5280) that it signs itself, for a server of these names and addresses.
 * It is none of an authority: who has it trusts this server and no other.
 */
export function makeSelfSigned(names: readonly string[], now: Date): PemPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const subject = nameOf(names.find((name) => isIP(name) === 0) ?? names[0] ?? 'localhost')
  const toBeSigned = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(serialNumber()),
    ecdsaWithSha256,
    subject,
    sequence(
      time(new Date(now.getTime() - EARLIER_MS)),
      time(new Date(now.getTime() + SELF_SIGNED_DAYS * DAY_MS)),
    ),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensionsOf(names, publicKey))),
  )
  const signature = sign('sha256', toBeSigned, privateKey)
  const certificate = sequence(toBeSigned, ecdsaWithSha256, bits(signature))
  return {
    certificate: new X509Certificate(certificate).toString(),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

/** RFC 5758, 3.2. */
const ecdsaWithSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'))

/** RFC 5280, 4.1.2.2: more than 64 bits nobody can guess, at most 20 bytes, above 0. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16)
  return Buffer.from([0x40 | ((bytes[0] ?? 0) & 0x3f), ...bytes.subarray(1)])
}

/** One common name, of 64 characters at most (RFC 5280, A.1). */
function nameOf(commonName: string): Buffer {
  return sequence(setOf(sequence(objectIdentifier('2.5.4.3'), utf8(commonName.slice(0, 64)))))
}

function extensionsOf(names: readonly string[], publicKey: KeyObject): Buffer[] {
  const key = publicKey.export({ type: 'spki', format: 'der' })
  const identifier = createHash('sha256').update(key).digest().subarray(0, 20)
  return [
    // No authority (RFC 5280, 4.2.1.9); digitalSignature (4.2.1.3); serverAuth (4.2.1.12).
    extension('2.5.29.19', sequence(), { critical: true }),
    extension('2.5.29.15', bits(Buffer.from([0x80]), 7), { critical: true }),
    extension('2.5.29.37', sequence(objectIdentifier('1.3.6.1.5.5.7.3.1'))),
    extension('2.5.29.14', octets(identifier)),
    extension('2.5.29.17', sequence(...names.map(alternativeName))),
  ]
}

function extension(id: string, value: Uint8Array, { critical = false } = {}): Buffer {
  return sequence(objectIdentifier(id), ...(critical ? [yes] : []), octets(value))
}

/** dNSName or iPAddress (RFC 5280, 4.2.1.6). */
function alternativeName(name: string): Buffer {
  return isIP(name) === 0 ? tagged(0x82, Buffer.from(name)) : tagged(0x87, addressBytes(name))
}

function addressBytes(address: string): Buffer {
  if (!isIPv6(address)) return Buffer.from(address.split('.').map(Number))
  // The URL parser writes an address with an embedded IPv4 one in hexadecimal digits, too.
  const text = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [head = '', tail] = text.split('::')
  const groups = (part: string | undefined) => (part ? part.split(':') : [])
  const zeros = 8 - groups(head).length - groups(tail).length
  const all = [...groups(head), ...Array<string>(tail === undefined ? 0 : zeros).fill('0')]
  return Buffer.from(
    [...all, ...groups(tail)].map((group) => group.padStart(4, '0')).join(''),
    'hex',
  )
}
