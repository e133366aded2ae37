import type { ComponentChildren } from 'preact'
import { Facts, Time } from './value.tsx'
import { bytes, count, duration, percent } from '../words/format.ts'

/** Names end with their unit, as they do on the wire. */
const units: readonly (readonly [RegExp, (value: number) => string | null])[] = [
  [/_bytes$/, bytes],
  [/_seconds$/, duration],
  [/_percent$/, percent],
  [/_ratio$/, (value) => percent(value * 100)],
]

/** What an alert was raised on. */
export function Evidence({ of }: { of: Readonly<Record<string, unknown>> }) {
  return (
    <Facts facts={Object.entries(of).map(([name, value]) => [spoken(name), shown(name, value)])} />
  )
}

/** `free_bytes` is said with its unit beside the value, not in the name. */
function spoken(name: string): string {
  return name.replace(/_(bytes|seconds|percent|ratio|count|celsius)$/, '').replaceAll('_', ' ')
}

function shown(name: string, value: unknown): ComponentChildren {
  if (value === null) return null
  if (typeof value === 'number') {
    const format = units.find(([pattern]) => pattern.test(name))?.[1] ?? count
    return name.endsWith('_celsius') ? `${value} °C` : format(value)
  }
  if (typeof value === 'string') {
    return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? <Time at={value} exact /> : value
  }
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return value.join(', ')
  return <code class="data">{JSON.stringify(value, null, 2)}</code>
}
