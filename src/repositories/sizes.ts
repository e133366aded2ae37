const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** Bytes in words: `1.5 GiB`; exact where two digits do not tell. */
export function sizeText(bytes: number): string {
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), UNITS.length - 1)
  const value = Math.round((bytes / 1024 ** power) * 100) / 100
  return `${value} ${UNITS[power] ?? 'B'}`
}
