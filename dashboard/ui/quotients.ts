import type { Line } from './chart-data.ts'

/** One line divided by another where both are known; where the divisor is 0 there is no value. */
export function quotient(name: string, of: Line['points'], by: Line['points']): Line {
  const divisors = new Map(by.map(([at, value]) => [at.getTime(), value]))
  const points = of.flatMap(([at, value]) => {
    const divisor = divisors.get(at.getTime())
    return divisor === undefined || divisor === 0 ? [] : [[at, value / divisor] as const]
  })
  return { name, points }
}
