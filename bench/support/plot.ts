/** What something costs, by how much there is of what it grows with. */
export interface Growth {
  /** Of its files. */
  name: string
  title: string
  /** What grows, as `SCST LUNs`. */
  of: string
  /** What it costs, with its unit. */
  cost: string
  points: readonly { count: number; cost: number }[]
}

/** The straight line through the points, and how the cost grows with the count. */
export interface Fit {
  fixed: number
  perOne: number
  /** Of the power law that is nearest: 1 is linear, 2 square; below 1 something is spent whatever the count. */
  exponent: number
}

/** Least squares: of the values for the line, of their logarithms for the power. */
export function fitOf(points: Growth['points']): Fit {
  const [perOne, fixed] = lineThrough(points.map(({ count, cost }) => [count, cost]))
  const [exponent] = lineThrough(points.map(({ count, cost }) => [Math.log(count), Math.log(cost)]))
  return { fixed, perOne, exponent }
}

function lineThrough(points: readonly (readonly [number, number])[]): [number, number] {
  const mean = (index: 0 | 1) =>
    points.reduce((sum, point) => sum + point[index], 0) / points.length
  const [meanX, meanY] = [mean(0), mean(1)]
  const over = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0)
  const slope = over / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  return [slope, meanY - slope * meanX]
}

/** A line for each point, under a head. */
export function csvOf({ of, cost, points }: Growth): string {
  return [[of, cost], ...points.map((point) => [point.count, point.cost])]
    .map((cells) => `${cells.join(',')}\n`)
    .join('')
}

const SIZE = { width: 640, height: 400 }
const EDGE = { left: 70, right: 35, top: 50, bottom: 55 }
const INK = 'font-family="sans-serif" font-size="13" fill="#222"'

/** A picture of the points and of the straight line through them, both axes from 0. */
export function svgOf({ title, of, cost, points }: Growth): string {
  const { fixed, perOne, exponent } = fitOf(points)
  const most = {
    x: ceiling(Math.max(...points.map(({ count }) => count))),
    y: ceiling(Math.max(...points.map((point) => point.cost))),
  }
  const x = (count: number) => EDGE.left + (count / most.x) * (SIZE.width - EDGE.left - EDGE.right)
  const y = (value: number) =>
    SIZE.height - EDGE.bottom - (value / most.y) * (SIZE.height - EDGE.top - EDGE.bottom)
  const text = (at: [number, number], anchor: string, words: string, more = '') =>
    `<text x="${at[0].toFixed(1)}" y="${at[1].toFixed(1)}" text-anchor="${anchor}" ${INK} ${more}>${words}</text>`
  const line = (from: [number, number], to: [number, number], stroke: string) =>
    `<line x1="${from[0].toFixed(1)}" y1="${from[1].toFixed(1)}" x2="${to[0].toFixed(1)}" y2="${to[1].toFixed(1)}" stroke="${stroke}"/>`
  const steps = [0, 1, 2, 3, 4, 5].map((step) => step / 5)
  const last = Math.max(...points.map(({ count }) => count))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}">`,
    `<rect width="${SIZE.width}" height="${SIZE.height}" fill="#fff"/>`,
    text([EDGE.left, 24], 'start', title, 'font-weight="bold"'),
    text([EDGE.left, 41], 'start', `grows with the power ${exponent.toFixed(2)}; 1 is linear`),
    ...steps.flatMap((step) => [
      line([x(0), y(most.y * step)], [x(most.x), y(most.y * step)], '#ddd'),
      text([x(0) - 8, y(most.y * step) + 4], 'end', short(most.y * step)),
      text([x(most.x * step), y(0) + 18], 'middle', short(most.x * step)),
    ]),
    text([x(most.x / 2), SIZE.height - 14], 'middle', of),
    text([16, y(most.y / 2)], 'middle', cost, `transform="rotate(-90 16 ${y(most.y / 2)})"`),
    line([x(0), y(Math.max(0, fixed))], [x(last), y(fixed + perOne * last)], '#1f77b4'),
    ...points.map(
      (point) =>
        `<circle cx="${x(point.count).toFixed(1)}" cy="${y(point.cost).toFixed(1)}" r="4" fill="#d62728"/>`,
    ),
    '</svg>\n',
  ].join('\n')
}

/** The next 1, 2 or 5 and so many zeros. */
function ceiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return power * ([1, 2, 5].find((step) => step * power >= value) ?? 10)
}

function short(value: number): string {
  return value >= 1000 ? value.toLocaleString('en-US') : String(Number(value.toPrecision(3)))
}
