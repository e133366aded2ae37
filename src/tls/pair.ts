import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { createSecureContext } from 'node:tls'

/** Why a certificate cannot be used; the message is one for people and holds nothing of the key. */
export class CertificateError extends Error {
  readonly code = 'ERR_CERTIFICATE'

  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.name = 'CertificateError'
  }
}

/** What of a certificate people want to know; nothing of it is secret. */
export interface CertificateFacts {
  subject: string
  issuer: string
  /** DNS names and addresses that it is for. */
  names: readonly string[]
  notBefore: Date
  notAfter: Date
  /** SHA-256, in hexadecimal digits with colons. */
  fingerprint: string
}

/** A certificate, with those it is signed by, and the key that belongs to it. */
export interface Pair {
  cert: string
  key: string
  passphrase?: string
  facts: CertificateFacts
}

/** What was read of files. */
export interface PairText {
  /** PEM; the first is that of the server, those above it follow. */
  certificate: string
  /** PEM. */
  key: string
  passphrase: string | null
}

/**
 * The pair, if TLS can be spoken with it: the certificate is one, the key is its own, and the passphrase opens
 * it. When it is valid is for others to judge. Throws CertificateError.
 */
export function pairOf({ certificate, key, passphrase }: PairText): Pair {
  const x509 = certificateIn(certificate)
  const privateKey = keyIn(key, passphrase)
  if (!x509.checkPrivateKey(privateKey)) {
    throw new CertificateError('the key is not that of the certificate')
  }
  const secret = passphrase === null ? {} : { passphrase }
  try {
    // Finds what is wrong further down the chain, and keys that are too weak for OpenSSL.
    createSecureContext({ cert: certificate, key, ...secret })
  } catch (cause) {
    throw new CertificateError(`cannot be used for TLS: ${codeOf(cause)}`)
  }
  return { cert: certificate, key, ...secret, facts: factsOf(x509) }
}

function certificateIn(text: string): X509Certificate {
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new CertificateError('the certificate is not PEM')
  }
  if (!text.includes('-----END CERTIFICATE-----')) {
    throw new CertificateError('the certificate is cut short')
  }
  try {
    return new X509Certificate(text)
  } catch (cause) {
    throw new CertificateError(`the certificate cannot be read: ${codeOf(cause)}`)
  }
}

/** Node's word for it, and OpenSSL's where it would have asked at the terminal. */
const NEEDS_PASSPHRASE = new Set([
  'ERR_MISSING_PASSPHRASE',
  'ERR_OSSL_CRYPTO_INTERRUPTED_OR_CANCELLED',
])

function keyIn(text: string, passphrase: string | null): KeyObject {
  try {
    return createPrivateKey({ key: text, ...(passphrase === null ? {} : { passphrase }) })
  } catch (cause) {
    const code = codeOf(cause)
    if (passphrase === null && NEEDS_PASSPHRASE.has(code)) {
      throw new CertificateError('the key needs a passphrase')
    }
    if (code === 'ERR_OSSL_BAD_DECRYPT' || code === 'ERR_OSSL_EVP_BAD_DECRYPT') {
      throw new CertificateError('the passphrase does not open the key')
    }
    throw new CertificateError(`the key cannot be read: ${code}`)
  }
}

// OpenSSL's own words may quote what it was given.
function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : 'not known why'
}

function factsOf(x509: X509Certificate): CertificateFacts {
  return {
    subject: oneLine(x509.subject),
    issuer: oneLine(x509.issuer),
    names: namesIn(x509.subjectAltName ?? ''),
    notBefore: new Date(x509.validFrom),
    notAfter: new Date(x509.validTo),
    fingerprint: x509.fingerprint256,
  }
}

/** Node tells each part of a name in a line of its own. */
function oneLine(name: string | undefined): string {
  return (name ?? '').replaceAll('\n', ', ')
}

/** `DNS:localhost, IP Address:127.0.0.1`; a name with a comma in it Node puts in quotes. */
function namesIn(text: string): string[] {
  const parts = text.match(/(?:DNS|IP Address):(?:"(?:[^"\\]|\\.)*"|[^,]*)/g) ?? []
  return parts.map((part) => part.replace(/^(?:DNS|IP Address):/, '').trim())
}
