import type { Rule } from './rule.ts'

/** Raised from memory while it lasts, and told past the database that it is about. */
export const databaseUnreachable: Rule<'database_reach'> = {
  alert: 'DatabaseUnreachable',
  name: 'The database does not answer',
  subject: 'database_reach',
  severity: 'critical',
  source: 'storwarden',
  forSeconds: 60,
  description:
    'Alerts are still found and are held in memory until they can be written, but nobody can log in, nothing is ' +
    'sent on the usual way, and a restart of the daemon loses what is held.',
  action:
    'See that PostgreSQL runs and has room: `systemctl status postgresql`, `df`. Leave the daemon running until ' +
    'the database is back.',

  check({ unreachableSince, error }) {
    if (unreachableSince === null) return []
    const message = `No answer since ${unreachableSince.toISOString()}: ${error ?? 'no reason given'}.`
    return [
      {
        labels: {},
        message,
        evidence: {
          unreachable_since: unreachableSince.toISOString(),
          error,
          source: 'a question to the database at each evaluation',
        },
      },
    ]
  },
}
