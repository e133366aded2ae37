import type { CartridgeHealth } from './drive-health.ts'

/** What the memory of a cartridge (MAM) says of it; null is what it does not hold. */
export type CartridgeMemory = Pick<
  CartridgeHealth,
  | 'serial'
  | 'barcode'
  | 'manufacturer'
  | 'loads'
  | 'capacityBytes'
  | 'remainingBytes'
  | 'worm'
  | 'lastDrives'
> & {
  writtenBytes: number | null
  readBytes: number | null
}
