// Queries of what the variables of the dashboard choose. Nothing is put in for what is not known: it is a gap.
import { family, subjectOf, unitOf } from './registry.mjs'

const INSTANCE = 'job="storwarden", instance=~"$instance"'

/** A series selector, e.g. `m{job="storwarden", instance=~"$instance", library=~"$library"}`. */
export function select(name, where = '') {
  const chosen = subjectOf(name).filters.map((label) => `${label}=~"$${label}"`)
  return `${name}{${[INSTANCE, ...chosen, ...(where === '' ? [] : [where])].join(', ')}}`
}

/**
 * The values of a family, or their rates when they count; `by` sums them up, `top` takes the greatest only,
 * `name` goes before the legend.
 */
export function of(metric, { where, by, top, legend, name } = {}) {
  const found = family(metric)
  const subject = subjectOf(metric)
  let expr = select(metric, where)
  if (found.type === 'counter') expr = `rate(${expr}[$__rate_interval])`
  if (by !== undefined) expr = `sum by (${by.join(', ')}) (${expr})`
  const most = top === undefined ? subject.top : top
  if (most !== null) expr = `topk(${most}, ${expr})`
  const told =
    legend ?? (by === undefined ? subject.legend : by.map((label) => `{{${label}}}`).join(' '))
  return {
    expr,
    legend: [name, told].filter((word) => word !== undefined && word !== '').join(' '),
    unit: unitOf(found),
    help: found.help,
  }
}

/** One number out of all series, e.g. their sum. */
export function all(aggregation, metric, { where, legend = '' } = {}) {
  const { expr, unit, help } = of(metric, { where, top: null })
  return { expr: `${aggregation}(${expr})`, legend, unit, help }
}

/** Quantiles of a histogram, over all or by a label. */
export function quantiles(metric, shares, by = []) {
  const { help } = family(metric)
  const buckets = `sum by (${['le', ...by].join(', ')}) (rate(${select(`${metric}_bucket`)}[$__rate_interval]))`
  return shares.map((share) => ({
    expr: `histogram_quantile(${share}, ${buckets})`,
    legend: [...by.map((label) => `{{${label}}}`), `p${share * 100}`].join(' '),
    unit: 's',
    help,
  }))
}

/** A query that is written out. */
export function raw(expr, legend, { unit = 'short', help = '' } = {}) {
  return { expr, legend, unit, help }
}
