import { createHash } from 'node:crypto'

/** SCST's configuration file. */
export interface ScstConfigFile {
  /** Its text; empty where there is none. Rejects when it cannot be read. */
  read: () => Promise<string>
  /**
   * Puts another in its place, if it is still the one of that hash, and resolves with where the old one is kept; null
   * where there was none.
   */
  write: (text: string, expectedSha256: string) => Promise<string | null>
}

/** Hash of a text, in hexadecimal. */
export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
