import { X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { pairOf } from '../../src/tls/pair.ts'
import { makeSelfSigned } from '../../src/tls/self-signed.ts'
import { lacks, run } from '../support/peer.ts'

const now = new Date('2026-11-28T03:00:00Z')
const NAMES = [
  'appliance.example.org',
  'localhost',
  '127.0.0.1',
  '::1',
  'fe80::1:2',
  '::ffff:10.0.0.1',
]

t.test('a self-signed certificate is for the names and addresses it was made for', async (t) => {
  const pair = makeSelfSigned(NAMES, now)
  const { facts } = pairOf({ ...pair, passphrase: null })
  const x509 = new X509Certificate(pair.certificate)
  t.strictSame(
    { ...facts, fingerprint: facts.fingerprint.length },
    {
      subject: 'CN=appliance.example.org',
      issuer: 'CN=appliance.example.org',
      names: [
        ...['appliance.example.org', 'localhost', '127.0.0.1', '0:0:0:0:0:0:0:1'],
        ...['FE80:0:0:0:0:0:1:2', '0:0:0:0:0:FFFF:A00:1'],
      ],
      notBefore: new Date('2026-11-28T02:00:00Z'),
      notAfter: new Date('2027-12-30T03:00:00Z'),
      fingerprint: 95,
    },
  )
  t.ok(x509.verify(x509.publicKey), 'signed by its own key')
  t.notOk(x509.ca, 'none of an authority')
  t.strictSame(
    [
      ...[x509.checkHost('localhost'), x509.checkIP('127.0.0.1'), x509.checkIP('::1')],
      x509.checkHost('other.example.org'),
    ],
    ['localhost', '127.0.0.1', '::1', undefined],
  )
})

t.test('OpenSSL reads it the same way', { skip: lacks('openssl', 'version') }, async (t) => {
  const file = join(t.testdir(), 'certificate.pem')
  writeFileSync(file, makeSelfSigned(NAMES, now).certificate)
  const text = run('openssl', ['x509', '-in', file, '-noout', '-text'])
  for (const said of [
    /Version: 3/,
    /Signature Algorithm: ecdsa-with-SHA256/,
    /Basic Constraints: critical\s+CA:FALSE/,
    /Key Usage: critical\s+Digital Signature\n/,
    /Extended Key Usage:\s+TLS Web Server Authentication\n/,
    /DNS:appliance.example.org, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1,/,
  ]) {
    t.match(text, said)
  }
  const at = String(now.getTime() / 1000)
  t.match(
    run('openssl', ['verify', '-x509_strict', '-attime', at, '-CAfile', file, file]),
    /certificate.pem: OK/,
  )
})

t.test('one that ends in 2050 or later says so with the longer kind of time', async (t) => {
  const { certificate } = makeSelfSigned(['localhost'], new Date('2049-06-01T00:00:00Z'))
  t.strictSame(new Date(new X509Certificate(certificate).validTo), new Date('2050-07-03T00:00:00Z'))
})

t.test('no two are the same', async (t) => {
  const [one, other] = [makeSelfSigned(['localhost'], now), makeSelfSigned(['localhost'], now)]
  t.not(one.key, other.key)
  t.not(
    new X509Certificate(one.certificate).serialNumber,
    new X509Certificate(other.certificate).serialNumber,
  )
})
