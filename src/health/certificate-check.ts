import type { CertificateState } from '../tls/server-certificate.ts'
import type { CheckResult, Component } from './components.ts'

/** Renewed by a timer it would have four weeks left. */
const SOON_SECONDS = 21 * 86_400

/** The certificate that clients are shown. Where its files are is nobody's business who has no token. */
export function certificateComponent(certificates: () => readonly CertificateState[]): Component {
  return {
    name: 'certificate',
    critical: false,
    check() {
      const [certificate] = certificates()
      if (certificate === undefined) return { status: 'unknown', message: 'there is none' }
      const { remainingSeconds, notAfter, error, failingSince } = certificate
      const details = {
        not_after: notAfter.toISOString(),
        failing_since: failingSince?.toISOString() ?? null,
      }
      return { ...verdict(remainingSeconds, error), details }
    },
  }
}

function verdict(remainingSeconds: number, error: string | null): CheckResult {
  if (remainingSeconds <= 0) return { status: 'down', message: 'it has ended' }
  if (error !== null) return { status: 'degraded', message: 'a new one cannot be used' }
  if (remainingSeconds <= SOON_SECONDS) return { status: 'degraded', message: 'it ends soon' }
  return { status: 'up', message: 'it is valid' }
}
