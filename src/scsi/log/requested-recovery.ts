import { logValues } from './page.ts'

/** Number of the requested recovery page (SSC-3, ADC-3). */
export const REQUESTED_RECOVERY = 0x13

/** A procedure that a drive asks for. */
export interface RecoveryProcedure {
  code: number
  /** See RECOVERY_PROCEDURES; null when the code is reserved or vendor specific. */
  name: string | null
}

/** Recovery procedures (SSC-3), by code. */
export const RECOVERY_PROCEDURES: readonly string[] = [
  'not-requested',
  'requested-none-defined',
  'push-volume',
  'reinsert-volume',
  'unload-and-reinsert-volume',
  'power-cycle',
  'load',
  'unload',
  'logical-unit-reset',
  'contact-service',
  'unload-and-quarantine-volume',
  'insert-no-volume-contact-service',
  'unload-remove-volume-contact-service',
  'create-error-log',
  'retrieve-error-log',
  'allow-microcode-update-and-reinsert-volume',
]

/**
 * What the drive asks for, from page 13h, in the order of the page; empty when nothing (code 00h
 * is left out). DecodeError when it is another page.
 */
export function decodeRequestedRecovery(data: Uint8Array): RecoveryProcedure[] {
  const codes = logValues(data, REQUESTED_RECOVERY).get(0x0000) ?? new Uint8Array()
  return [...codes]
    .filter((code) => code !== 0x00 && code !== 0xff)
    .map((code) => ({ code, name: RECOVERY_PROCEDURES[code] ?? null }))
}
