import type { TapeAlertTable } from '../tape-alert.ts'

/**
 * Flags of tape drives that are not about the cartridge (SSC-5 annex A; severities and deactivation as the
 * TapeAlert specification 3.0, T10 02-142r0, has them). 40 to 46 are obsolete, some drives of autoloaders
 * set them still. 47 and 48 are younger than that specification: they are warnings, because jobs fail, but
 * data is not at risk.
 */
export const DRIVE_FLAGS: TapeAlertTable = {
  20: {
    name: 'Clean now',
    severity: 'critical',
    concerns: 'cleaning',
    ends: 'cleaned',
    message: 'The drive needs to be cleaned: it cannot go on reliably.',
    action:
      'If the operation has stopped, eject the cartridge and clean the drive; otherwise wait for it to finish, then clean the drive.',
  },
  21: {
    name: 'Clean periodic',
    severity: 'warning',
    concerns: 'cleaning',
    ends: 'cleaned',
    message: 'The drive is due for routine cleaning.',
    action: 'Wait for the operation to finish, then use a cleaning cartridge.',
  },
  22: {
    name: 'Expired cleaning media',
    severity: 'critical',
    concerns: 'cleaning',
    ends: 'next-load',
    message: 'The cleaning cartridge that was used last is worn out: the drive was not cleaned.',
    action:
      'Discard it, wait for the operation to finish, and clean the drive with a new cleaning cartridge.',
  },
  23: {
    name: 'Invalid cleaning tape',
    severity: 'critical',
    concerns: 'cleaning',
    ends: 'medium-removed',
    message:
      'The cleaning cartridge that was used last is of a type that the drive does not take: it was not cleaned.',
    action:
      'Do not use this cleaning cartridge in this drive. Wait for the operation to finish, and use one of the right type.',
  },
  25: {
    name: 'Dual port interface error',
    severity: 'warning',
    concerns: 'drive',
    ends: 'operator',
    message: 'A redundant interface port of the drive has failed.',
    action:
      'Check the cable and the switch of the other port. If they are good, call the supplier of the drive.',
  },
  26: {
    name: 'Cooling fan failing',
    severity: 'warning',
    concerns: 'drive',
    ends: 'operator',
    message: 'A cooling fan of the drive or its enclosure is failing.',
    action: 'Have the fan replaced before the drive gets too hot.',
  },
  27: {
    name: 'Power supply failure',
    severity: 'warning',
    concerns: 'drive',
    ends: 'operator',
    message: 'A redundant power supply of the enclosure that the drive sits in has failed.',
    action: 'Replace the power supply as the manual of the enclosure says.',
  },
  28: {
    name: 'Power consumption',
    severity: 'warning',
    concerns: 'drive',
    ends: 'subsides',
    message: 'The drive consumes more or less power than is specified.',
    action: 'Watch the drive. If the flag comes again, call the supplier of the drive.',
  },
  29: {
    name: 'Drive preventive maintenance required',
    severity: 'warning',
    concerns: 'drive',
    ends: 'operator',
    message: 'The drive is due for maintenance other than cleaning.',
    action:
      'Do what the manual of the drive says on preventive maintenance, or call the supplier of the drive.',
  },
  30: {
    name: 'Hardware A',
    severity: 'critical',
    concerns: 'drive',
    ends: 'power-cycle',
    message: 'The drive has a hardware fault from which a reset recovers it.',
    action: 'Eject the cartridge, reset the drive, and repeat the operation.',
  },
  31: {
    name: 'Hardware B',
    severity: 'critical',
    concerns: 'drive',
    ends: 'power-cycle',
    message:
      'The drive has a hardware fault that has not to do with reading and writing, or failed its self-test.',
    action:
      'Switch the drive off and on, and repeat the operation. If the problem persists, call the supplier of the drive.',
  },
  32: {
    name: 'Interface',
    severity: 'warning',
    concerns: 'drive',
    ends: 'operator',
    message: 'The drive has found a fault of its interface to the host.',
    action: 'Check the cables and their connectors, and repeat the operation.',
  },
  33: {
    name: 'Eject media',
    severity: 'critical',
    concerns: 'drive',
    ends: 'medium-removed',
    message: 'An operation has failed; the drive can recover by an eject.',
    action: 'Eject the cartridge, insert it again, and repeat the operation.',
  },
  34: {
    name: 'Microcode update fail',
    severity: 'warning',
    concerns: 'drive',
    ends: 'operator',
    message:
      'An update of the firmware has failed: it was not the right one for this drive, or was damaged.',
    action: 'Get the right firmware, and try again.',
  },
  35: {
    name: 'Drive humidity',
    severity: 'warning',
    concerns: 'drive',
    ends: 'subsides',
    message: 'The humidity inside the drive is out of the range that is specified.',
    action: 'Bring the humidity of the room into its range before the drive is used on.',
  },
  36: {
    name: 'Drive temperature',
    severity: 'warning',
    concerns: 'drive',
    ends: 'subsides',
    message: 'The temperature inside the drive is out of the range that is specified.',
    action: 'Check the fans, the flow of air and the temperature of the room.',
  },
  37: {
    name: 'Drive voltage',
    severity: 'warning',
    concerns: 'drive',
    ends: 'subsides',
    message: 'The voltage that the drive is supplied with is out of the range that is specified.',
    action: 'Check the power supply of the drive and its enclosure.',
  },
  38: {
    name: 'Predictive failure',
    severity: 'critical',
    concerns: 'drive',
    ends: 'operator',
    message: 'A hardware failure of the drive is predicted.',
    action: 'Move the work to other drives, and call the supplier of the drive.',
  },
  39: {
    name: 'Diagnostics required',
    severity: 'warning',
    concerns: 'drive',
    ends: 'operator',
    message: 'The drive may have a hardware fault.',
    action: 'Run the extended diagnostics that the manual of the drive describes.',
  },
  40: {
    name: 'Loader hardware A',
    severity: 'critical',
    concerns: 'library',
    ends: 'power-cycle',
    message: 'The autoloader has trouble communicating with the drive.',
    action:
      'Switch the autoloader off and on, and repeat the operation. If the problem persists, call its supplier.',
  },
  41: {
    name: 'Loader stray tape',
    severity: 'critical',
    concerns: 'library',
    ends: 'operator',
    message: 'A cartridge was left in the autoloader by an earlier hardware fault.',
    action:
      'Insert an empty magazine to clear the fault; if it stays, switch the autoloader off and on. If it still persists, call its supplier.',
  },
  42: {
    name: 'Loader hardware B',
    severity: 'warning',
    concerns: 'library',
    ends: 'operator',
    message: 'The mechanism of the autoloader has a problem.',
    action: 'Watch the autoloader. If the problem persists, call its supplier.',
  },
  43: {
    name: 'Loader door',
    severity: 'critical',
    concerns: 'library',
    ends: 'subsides',
    message: 'An operation has failed because the door of the autoloader is open.',
    action:
      'Clear the door of obstructions, eject the magazine and insert it again; if the fault stays, switch the autoloader off and on.',
  },
  44: {
    name: 'Loader hardware C',
    severity: 'critical',
    concerns: 'library',
    ends: 'power-cycle',
    message: 'The autoloader has a hardware fault.',
    action:
      'Switch the autoloader off and on, and repeat the operation. If the problem persists, call its supplier.',
  },
  45: {
    name: 'Loader magazine',
    severity: 'critical',
    concerns: 'library',
    ends: 'subsides',
    message: 'The autoloader cannot work without its magazine.',
    action: 'Insert the magazine, and repeat the operation.',
  },
  46: {
    name: 'Loader predictive failure',
    severity: 'warning',
    concerns: 'library',
    ends: 'operator',
    message: 'A hardware failure of the autoloader is predicted.',
    action: 'Call the supplier of the autoloader.',
  },
  47: {
    name: 'External encryption control communications failure',
    severity: 'warning',
    concerns: 'drive',
    ends: 'operator',
    message:
      'The drive cannot reach what controls its encryption: encrypted cartridges cannot be read or written.',
    action: 'Check that the library and the key manager run, and the network between them.',
  },
  48: {
    name: 'External encryption control key manager error',
    severity: 'warning',
    concerns: 'drive',
    ends: 'operator',
    message:
      'The key manager answered the drive with an error: encrypted cartridges cannot be read or written.',
    action:
      'Look into the log of the key manager, and check that it knows this drive and has the keys of the cartridge.',
  },
  57: {
    name: 'Automation interface failure',
    severity: 'critical',
    concerns: 'drive',
    ends: 'operator',
    message: 'The drive has found a fault of its interface to the library.',
    action:
      'Check the power of the library, the cables and their connectors. If the problem persists, call the supplier of the drive.',
  },
  58: {
    name: 'Firmware failure',
    severity: 'warning',
    concerns: 'drive',
    ends: 'operator',
    message: 'The drive has reset itself because of a fault in its firmware.',
    action:
      'Repeat the operation, and check for newer firmware. If the problem persists, call the supplier of the drive.',
  },
}
