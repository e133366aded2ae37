/**
 * Numbers of the TapeAlert flags that are set in eight bytes, ascending, flag 1 being the highest bit of
 * the first byte: so they are in the memory of a cartridge (SPC-4 7.4.2.2) and in VPD page B2h (SSC-4
 * 8.4.4). What is left out is not set; null without any byte.
 */
export function flagsOf(bits: Uint8Array | undefined): number[] | null {
  if (bits === undefined || bits.length === 0) return null
  const numbers: number[] = []
  for (let number = 1; number <= 64; number++) {
    const byte = bits[(number - 1) >> 3] ?? 0
    if ((byte & (0x80 >> ((number - 1) & 7))) !== 0) numbers.push(number)
  }
  return numbers
}
