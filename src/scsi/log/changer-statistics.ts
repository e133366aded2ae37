import { logValues } from './page.ts'
import { counter } from './values.ts'

/** Number of the media changer statistics page (SMC-3); drives have another table there. */
export const CHANGER_STATISTICS = 0x14

/** Errors of one movement of the medium transport. */
export interface TransportErrors {
  unrecovered: number | null
  recovered: number | null
}

/** What a changer counts, over its life (SMC-3; codes as in sg_logs.c). */
export interface ChangerStatistics {
  /** 0000h */
  moves: number | null
  /** 0001h: taken out of elements. */
  picks: number | null
  /** 0002h */
  pickRetries: number | null
  /** 0003h: put into elements. */
  places: number | null
  /** 0004h */
  placeRetries: number | null
  /** 0005h */
  volumeTagsRead: number | null
  /** 0006h */
  invalidVolumeTags: number | null
  /** 0007h */
  doorOpens: number | null
  /** 0008h */
  importExportDoorOpens: number | null
  /** 0009h */
  inventoryScans: number | null
  /** 000Ah and 000Bh, and so on: unrecovered and recovered errors of the medium transport. */
  transport: TransportErrors
  /** 000Ch and 000Dh */
  xAxis: TransportErrors
  /** 000Eh and 000Fh */
  yAxis: TransportErrors
  /** 0010h and 0011h */
  zAxis: TransportErrors
  /** 0012h and 0013h */
  rotation: TransportErrors
  /** 0014h and 0015h */
  inversion: TransportErrors
  /** 0016h and 0017h */
  auxiliary: TransportErrors
}

/** Decodes page 14h of a changer. DecodeError when it is another. */
export function decodeChangerStatistics(data: Uint8Array): ChangerStatistics {
  const values = logValues(data, CHANGER_STATISTICS)
  const count = (code: number): number | null => counter(values.get(code))
  const errors = (code: number): TransportErrors => ({
    unrecovered: count(code),
    recovered: count(code + 1),
  })
  return {
    moves: count(0x0000),
    picks: count(0x0001),
    pickRetries: count(0x0002),
    places: count(0x0003),
    placeRetries: count(0x0004),
    volumeTagsRead: count(0x0005),
    invalidVolumeTags: count(0x0006),
    doorOpens: count(0x0007),
    importExportDoorOpens: count(0x0008),
    inventoryScans: count(0x0009),
    transport: errors(0x000a),
    xAxis: errors(0x000c),
    yAxis: errors(0x000e),
    zAxis: errors(0x0010),
    rotation: errors(0x0012),
    inversion: errors(0x0014),
    auxiliary: errors(0x0016),
  }
}
