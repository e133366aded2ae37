import t from 'tap'
import {
  certificateExpires,
  certificateExpiresCritical,
  certificateRefused,
} from '../../src/rules/certificates.ts'
import { certificateOf } from '../support/certificates.ts'

const DAY = 86_400

t.test('three weeks before its end there is a warning, a week before it is critical', async (t) => {
  const found = (remainingSeconds: number) =>
    [certificateExpires, certificateExpiresCritical]
      .filter((rule) => rule.check([certificateOf({ remainingSeconds })]).length > 0)
      .map(({ alert }) => alert)
  t.strictSame([21 * DAY + 1, 21 * DAY, 7 * DAY + 1, 7 * DAY, 0, -DAY].map(found), [
    [],
    ['CertificateExpires'],
    ['CertificateExpires'],
    ...Array<string[]>(3).fill(['CertificateExpires', 'CertificateExpiresCritical']),
  ])
  t.equal(certificateExpiresCritical.inhibits, 'CertificateExpires')
})

t.test('the alert says which, and until when', async (t) => {
  t.strictSame(certificateExpires.check([certificateOf({ remainingSeconds: 20.5 * DAY })]), [
    {
      labels: { certificate: 'listen' },
      message:
        'Certificate /etc/storwarden/tls/fullchain.pem ends on 2026-12-11T09:00:00.000Z, in 20 days.',
      evidence: {
        ...{ subject: 'CN=vault', issuer: 'CN=Example CA', names: ['vault'], fingerprint: 'AB:CD' },
        not_after: '2026-12-11T09:00:00.000Z',
        source: '/etc/storwarden/tls/fullchain.pem',
        threshold_days: 21,
      },
    },
  ])
  t.match(certificateExpiresCritical.check([certificateOf({ remainingSeconds: -1 })]), [
    { message: /fullchain.pem ended on 2026-11-20T20:59:59.000Z\.$/ },
  ])
})

t.test('a pair that is refused raises an alert, one that is used none', async (t) => {
  const error = '/etc/key.pem: cannot be read: EACCES'
  t.strictSame(certificateRefused.check([certificateOf()]), [])
  t.match(certificateRefused.check([certificateOf({ error })]), [
    {
      labels: { certificate: 'listen' },
      message: 'The certificate of before is used: /etc/key.pem: cannot be read: EACCES.',
      evidence: { failing_since: '2026-11-20T21:00:00.000Z', subject: 'CN=vault' },
    },
  ])
})
