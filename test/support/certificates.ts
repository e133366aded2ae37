import type { CertificateState } from '../../src/tls/server-certificate.ts'

const at = new Date('2026-11-20T21:00:00Z')

/** A certificate as it is shown, with what a test wants of it. */
export function certificateOf(changes: Partial<CertificateState> = {}): CertificateState {
  const remainingSeconds = changes.remainingSeconds ?? 60 * 86_400
  return {
    ...{ name: 'listen', place: '/etc/storwarden/tls/fullchain.pem', selfSigned: false },
    ...{ subject: 'CN=vault', issuer: 'CN=Example CA', names: ['vault'] },
    notBefore: new Date(at.getTime() - 30 * 86_400_000),
    notAfter: new Date(at.getTime() + remainingSeconds * 1000),
    ...{ fingerprint: 'AB:CD', remainingSeconds, error: null },
    failingSince: changes.error == null ? null : at,
    ...changes,
  }
}
