import type { TapeAlertTable } from '../tape-alert.ts'

/**
 * Flags of tape drives that are about the cartridge (SSC-5 annex A; severities and deactivation as the
 * TapeAlert specification 3.0, T10 02-142r0, has them). 49 and 59 to 61 are younger than that, and
 * makers class them differently. Here 59 is critical, because what was archived may have been altered; the
 * others are warnings: the cartridge is smaller, or what was refused did no harm.
 */
export const MEDIUM_FLAGS: TapeAlertTable = {
  1: {
    name: 'Read warning',
    severity: 'warning',
    concerns: 'medium',
    ends: 'medium-removed',
    message:
      'The drive has severe trouble reading the tape. No data is lost, but reading is slower.',
    action:
      'Clean the drive when it is due. When the flag comes again with this cartridge, copy its data and retire it; when it comes with others, have the drive checked.',
  },
  2: {
    name: 'Write warning',
    severity: 'warning',
    concerns: 'medium',
    ends: 'medium-removed',
    message:
      'The drive has severe trouble writing the tape. No data is lost, but the tape holds less.',
    action:
      'Clean the drive when it is due. When the flag comes again with this cartridge, retire it; when it comes with others, have the drive checked.',
  },
  3: {
    name: 'Hard error',
    severity: 'warning',
    concerns: 'medium',
    ends: 'medium-removed',
    message:
      'An operation was stopped by a read, write or positioning error that the drive could not correct.',
    action: 'See which of the flags 4, 5 and 6 was set with it, and do what that one asks for.',
  },
  4: {
    name: 'Media',
    severity: 'critical',
    concerns: 'medium',
    ends: 'medium-removed',
    message:
      'Data is at risk: the tape can no longer be read or written, or only with great difficulty.',
    action:
      'Copy what is needed off the cartridge, do not use it again, and repeat the operation with another one.',
  },
  5: {
    name: 'Read failure',
    severity: 'critical',
    concerns: 'medium',
    ends: 'medium-removed',
    message:
      'The drive can no longer read data from the tape. The tape is damaged, or the drive is faulty.',
    action:
      'Try the cartridge in another drive to find out which of both it is. If the drive is faulty, call the supplier of the drive.',
  },
  6: {
    name: 'Write failure',
    severity: 'critical',
    concerns: 'medium',
    ends: 'medium-removed',
    message:
      'The drive can no longer write data to the tape. The tape is of a faulty batch, or the drive is faulty.',
    action:
      'Test the drive with a cartridge known to be good. If the problem persists, call the supplier of the drive.',
  },
  7: {
    name: 'Media life',
    severity: 'warning',
    concerns: 'medium',
    ends: 'next-load',
    message: 'The cartridge has reached the end of its calculated life.',
    action: 'Copy the data to another cartridge and discard this one.',
  },
  8: {
    name: 'Not data grade',
    severity: 'warning',
    concerns: 'medium',
    ends: 'medium-removed',
    message: 'The cartridge is not of data grade: any data on it is at risk.',
    action: 'Replace it with a cartridge made for data.',
  },
  9: {
    name: 'Write protect',
    severity: 'critical',
    concerns: 'medium',
    ends: 'medium-removed',
    message: 'Something tried to write to a write-protected cartridge.',
    action: 'Remove the write protection, or use another cartridge.',
  },
  10: {
    name: 'No removal',
    severity: 'info',
    concerns: 'medium',
    ends: 'medium-removed',
    message:
      'The cartridge was to be ejected while its removal is prevented, because the drive is in use.',
    action: 'Wait until the operation is complete, then eject the cartridge.',
  },
  11: {
    name: 'Cleaning media',
    severity: 'info',
    concerns: 'medium',
    ends: 'medium-removed',
    message: 'The cartridge in the drive is a cleaning cartridge.',
    action: 'Nothing: it is for information. For data, load another cartridge.',
  },
  12: {
    name: 'Unsupported format',
    severity: 'info',
    concerns: 'medium',
    ends: 'medium-removed',
    message: 'A cartridge was loaded of a type that the drive does not support.',
    action: 'Use a cartridge of a type that the drive supports.',
  },
  13: {
    name: 'Recoverable mechanical cartridge failure',
    severity: 'critical',
    concerns: 'medium',
    ends: 'medium-removed',
    message:
      'The tape has snapped or suffered another mechanical failure, but the cartridge can still be ejected.',
    action: 'Eject and discard the cartridge, and repeat the operation with another one.',
  },
  14: {
    name: 'Unrecoverable mechanical cartridge failure',
    severity: 'critical',
    concerns: 'medium',
    ends: 'medium-removed',
    message:
      'The tape has snapped or suffered another mechanical failure, and the cartridge cannot be ejected.',
    action: 'Do not try to extract the cartridge: call the supplier of the drive.',
  },
  15: {
    name: 'Memory chip in cartridge failure',
    severity: 'warning',
    concerns: 'medium',
    ends: 'medium-removed',
    message: 'The memory chip of the cartridge has failed, which reduces performance.',
    action: 'Do not write to the cartridge any more; copy its data when it can be done.',
  },
  16: {
    name: 'Forced eject',
    severity: 'critical',
    concerns: 'medium',
    ends: 'next-load',
    message: 'The cartridge was ejected by hand while the drive was reading or writing.',
    action: 'Repeat the operation, and check the data that was being written.',
  },
  17: {
    name: 'Read only format',
    severity: 'warning',
    concerns: 'medium',
    ends: 'medium-removed',
    message:
      'The cartridge is of a type that this drive can only read. It appears as write-protected.',
    action: 'To write, use a cartridge of a type that the drive can write.',
  },
  18: {
    name: 'Tape directory corrupted on load',
    severity: 'warning',
    concerns: 'medium',
    ends: 'medium-removed',
    message: 'The tape directory of the cartridge is corrupted: searching for files is slow.',
    action: 'Read all the data of the cartridge, which rebuilds the directory.',
  },
  19: {
    name: 'Nearing media life',
    severity: 'info',
    concerns: 'medium',
    ends: 'medium-removed',
    message: 'The cartridge is nearing the end of its calculated life.',
    action:
      'Use another cartridge for the next backup, and keep this one in case data has to be restored from it.',
  },
  24: {
    name: 'Retension requested',
    severity: 'warning',
    concerns: 'medium',
    ends: 'medium-removed',
    message:
      'The drive has trouble reading or writing that winding the tape from end to end would resolve.',
    action: 'Have the tape retensioned.',
  },
  49: {
    name: 'Diminished native capacity',
    severity: 'warning',
    concerns: 'medium',
    ends: 'medium-removed',
    message: 'The cartridge holds less than its type should.',
    action: 'Expect less room on it, and plan its replacement.',
  },
  50: {
    name: 'Lost statistics',
    severity: 'warning',
    concerns: 'medium',
    ends: 'next-load',
    message:
      'Statistics of the cartridge were lost at some time, as when the drive was switched on with a tape loaded.',
    action:
      'Nothing for the data; counters of the cartridge are too low. Do not switch drives off while a cartridge is loaded.',
  },
  51: {
    name: 'Tape directory invalid at unload',
    severity: 'warning',
    concerns: 'medium',
    ends: 'next-load',
    message:
      'The tape directory of the cartridge unloaded last could not be updated: searching for files will be slow.',
    action: 'Read all the data of the cartridge, which rebuilds the directory.',
  },
  52: {
    name: 'Tape system area write failure',
    severity: 'critical',
    concerns: 'medium',
    ends: 'medium-removed',
    message: 'The system area of the cartridge unloaded last could not be written.',
    action: 'Copy the data to another cartridge and discard this one.',
  },
  53: {
    name: 'Tape system area read failure',
    severity: 'critical',
    concerns: 'medium',
    ends: 'medium-removed',
    message: 'The system area of the tape could not be read when it was loaded.',
    action: 'Copy the data to another cartridge.',
  },
  54: {
    name: 'No start of data',
    severity: 'critical',
    concerns: 'medium',
    ends: 'medium-removed',
    message:
      'The start of the data was not found: the tape is damaged, erased in bulk, or of another format.',
    action:
      'Check that the cartridge is of the right format. If it is, discard it or return it to its supplier.',
  },
  55: {
    name: 'Loading failure',
    severity: 'critical',
    concerns: 'medium',
    ends: 'medium-removed',
    message: 'The cartridge cannot be loaded and its tape threaded.',
    action:
      'Remove the cartridge, inspect it as the manual of the drive says, and try again. If the problem persists, call the supplier of the drive.',
  },
  56: {
    name: 'Unrecoverable unload failure',
    severity: 'critical',
    concerns: 'medium',
    ends: 'medium-removed',
    message: 'The drive cannot unload the cartridge.',
    action: 'Do not try to extract the cartridge: call the supplier of the drive.',
  },
  59: {
    name: 'WORM medium integrity check failed',
    severity: 'critical',
    concerns: 'medium',
    ends: 'next-load',
    message:
      'What the drive found on the write-once cartridge is not consistent: somebody may have tampered with it.',
    action:
      'Keep the cartridge and do not write to it. Verify its data against another copy, and find out who had it.',
  },
  60: {
    name: 'WORM medium overwrite attempted',
    severity: 'warning',
    concerns: 'medium',
    ends: 'medium-removed',
    message: 'Something tried to overwrite data on a write-once cartridge; the drive refused.',
    action:
      'If a write-once cartridge was not meant, use another one. If it was, check that the backup application knows of it and that its label says so.',
  },
  61: {
    name: 'Encryption policy violation',
    severity: 'warning',
    concerns: 'medium',
    ends: 'medium-removed',
    message: 'The drive refused a command that is against the encryption policy it was given.',
    action:
      'Check the encryption settings of the backup application and the library, and whether the cartridge belongs to this policy.',
  },
}
