import type { BackupsState } from '../backups/state.ts'
import { familiesOf, NONE, type Family } from './family.ts'

/** Of what never was there is no sample. */
function seconds(at: Date | null | undefined): number | typeof NONE {
  return at == null ? NONE : at.getTime() / 1000
}

/** How it stands with backups. */
export const backupFamilies: Family[] = familiesOf<'backups', BackupsState>(
  {
    subject: 'backups',
    prefix: 'storwarden_backup',
    items: (state) => [state],
    labels: () => ({}),
  },
  {
    last_verified_timestamp_seconds: [
      'gauge',
      'When the last backup was begun that could be restored; no sample when there never was one.',
      ({ verified }) => seconds(verified?.startedAt),
    ],
    last_success_timestamp_seconds: [
      'gauge',
      'When the last backup was begun that was made, verified or not.',
      ({ completed }) => seconds(completed?.startedAt),
    ],
    last_failed: [
      'gauge',
      'Whether the last backup failed, or could not be restored.',
      ({ last }) =>
        last === null ? NONE : Number(last.state === 'failed' || last.verifyError !== null),
    ],
    last_duration_seconds: [
      'gauge',
      'How long it took to write the last backup that was made.',
      ({ completed }) =>
        completed === null
          ? NONE
          : (completed.finishedAt.getTime() - completed.startedAt.getTime()) / 1000,
    ],
    last_verification_duration_seconds: [
      'gauge',
      'How long it took to restore and compare the last backup that was verified.',
      ({ verified }) => verified?.verifySeconds ?? NONE,
    ],
    last_size_bytes: [
      'gauge',
      'The size of the last backup that was made.',
      ({ completed }) => completed?.sizeBytes ?? NONE,
    ],
  },
)
