import { bytes, dateTime, duration, percent } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import type { Unit } from './asked.ts'

const texts = words.metrics

const sayings: Readonly<Record<Unit, (value: number) => string | null>> = {
  bytes: (value) => (value < 0 ? `-${bytes(-value) ?? ''}` : bytes(value)),
  seconds: (value) =>
    value === 0
      ? '0 s'
      : Math.abs(value) < 0.01
        ? `${(value * 1000).toPrecision(2)} ms`
        : duration(value),
  percent,
  celsius: (value) => `${value.toFixed(1)} °C`,
  timestamp: (value) => dateTime(new Date(value * 1000)),
  number: (value) => value.toLocaleString('en', { maximumSignificantDigits: 4 }),
}

/** How values of a unit are said. */
export function sayingOf(unit: Unit, perSecond: boolean): (value: number) => string | null {
  // A rate of seconds is a share of the time, and has no unit.
  if (perSecond && unit === 'seconds') return sayings.number
  return perSecond ? (value) => `${sayings[unit](value) ?? ''}/s` : sayings[unit]
}

/** What the unit is called. */
export function unitName(unit: Unit, perSecond: boolean): string {
  return perSecond ? texts.perSecond(texts.units[unit]) : texts.units[unit]
}
