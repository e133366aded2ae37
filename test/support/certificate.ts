import { join } from 'node:path'
import { run } from './peer.ts'

/** A certificate of 127.0.0.1 and localhost that nobody trusts who was not told to, made by openssl. */
export function makeCertificate(t: { testdir(): string }) {
  const directory = t.testdir()
  const [certFile, keyFile] = [join(directory, 'cert.pem'), join(directory, 'key.pem')]
  run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-days', '2', '-subj', '/CN=localhost', '-keyout', keyFile, '-out', certFile],
    ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
  ])
  return { certFile, keyFile }
}
