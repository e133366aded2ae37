import type { CertificateState } from '../tls/server-certificate.ts'
import type { Finding, Rule } from './rule.ts'
import { countText } from './words.ts'

const DAY_SECONDS = 86_400
const WARNING_DAYS = 21
const CRITICAL_DAYS = 7

const DESCRIPTION =
  'When the certificate has ended browsers, the command line, Prometheus and whatever else asks the daemon over ' +
  'TLS refuse to talk to it. What is watched goes on being watched, and messages go on being sent.'
const ACTION =
  'See why it was not renewed (certbot: `systemctl list-timers`, `certbot renew --dry-run`), and put another one ' +
  'into the same files: it is used at once, without a restart.'

/** Renewed by a timer it has four weeks left at least: somebody has to look why it was not. */
export const certificateExpires: Rule<'certificates'> = {
  alert: 'CertificateExpires',
  name: 'Certificate ends soon',
  subject: 'certificates',
  severity: 'warning',
  source: 'storwarden',
  forSeconds: 0,
  description: DESCRIPTION,
  action: ACTION,
  check: endsWithin(WARNING_DAYS),
}

/** The same a week before, and when it has ended. */
export const certificateExpiresCritical: Rule<'certificates'> = {
  alert: 'CertificateExpiresCritical',
  name: 'Certificate ends within a week, or has ended',
  subject: 'certificates',
  severity: 'critical',
  source: 'storwarden',
  forSeconds: 0,
  description: DESCRIPTION,
  action: ACTION,
  inhibits: 'CertificateExpires',
  check: endsWithin(CRITICAL_DAYS),
}

/** What is in the files is not what is shown. */
export const certificateRefused: Rule<'certificates'> = {
  alert: 'CertificateRefused',
  name: 'A new certificate cannot be used',
  subject: 'certificates',
  severity: 'warning',
  source: 'storwarden',
  forSeconds: 60,
  description:
    'The files of the certificate have changed, and what is in them now is no certificate with its key that TLS can ' +
    'be spoken with. The one of before stays in use; after a restart there would be none, and the daemon would not start.',
  action:
    'Put a certificate and the key that belongs to it into the files: both are read again at once. The message says ' +
    'what is wrong with those that are there.',

  check(certificates) {
    return certificates.flatMap((certificate) => {
      const { error, failingSince } = certificate
      if (error === null) return []
      const evidence = { ...evidenceOf(certificate), failing_since: failingSince?.toISOString() }
      const message = `The certificate of before is used: ${error}.`
      return [{ labels: { certificate: certificate.name }, message, evidence }]
    })
  },
}

function endsWithin(days: number): (certificates: readonly CertificateState[]) => Finding[] {
  return (certificates) =>
    certificates
      .filter(({ remainingSeconds }) => remainingSeconds <= days * DAY_SECONDS)
      .map((certificate) => ({
        labels: { certificate: certificate.name },
        message: sentence(certificate),
        evidence: { ...evidenceOf(certificate), threshold_days: days },
      }))
}

function sentence({ place, notAfter, remainingSeconds }: CertificateState): string {
  const at = notAfter.toISOString()
  if (remainingSeconds <= 0) return `Certificate ${place} ended on ${at}.`
  const left = countText(Math.floor(remainingSeconds / DAY_SECONDS), 'day')
  return `Certificate ${place} ends on ${at}, in ${left}.`
}

function evidenceOf({ place, subject, issuer, names, notAfter, fingerprint }: CertificateState) {
  return {
    ...{ subject, issuer, names, fingerprint },
    not_after: notAfter.toISOString(),
    source: place,
  }
}
