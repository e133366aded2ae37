import { integer, optionalText, section, text } from './leaf.ts'

/** How tapes are moved. */
export const tape = section('How tapes are moved.', {
  lock_dir: optionalText({
    description:
      'Directory of the lock files, one for each changer (changer-SERIAL.lock), that the daemon and backup scripts take ' +
      'with flock before they use it: /run/storwarden/changer-locks in the package; `changer-locks` in the state ' +
      'directory, which others cannot enter, otherwise.',
    pattern: '^/',
    expected: 'an absolute path',
  }),
  lock_wait_seconds: integer(
    60,
    { minimum: 0, maximum: 3_600 },
    {
      description: 'How long somebody else who has the lock of a changer is waited for.',
      unit: 'seconds',
    },
  ),
  ready_seconds: integer(
    300,
    { minimum: 1, maximum: 3_600 },
    {
      description: 'How long a drive may take until it is ready after it was loaded.',
      unit: 'seconds',
    },
  ),
  cleaning_prefix: text('CLN', {
    description:
      'What the barcodes of cleaning cartridges begin with, besides those that the library tells as such.',
  }),
  cleaning_uses: integer(
    50,
    { minimum: 1, maximum: 1_000 },
    { description: 'How often a cleaning cartridge is used; the makers say 15 to 50.' },
  ),
})
