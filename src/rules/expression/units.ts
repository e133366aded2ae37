/** What numbers are counted in; of most nothing is said. */
export type Unit = string

const SUFFIXES: readonly (readonly [suffix: string, unit: Unit])[] = [
  ['_bits_per_second', 'bits/s'],
  ['_bytes_per_second', 'bytes/s'],
  ['_timestamp_seconds', 'timestamp'],
  ['_percent', 'percent'],
  ['_ratio', 'ratio'],
  ['_seconds', 'seconds'],
  ['_bytes', 'bytes'],
  ['_celsius', 'celsius'],
  ['_rpm', 'rpm'],
  ['_volts', 'volts'],
  ['_amperes', 'amperes'],
  ['_watts', 'watts'],
]

/** The unit that the name of a metric ends with; null when it names none. */
export function unitOfMetric(name: string): Unit | null {
  const counted = name.replace(/_total$/, '')
  return SUFFIXES.find(([suffix]) => counted.endsWith(suffix))?.[1] ?? null
}

/** Of a value per second. */
export function perSecond(unit: Unit | null): Unit | null {
  return unit === null || unit === 'seconds' ? null : `${unit}/s`
}

const SYMBOLS: Readonly<Record<Unit, string>> = {
  percent: '%',
  celsius: '°C',
  volts: 'V',
  amperes: 'A',
  watts: 'W',
}

/** `91.2 %`, `1.4 TiB`, `2.5 min`, `41 °C`, `0.912`. */
export function valueText(value: number, unit: Unit | null): string {
  switch (unit) {
    case 'bytes':
      return scaled(value, BYTES)
    case 'bytes/s':
      return `${scaled(value, BYTES)}/s`
    case 'seconds':
      return scaled(value, SECONDS)
    case 'timestamp':
      return Math.abs(value) <= LAST_SECOND
        ? new Date(value * 1000).toISOString()
        : numberText(value)
    case null:
    case 'ratio':
      return numberText(value)
    default:
      return `${numberText(value)} ${SYMBOLS[unit] ?? unit}`
  }
}

/** Of what a Date holds. */
const LAST_SECOND = 8.64e12

type Scale = readonly (readonly [least: number, symbol: string])[]

const BYTES: Scale = [
  [2 ** 50, 'PiB'],
  [2 ** 40, 'TiB'],
  [2 ** 30, 'GiB'],
  [2 ** 20, 'MiB'],
  [2 ** 10, 'KiB'],
  [0, 'B'],
]
const SECONDS: Scale = [
  [2 * 86_400, 'days'],
  [2 * 3600, 'h'],
  [2 * 60, 'min'],
  [0, 's'],
]
const DIVISORS: Readonly<Record<string, number>> = { days: 86_400, h: 3600, min: 60 }

function scaled(value: number, scale: Scale): string {
  const [least, symbol] = scale.find(([each]) => Math.abs(value) >= each) ?? [0, '']
  const divisor = DIVISORS[symbol] ?? Math.max(1, least)
  return `${numberText(value / divisor)} ${symbol}`
}

/** Four digits that count; of larger numbers all that are whole. */
export function numberText(value: number): string {
  if (Math.abs(value) >= 1e15 || (value !== 0 && Math.abs(value) < 1e-4))
    return value.toPrecision(4)
  const digits = Math.abs(value) >= 1000 ? 0 : undefined
  const text = digits === undefined ? String(Number(value.toPrecision(4))) : value.toFixed(digits)
  return text === '-0' ? '0' : text
}
