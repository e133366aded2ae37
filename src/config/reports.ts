import { flag, list, optionalText, section, text } from './leaf.ts'

/** Reports about a while, for people. */
export const reports = section('Reports.', {
  weekly: section('How the appliance was in the last seven days, by mail.', {
    scheduled: flag(true, {
      description:
        'Whether the daemon sends it by itself; where no channel can take it, nothing is sent. ' +
        '`storwarden report weekly --send` does so at any time.',
    }),
    schedule: text('0 6 * * 1', {
      description:
        'When, as cron says it: minute, hour, day, month, weekday. It is sent once a week, however often that is.',
    }),
    time_zone: optionalText({
      description:
        'Name of the time zone of the schedule and of the times in the report, e.g. Europe/Berlin; that of the ' +
        'machine otherwise.',
    }),
    channels: list([], {
      words: ['email'],
      description: 'Who gets it. Empty: every channel that can take it, which is `email`.',
    }),
  }),
})
