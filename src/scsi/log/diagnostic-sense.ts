import { logValues } from './page.ts'
import { allFFh, numberIn } from './values.ts'

/** The entries of a page of diagnostic data by their number; one that is all FFh is not in use. */
export function diagnosticEntries(data: Uint8Array, page: number): [number, Uint8Array][] {
  return [...logValues(data, page)].filter(([, value]) => !allFFh(value))
}

/** What went wrong, as in sense data. */
export interface DiagnosticSense {
  /** The entry stands for more than one error of the kind. */
  repeated: boolean | null
  senseKey: number | null
  additionalSenseCode: number | null
  additionalSenseCodeQualifier: number | null
}

/** REPEAT and SENSE KEY in one byte, then ASC and ASCQ (SSC-3, SMC-3). */
export function diagnosticSense(value: Uint8Array, offset: number): DiagnosticSense {
  const first = value[offset]
  return {
    repeated: first === undefined ? null : (first & 0x80) !== 0,
    senseKey: first === undefined ? null : first & 0x0f,
    additionalSenseCode: value[offset + 1] ?? null,
    additionalSenseCodeQualifier: value[offset + 2] ?? null,
  }
}

/** A time of an entry. */
export interface DiagnosticTime {
  /** 0 since power on, 2 as set by an initiator, 3 as set otherwise (SPC-4, REPORT TIMESTAMP). */
  timestampOrigin: number | null
  /** By its origin since power on or since 1970-01-01 UTC; null also when it is 0, which is not set. */
  timestampMilliseconds: number | null
}

/** Origin, a reserved byte and six bytes of milliseconds, as REPORT TIMESTAMP has them (SPC-4). */
export function timestampOf(value: Uint8Array, offset: number): DiagnosticTime {
  const origin = value[offset]
  const milliseconds = numberIn(value, offset + 2, 6)
  return {
    timestampOrigin: origin === undefined ? null : origin & 0x07,
    timestampMilliseconds: milliseconds === 0 ? null : milliseconds,
  }
}
