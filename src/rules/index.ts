import { backupOverdue } from './backups.ts'
import {
  databaseBloat,
  databaseCacheHitLow,
  databaseConnectionsNearLimit,
  databaseSlowQueries,
  databaseWraparound,
} from './database.ts'
import { arrayDegraded, arrayInactive } from './md-arrays.ts'
import {
  cartridgeErrorsFollowTape,
  cartridgeLifeCritical,
  cartridgeLifeLow,
  tapeDriveErrorsFollowDrive,
} from './cartridges.ts'
import {
  elementException,
  importExportFull,
  importExportOccupied,
  noEmptySlot,
  volumeTagDuplicated,
} from './changer-elements.ts'
import {
  certificateExpires,
  certificateExpiresCritical,
  certificateRefused,
} from './certificates.ts'
import { changerOffline, changerUnreachable } from './changers.ts'
import { notificationChannelDown, notificationsGivenUp } from './channels.ts'
import { collectorFailing, collectorStale } from './collectors.ts'
import {
  consistencyMismatch,
  consistencyMissing,
  consistencyPending,
  vtlMediaOrphaned,
} from './consistency.ts'
import { databaseUnreachable } from './database-reach.ts'
import {
  CLEAR_MARGIN_PERCENT,
  fileSystemInodesLow,
  fileSystemReadOnly,
  storageCapacityCritical,
  storageCapacityWarning,
} from './filesystems.ts'
import { applianceNameTaken, applianceSilent } from './fleet.ts'
import { capacityUsedUpSoon } from './forecasts.ts'
import {
  arrayMissing,
  driveMissing,
  libraryMissing,
  scstSessionLost,
  targetMissing,
} from './inventory.ts'
import { vtlDaemonDown, vtlMediumMissing, vtlNotRunning } from './mhvtl.ts'
import { bondDegraded } from './network.ts'
import { repositoryNotMounted } from './repositories.ts'
import type { Rule } from './rule.ts'
import {
  scstConfigurationDiffers,
  scstNotRunning,
  scstSuspended,
  scstTargetDriverDown,
} from './scst.ts'
import { scstCommandStuck, scstCommandStuckCritical } from './scst-commands.ts'
import { scstDeviceBlocked, scstDeviceFileMissing, scstDeviceInactive } from './scst-devices.ts'
import { scstBlackHole, scstLunZeroMissing, scstTargetDisabled } from './scst-targets.ts'
import { sensorAlarm } from './sensors.ts'
import { serviceDown } from './services.ts'
import { smartFailing } from './smart.ts'
import { libraryTapeAlert, tapeDriveTapeAlert, tapeDriveTapeAlertPending } from './tape-alerts.ts'
import {
  tapeDriveCleaningRequested,
  tapeDriveCleaningRequired,
  tapeDriveRecoveryRequested,
  tapeDriveUnreachable,
} from './tape-drives.ts'
import {
  tapeDriveCleaningDue,
  tapeDriveFailurePredicted,
  tapeDriveRetriesHigh,
  tapeDriveTooWarm,
  tapeDriveUnrecoveredErrors,
} from './tape-health.ts'
import { taskFailure } from './tasks.ts'
import { watcherFailing, watcherSilent } from './watchers.ts'
import {
  thinPoolDataFull,
  thinPoolDataFullCritical,
  thinPoolMetadataFull,
  thinPoolMetadataFullCritical,
  volumeGroupMissingDevice,
  volumeGroupNearlyFull,
} from './volume-groups.ts'

/** What the configuration can change of the built-in rules. */
export interface Thresholds {
  capacityWarningPercent: number
  capacityCriticalPercent: number
  inodesFreePercent: number
  thinPoolWarningPercent: number
  thinPoolCriticalPercent: number
  volumeGroupPercent: number
  tapeRetriesPerGigabyte: number
  tapeCleaningHours: number
  cartridgeLifeWarningPercent: number
  cartridgeLifeCriticalPercent: number
  /** By how much capacity has to fall below its threshold until an alert is over. */
  clearMarginPercent: number
}

/** The defaults of the configuration. */
export const defaultThresholds: Thresholds = {
  capacityWarningPercent: 80,
  capacityCriticalPercent: 95,
  inodesFreePercent: 5,
  thinPoolWarningPercent: 80,
  thinPoolCriticalPercent: 95,
  volumeGroupPercent: 95,
  tapeRetriesPerGigabyte: 100,
  tapeCleaningHours: 250,
  cartridgeLifeWarningPercent: 10,
  cartridgeLifeCriticalPercent: 3,
  clearMarginPercent: CLEAR_MARGIN_PERCENT,
}

/** Every built-in rule. Each has its page in docs/runbooks. */
export function builtInRules(thresholds: Thresholds = defaultThresholds): readonly Rule[] {
  const { clearMarginPercent: margin } = thresholds
  return [
    storageCapacityWarning(thresholds.capacityWarningPercent, margin),
    storageCapacityCritical(thresholds.capacityCriticalPercent, margin),
    fileSystemReadOnly,
    repositoryNotMounted,
    fileSystemInodesLow(thresholds.inodesFreePercent, margin),
    taskFailure,
    serviceDown,
    arrayDegraded,
    arrayInactive,
    volumeGroupMissingDevice,
    volumeGroupNearlyFull(thresholds.volumeGroupPercent, margin),
    thinPoolDataFull(thresholds.thinPoolWarningPercent, margin),
    thinPoolDataFullCritical(thresholds.thinPoolCriticalPercent, margin),
    thinPoolMetadataFull(thresholds.thinPoolWarningPercent, margin),
    thinPoolMetadataFullCritical(thresholds.thinPoolCriticalPercent, margin),
    capacityUsedUpSoon,
    smartFailing,
    scstNotRunning,
    scstSuspended,
    scstConfigurationDiffers,
    scstTargetDriverDown,
    scstTargetDisabled,
    scstLunZeroMissing,
    scstBlackHole,
    scstDeviceInactive,
    scstDeviceFileMissing,
    scstDeviceBlocked,
    scstCommandStuck,
    scstCommandStuckCritical,
    vtlNotRunning,
    vtlDaemonDown,
    vtlMediumMissing,
    changerUnreachable,
    changerOffline,
    importExportFull,
    importExportOccupied,
    noEmptySlot,
    volumeTagDuplicated,
    elementException,
    tapeDriveUnreachable,
    tapeDriveCleaningRequired,
    tapeDriveCleaningRequested,
    tapeDriveRecoveryRequested,
    tapeDriveTapeAlert,
    libraryTapeAlert,
    tapeDriveTapeAlertPending,
    tapeDriveUnrecoveredErrors,
    tapeDriveRetriesHigh(thresholds.tapeRetriesPerGigabyte),
    tapeDriveCleaningDue(thresholds.tapeCleaningHours),
    tapeDriveFailurePredicted,
    tapeDriveTooWarm,
    tapeDriveErrorsFollowDrive,
    cartridgeErrorsFollowTape,
    cartridgeLifeLow(thresholds.cartridgeLifeWarningPercent),
    cartridgeLifeCritical(thresholds.cartridgeLifeCriticalPercent),
    libraryMissing,
    driveMissing,
    targetMissing,
    arrayMissing,
    scstSessionLost,
    collectorFailing,
    collectorStale,
    watcherFailing,
    watcherSilent,
    databaseUnreachable,
    notificationChannelDown,
    notificationsGivenUp,
    certificateExpires,
    certificateExpiresCritical,
    certificateRefused,
    bondDegraded,
    sensorAlarm,
    consistencyMissing,
    consistencyPending,
    consistencyMismatch,
    vtlMediaOrphaned,
    backupOverdue,
    applianceSilent,
    applianceNameTaken,
    databaseConnectionsNearLimit,
    databaseSlowQueries,
    databaseCacheHitLow,
    databaseBloat,
    databaseWraparound,
  ]
}

/** The names of the built-in rules: of those there are pages in docs/runbooks, of others there are none. */
export const builtInAlerts: ReadonlySet<string> = new Set(builtInRules().map(({ alert }) => alert))
