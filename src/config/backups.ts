import { flag, integer, number, optionalText, section, text } from './leaf.ts'

/** How what the daemon remembers is backed up. */
export const backups = section('Backups of the database and of this configuration.', {
  directory: optionalText({
    description:
      'Where they are kept; `backups` in the state directory otherwise, which a disk that breaks takes with it.',
  }),
  scheduled: flag(true, {
    description:
      'Whether the daemon makes them by itself. `storwarden backup` and `POST /api/v1/backups` do so at any time.',
  }),
  schedule: text('37 2,14 * * *', {
    description:
      'When, as cron says it: minute, hour, day, month, weekday. Twice a day nothing older than a day can be lost.',
  }),
  time_zone: optionalText({
    description: 'Name of the time zone, e.g. Europe/Berlin; that of the machine otherwise.',
  }),
  keep: integer(
    14,
    { minimum: 1, maximum: 10_000 },
    { description: 'How many are kept; the newest that could be restored is never deleted.' },
  ),
  verify: flag(true, {
    description:
      'Whether each is restored into a database of its own, which is dropped afterwards, and compared.',
  }),
  overdue_hours: number(
    24,
    { minimum: 0, maximum: 8760 },
    {
      description:
        '`BackupOverdue` is raised when the last backup that could be restored is older; 0 never.',
      unit: 'hours',
    },
  ),
})
