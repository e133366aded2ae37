import type { TaskKind } from '../../kind.ts'
import type { ScstSetting } from '../../scst/setting.ts'
import { scstApply } from './apply.ts'
import { scstPassThroughKinds, scstVdiskKinds } from './device.ts'
import { scstDeviceGroupKinds } from './device-group.ts'
import { scstExportLibrary } from './export-library.ts'
import { scstGroupKinds } from './group.ts'
import { scstInitiatorKinds } from './initiator.ts'
import { scstLunKinds } from './lun.ts'
import { scstTargetKinds } from './target.ts'

/** All kinds that change SCST; one at a time is carried out. */
export function scstKinds(setting: ScstSetting): TaskKind[] {
  return [
    scstApply(setting),
    ...scstTargetKinds(setting),
    ...scstGroupKinds(setting),
    ...scstInitiatorKinds(setting),
    ...scstLunKinds(setting),
    ...scstVdiskKinds(setting),
    ...scstPassThroughKinds(setting),
    ...scstDeviceGroupKinds(setting),
    scstExportLibrary(setting),
  ]
}
