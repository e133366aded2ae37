import type { Source } from './rule.ts'

/** Alerts of some rules; with more said only those that have it. */
export interface AlertPattern {
  rules: readonly string[]
  /** Name of a label that is the alert's own, not of what its place belongs to. */
  labelled?: string
  labels?: Readonly<Record<string, string>>
  source?: Source
}

/**
 * One condition that follows from another, or says less of the same: while an alert of `by` fires, those of
 * `mutes` that agree with it in all labels of `equal` are not told. The labels are looked up in those of the
 * alert, then in what its place belongs to; where one is not known there the alert is not muted.
 */
export interface Inhibition {
  by: AlertPattern
  mutes: AlertPattern
  equal: readonly string[]
}

/** What goes wrong with a library that nobody can move a cartridge in. */
const ELEMENTS = [
  'ChangerImportExportFull',
  'ChangerImportExportOccupied',
  'ChangerNoEmptySlot',
  'ChangerVolumeTagDuplicated',
  'ChangerElementException',
]

const DRIVES = [
  'DriveMissing',
  'TapeDriveUnreachable',
  'TapeDriveCleaningRequired',
  'TapeDriveCleaningRequested',
  'TapeDriveRecoveryRequested',
  'TapeDriveTapeAlert',
  'TapeDriveTapeAlertPending',
  'TapeDriveUnrecoveredErrors',
  'TapeDriveRetriesHigh',
  'TapeDriveCleaningDue',
  'TapeDriveTooWarm',
  'TapeDriveErrorsFollowDrive',
]

/** Commands that wait, whoever lets them wait. */
const STUCK = ['ScstCommandStuck', 'ScstCommandStuckCritical']

/** What a target, a session or a device of SCST can suffer from. */
const SCST = [
  'ScstSuspended',
  'ScstConfigurationDiffers',
  'ScstTargetDriverDown',
  'ScstTargetDisabled',
  'ScstLunZeroMissing',
  'ScstBlackHole',
  'ScstDeviceInactive',
  'ScstDeviceFileMissing',
  'ScstDeviceBlocked',
  ...STUCK,
  'ScstSessionLost',
  'TargetMissing',
]

/**
 * What follows from what, the cause first. A rule that says the same as another of the very same place, and
 * more, has its own word for that: `inhibits`.
 */
export const inhibitions: readonly Inhibition[] = [
  {
    by: { rules: ['ChangerUnreachable', 'ChangerOffline', 'LibraryMissing'] },
    mutes: { rules: [...ELEMENTS, ...DRIVES] },
    equal: ['library'],
  },
  // Nothing of mhvtl is there without its module.
  {
    by: { rules: ['VtlNotRunning'] },
    mutes: {
      rules: ['VtlDaemonDown', 'LibraryMissing', 'ChangerUnreachable', ...DRIVES],
      source: 'vtl',
    },
    equal: [],
  },
  {
    by: { rules: ['VtlDaemonDown'], labelled: 'library' },
    mutes: { rules: ['ChangerUnreachable', 'ChangerOffline'] },
    equal: ['library'],
  },
  {
    by: { rules: ['VtlDaemonDown'] },
    mutes: { rules: ['TapeDriveUnreachable'] },
    equal: ['serial'],
  },
  {
    by: { rules: ['TapeDriveCleaningRequired', 'TapeDriveCleaningRequested'] },
    mutes: { rules: ['TapeDriveCleaningDue'] },
    equal: ['serial'],
  },
  { by: { rules: ['ScstNotRunning'] }, mutes: { rules: SCST }, equal: [] },
  {
    by: { rules: ['ScstNotRunning'] },
    mutes: { rules: ['ServiceDown'], labels: { unit: 'scst.service' } },
    equal: [],
  },
  {
    by: { rules: ['ScstTargetDriverDown'] },
    mutes: { rules: ['ScstTargetDisabled', 'ScstSessionLost', 'TargetMissing'] },
    equal: ['driver'],
  },
  {
    by: { rules: ['ScstTargetDisabled', 'TargetMissing'] },
    mutes: { rules: ['ScstSessionLost'] },
    equal: ['driver', 'target'],
  },
  {
    by: { rules: ['ScstSuspended'] },
    mutes: { rules: ['ScstDeviceBlocked', ...STUCK] },
    equal: [],
  },
  {
    by: { rules: ['ArrayMissing', 'ArrayInactive'] },
    mutes: { rules: ['ArrayDegraded'] },
    equal: ['array'],
  },
]
