import { familiesOf, type Family } from './family.ts'

/** What clients are shown when the daemon speaks TLS. */
export const certificateFamilies: Family[] = familiesOf(
  {
    subject: 'certificates',
    prefix: 'storwarden_certificate',
    items: (certificates) => certificates,
    labels: ({ name }) => ({ certificate: name }),
  },
  {
    not_after_timestamp_seconds: [
      'gauge',
      'When the certificate ends, in seconds since 1970.',
      ({ notAfter }) => notAfter.getTime() / 1000,
    ],
    accepted: [
      'gauge',
      'Whether what is in the files of the certificate is used; 0: what was there before is.',
      ({ error }) => error === null,
    ],
  },
)
