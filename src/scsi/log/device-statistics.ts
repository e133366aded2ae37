import { logValues } from './page.ts'
import { counter, flag, numberIn, text } from './values.ts'

/** Number of the device statistics page of drives (SSC-3); changers have another table there. */
export const DEVICE_STATISTICS = 0x14

/**
 * What a drive counts of itself (SSC-5; IBM LTO SCSI Reference 6.4.12), over its life where
 * nothing else is said.
 */
export interface DeviceStatistics {
  /** 0000h */
  loads: number | null
  /** 0001h */
  cleanings: number | null
  /** 0002h */
  powerOnHours: number | null
  /** 0003h */
  motionHours: number | null
  /** 0004h */
  tapeMeters: number | null
  /** 0005h: motion hours when a medium that it cannot take was last loaded. */
  incompatibleMediumMotionHours: number | null
  /** 0006h: power-on hours when it was last too hot or too cold. */
  temperatureConditionPowerOnHours: number | null
  /** 0007h: power-on hours when it last drew too much or too little. */
  powerConditionPowerOnHours: number | null
  /** 0008h: since the last cleaning that succeeded. */
  motionHoursSinceCleaning: number | null
  /** 0009h: since the one before. */
  motionHoursSinceSecondLastCleaning: number | null
  /** 000Ah: since the one before that. */
  motionHoursSinceThirdLastCleaning: number | null
  /** 000Bh: power-on hours when an operator last forced a reset or an emergency eject. */
  forcedResetPowerOnHours: number | null
  /** 000Ch */
  powerCycles: number | null
  /** 000Dh: since the parameters were reset. */
  loadsSinceReset: number | null
  /** 000Eh: write errors that were not recovered. */
  hardWriteErrors: number | null
  /** 000Fh: read errors that were not recovered. */
  hardReadErrors: number | null
  /** 0010h: how long the duty cycles were sampled. */
  dutyCycleSampleMilliseconds: number | null
  /** 0011h: share of the sample in which it read, as all of these up to 0015h. */
  readPercent: number | null
  /** 0012h */
  writePercent: number | null
  /** 0013h */
  activityPercent: number | null
  /** 0014h */
  volumeNotPresentPercent: number | null
  /** 0015h */
  readyPercent: number | null
  /** 0016h: from initiators in the sample; a megabyte is 10^6 bytes or 2^20, the standard does not say. */
  receivedMegabytes: number | null
  /** 0017h: to initiators in the sample. */
  sentMegabytes: number | null
  /** 0040h: serial number that its manufacturer gave it. */
  manufacturerSerial: string | null
  /** 0041h: serial number that it answers with. */
  serial: string | null
  /** 0042h: as YYYYMMDD. */
  manufacturingDate: string | null
  /** 0043h: as YYYYWW. */
  manufacturingWeek: string | null
  /** 0080h */
  removalPrevented: boolean | null
  /** 0081h: the mechanism was warmer than recommended. */
  temperatureExceeded: boolean | null
  /** 1000h */
  motionHoursByMedium: readonly MediumMotion[]
}

/** How long media of a type were moved, parameter 1000h. */
export interface MediumMotion {
  densityCode: number | null
  mediumType: number | null
  motionHours: number | null
}

/** Decodes page 14h of a drive. DecodeError when it is another. */
export function decodeDeviceStatistics(data: Uint8Array): DeviceStatistics {
  const values = logValues(data, DEVICE_STATISTICS)
  const count = (code: number): number | null => counter(values.get(code))
  return {
    loads: count(0x0000),
    cleanings: count(0x0001),
    powerOnHours: count(0x0002),
    motionHours: count(0x0003),
    tapeMeters: count(0x0004),
    incompatibleMediumMotionHours: count(0x0005),
    temperatureConditionPowerOnHours: count(0x0006),
    powerConditionPowerOnHours: count(0x0007),
    motionHoursSinceCleaning: count(0x0008),
    motionHoursSinceSecondLastCleaning: count(0x0009),
    motionHoursSinceThirdLastCleaning: count(0x000a),
    forcedResetPowerOnHours: count(0x000b),
    powerCycles: count(0x000c),
    loadsSinceReset: count(0x000d),
    hardWriteErrors: count(0x000e),
    hardReadErrors: count(0x000f),
    dutyCycleSampleMilliseconds: count(0x0010),
    readPercent: count(0x0011),
    writePercent: count(0x0012),
    activityPercent: count(0x0013),
    volumeNotPresentPercent: count(0x0014),
    readyPercent: count(0x0015),
    receivedMegabytes: count(0x0016),
    sentMegabytes: count(0x0017),
    manufacturerSerial: text(values.get(0x0040)),
    serial: text(values.get(0x0041)),
    manufacturingDate: text(values.get(0x0042)),
    manufacturingWeek: text(values.get(0x0043)),
    removalPrevented: flag(values.get(0x0080)),
    temperatureExceeded: flag(values.get(0x0081)),
    motionHoursByMedium: mediumMotions(values.get(0x1000) ?? new Uint8Array()),
  }
}

/** Descriptors of 8 bytes: two reserved, density code, medium type, hours. */
function mediumMotions(value: Uint8Array): MediumMotion[] {
  const motions: MediumMotion[] = []
  for (let at = 0; at + 8 <= value.length; at += 8) {
    motions.push({
      densityCode: numberIn(value, at + 2, 1),
      mediumType: numberIn(value, at + 3, 1),
      motionHours: numberIn(value, at + 4, 4),
    })
  }
  return motions
}
