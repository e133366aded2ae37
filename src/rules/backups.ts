import type { BackupsState } from '../backups/state.ts'
import type { Rule } from './rule.ts'

const HOUR_MS = 3600_000

/** Nothing younger is known to bring the daemon back. */
export const backupOverdue: Rule<'backups'> = {
  alert: 'BackupOverdue',
  name: 'No recent backup',
  subject: 'backups',
  severity: 'warning',
  source: 'storwarden',
  forSeconds: 300,
  description:
    'If this machine were lost now, more than a day of what storwarden knows would be lost with it: a backup counts ' +
    'when it was restored into a database of its own and was the same.',
  action:
    'See why with `storwarden tasks --state failed` and `storwarden doctor`, mend it, and make one: ' +
    '`storwarden backup --verify`.',

  check(value) {
    const { verified, since, at, overdueHours } = value
    const age = (at.getTime() - (verified?.startedAt ?? since).getTime()) / HOUR_MS
    if (overdueHours === 0 || age <= overdueHours) return []
    return [
      {
        labels: {},
        message: `${sentence(value, age)}${reason(value)}`,
        evidence: {
          verified_at: verified?.verifiedAt?.toISOString() ?? null,
          verified_path: verified?.path ?? null,
          age_hours: Math.round(age * 10) / 10,
          allowed_hours: overdueHours,
          last_attempt_at: value.last?.startedAt.toISOString() ?? null,
          last_error: value.last?.error ?? value.last?.verifyError ?? null,
          source: 'the table of backups of storwarden',
        },
      },
    ]
  },
}

function sentence({ verified }: BackupsState, ageHours: number): string {
  const hours = `${Math.floor(ageHours)} h`
  return verified === null
    ? `There is no verified backup, ${hours} after the first start.`
    : `The last verified backup is ${hours} old.`
}

function reason({ last }: BackupsState): string {
  const error = last?.error ?? last?.verifyError
  return error == null ? '' : ` The last one failed: ${error}.`
}
