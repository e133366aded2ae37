// Panels as Grafana has them, without their place.

const datasource = { type: 'prometheus', uid: '${datasource}' }

/** Lines over time; what is not known is a gap. */
export function series(title, queries, options = {}) {
  return panel('timeseries', title, queries, options, {
    custom: {
      drawStyle: 'line',
      lineWidth: 1,
      fillOpacity: options.stacked ? 30 : 5,
      showPoints: 'never',
      spanNulls: false,
      stacking: { mode: options.stacked ? 'normal' : 'none', group: 'A' },
    },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  })
}

/** The number of now; `steps` are the values from which on it has a colour. */
export function stat(title, queries, options = {}) {
  return panel(
    'stat',
    title,
    queries,
    { width: 3, height: 4, instant: true, ...options },
    {
      options: {
        colorMode: options.steps === undefined ? 'none' : 'background',
        graphMode: 'none',
        justifyMode: 'auto',
        reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
        textMode: 'value',
      },
    },
  )
}

/** Bars of now, the longest first. */
export function bars(title, queries, options = {}) {
  return panel(
    'bargauge',
    title,
    queries,
    { instant: true, ...options },
    {
      options: {
        displayMode: 'gradient',
        orientation: 'horizontal',
        reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
        showUnfilled: true,
      },
    },
  )
}

/** States over time: the words for 0 and 1, and their colours. */
export function states(title, queries, { words, colours = ['red', 'green'], ...options }) {
  const [no, yes] = words.map((text, index) => ({ text, color: colours[index], index }))
  return panel('state-timeline', title, queries, options, {
    mappings: [{ type: 'value', options: { 0: no, 1: yes } }],
    custom: { fillOpacity: 70, lineWidth: 0, spanNulls: false },
    options: {
      mergeValues: true,
      rowHeight: 0.8,
      showValue: 'auto',
      legend: { displayMode: 'list', placement: 'bottom', showLegend: false },
      tooltip: { mode: 'single', sort: 'none' },
    },
  })
}

/** What there is now, a line each, with these labels for columns. */
export function table(title, queries, { columns, ...options }) {
  const shown = Object.fromEntries(columns.map((column, index) => [column, index]))
  return {
    ...panel(
      'table',
      title,
      queries,
      { instant: true, format: 'table', ...options },
      {
        options: { showHeader: true, cellHeight: 'sm' },
      },
    ),
    transformations: [
      { id: 'merge', options: {} },
      { id: 'filterFieldsByName', options: { include: { names: columns } } },
      { id: 'organize', options: { indexByName: shown, excludeByName: {}, renameByName: {} } },
    ],
  }
}

function panel(type, title, queries, options, { custom, mappings, options: own }) {
  const [first] = queries
  const unit = options.unit ?? first.unit
  return {
    size: { width: options.width ?? 8, height: options.height ?? 8 },
    type,
    title,
    description: options.description ?? [...new Set(queries.map(({ help }) => help))].join(' '),
    datasource,
    fieldConfig: {
      defaults: {
        unit,
        ...(unit === 'percentunit' ? { min: 0 } : {}),
        noValue: 'unknown',
        color: colourOf(type, options),
        thresholds: thresholds(options.steps ?? []),
        mappings: mappings ?? [],
        ...(custom === undefined ? {} : { custom }),
      },
      overrides: [],
    },
    options: own,
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource,
      expr: scaled(expr, unit),
      legendFormat: legend === '' ? '__auto' : legend,
      range: options.instant !== true,
      instant: options.instant === true,
      ...(options.format === undefined ? {} : { format: options.format }),
    })),
  }
}

// Grafana reckons times in milliseconds.
function scaled(expr, unit) {
  return unit === 'dateTimeFromNow' ? `1000 * ${expr}` : expr
}

function colourOf(type, { steps }) {
  return { mode: steps !== undefined && type !== 'timeseries' ? 'thresholds' : 'palette-classic' }
}

/** Colours from the least value on; `[[0, 'green'], [1, 'red']]`. */
function thresholds(steps) {
  const [[, base] = [0, 'green'], ...more] = steps
  return {
    mode: 'absolute',
    steps: [{ color: base, value: null }, ...more.map(([value, color]) => ({ color, value }))],
  }
}
