import { byteAt } from '../bytes.ts'
import { numberIn } from '../log/values.ts'
import { bytesOf, type ModePage } from './page.ts'

/** Number of the data compression page (SSC-4 8.3.2). */
export const DATA_COMPRESSION_MODE = 0x0f

/** How a tape drive is set to compress. */
export interface CompressionMode {
  /** DCE: what is written now is compressed. */
  enabled: boolean
  /** DCC: it can compress. */
  capable: boolean
  /** DDE: what is read is decompressed. */
  decompressionEnabled: boolean
  /** Algorithms: 0 none, 1 default, 5 ALDC, 10h IDRC, 20h DCLZ; null when the drive does not say. */
  algorithm: number | null
  decompressionAlgorithm: number | null
}

/** Decodes page 0Fh. DecodeError when it is another, or ends before its flags. */
export function decodeCompressionMode(page: ModePage): CompressionMode {
  const bytes = bytesOf(page, { page: DATA_COMPRESSION_MODE, bytes: 4 })
  const compression = byteAt(bytes, 2, 'mode page 0fh')
  const decompression = byteAt(bytes, 3, 'mode page 0fh')
  return {
    enabled: (compression & 0x80) !== 0,
    capable: (compression & 0x40) !== 0,
    decompressionEnabled: (decompression & 0x80) !== 0,
    algorithm: numberIn(bytes, 4, 4),
    decompressionAlgorithm: numberIn(bytes, 8, 4),
  }
}
