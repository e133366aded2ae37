import type { LiteralUnit } from './syntax.ts'

const DURATIONS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
}

const SIZES: Readonly<Record<string, number>> = {
  B: 1,
  ...{ kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, PB: 1e15 },
  ...{ KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40, PiB: 2 ** 50 },
}

const NUMBER = /^(\d+(?:\.\d*)?|\.\d+)((?:[eE][+-]?\d+)?)(.*)$/
const PARTS = /^(?:\d+(?:\.\d+)?[a-z]+)+$/

/** Reads `80`, `1e9`, `80%`, `1h30m`, `2TiB`: durations in seconds, sizes in bytes; or says what is wrong with it. */
export function parseNumber(
  text: string,
): { value: number; unit: LiteralUnit | null } | { fault: string } {
  const [, digits = '', exponent = '', suffix = ''] = NUMBER.exec(text) ?? []
  const value = Number(digits + exponent)
  if (!Number.isFinite(value)) return { fault: `${text} is too large` }
  if (suffix === '') return { value, unit: null }
  if (suffix === '%') return { value, unit: 'percent' }
  const size = SIZES[suffix]
  if (size !== undefined) return { value: value * size, unit: 'bytes' }
  const seconds = exponent === '' ? secondsOf(text) : null
  if (seconds !== null) return { value: seconds, unit: 'seconds' }
  const known = [...Object.keys(DURATIONS), ...Object.keys(SIZES), '%'].join(', ')
  return { fault: `"${suffix}" is no unit; there are ${known}` }
}

/** `1h30m`. */
function secondsOf(text: string): number | null {
  if (!PARTS.test(text)) return null
  let seconds = 0
  for (const [, digits, unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)([a-z]+)/g)) {
    const factor = DURATIONS[unit]
    if (factor === undefined) return null
    seconds += Number(digits) * factor
  }
  return seconds
}
