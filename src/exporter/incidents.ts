import { familiesOf, type Family } from './family.ts'

/** Incidents that are not archived, by state and severity. */
export const incidentFamilies: Family[] = familiesOf(
  {
    subject: 'incidents',
    prefix: 'storwarden',
    items: (counts) => counts,
    labels: ({ status, severity }) => ({ status, severity }),
  },
  {
    incidents: [
      'gauge',
      'Incidents that are not archived, by status and severity; no sample where there is none.',
      ({ count }) => count,
    ],
  },
)
