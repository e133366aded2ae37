import { integer } from './leaf.ts'

const days = (byDefault: number, minimum: number, description: string) =>
  integer(byDefault, { minimum, maximum: 36_500 }, { description, unit: 'days' })

/** For how long is kept what people and the daemon have done. */
export const retention = {
  task_retention_days: days(90, 1, 'Tasks that ended longer ago are deleted, with their logs.'),
  audit_retention_days: days(
    1830,
    90,
    'Entries of the audit trail that are older are deleted, which it tells itself. Nobody can delete others over REST.',
  ),
  silence_retention_days: days(
    400,
    1,
    'Silences that have been over for longer are deleted, and what is known of backups that are gone.',
  ),
}
