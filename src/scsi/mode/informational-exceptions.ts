import { byteAt } from '../bytes.ts'
import { numberIn } from '../log/values.ts'
import { bytesOf, type ModePage } from './page.ts'

/** Number of the informational exceptions control page (SPC-4 7.5, SSC-4 8.3.6). */
export const INFORMATIONAL_EXCEPTIONS_CONTROL = 0x1c

/** How a device tells of itself that it is going to fail, and a tape drive of TapeAlert flags. */
export interface InformationalExceptionsControl {
  /** DEXCPT: it tells nothing unasked; of a tape drive, it sends no sense data for TapeAlert flags. */
  disabled: boolean
  /** EWASC: it also tells of warnings, as of its temperature. */
  warnings: boolean
  /** TEST: it pretends a failure. */
  test: boolean
  /** LOGERR */
  logged: boolean
  method: ReportingMethod
  /** How often it tells of the same again; null when only once, or as its maker likes. */
  intervalSeconds: number | null
  /** REPORT COUNT, and of a tape drive TEST FLAG NUMBER. */
  reportCount: number | null
}

/** MRIE, method of reporting informational exceptions (SPC-4 7.5). */
export type ReportingMethod =
  | 'none'
  | 'asynchronous-event'
  | 'unit-attention'
  | 'conditional-recovered-error'
  | 'recovered-error'
  | 'no-sense'
  | 'on-request'
  | 'reserved'
  | 'vendor-specific'

const METHODS: readonly ReportingMethod[] = [
  'none',
  'asynchronous-event',
  'unit-attention',
  'conditional-recovered-error',
  'recovered-error',
  'no-sense',
  'on-request',
]

/** Decodes page 1Ch. DecodeError when it is another, or ends before the method. */
export function decodeInformationalExceptionsControl(
  page: ModePage,
): InformationalExceptionsControl {
  const bytes = bytesOf(page, { page: INFORMATIONAL_EXCEPTIONS_CONTROL, bytes: 4 })
  const flags = byteAt(bytes, 2, 'mode page 1ch')
  const method = byteAt(bytes, 3, 'mode page 1ch') & 0x0f
  const interval = numberIn(bytes, 4, 4)
  return {
    disabled: (flags & 0x08) !== 0,
    warnings: (flags & 0x10) !== 0,
    test: (flags & 0x04) !== 0,
    logged: (flags & 0x01) !== 0,
    method: METHODS[method] ?? (method >= 0x0c ? 'vendor-specific' : 'reserved'),
    // In tenths of a second; all FFh means once, and 0 what the maker likes.
    intervalSeconds: interval === null || interval === 0 ? null : interval / 10,
    reportCount: numberIn(bytes, 8, 4),
  }
}
