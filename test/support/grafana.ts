import { readFileSync } from 'node:fs'
import { deploy } from './prometheus.ts'

/** A panel of a dashboard of Grafana, as far as tests look at it. */
export interface Panel {
  id: number
  type: string
  title: string
  description?: string
  datasource?: object
  gridPos: { x: number; y: number; w: number; h: number }
  collapsed?: boolean
  panels?: Panel[]
  fieldConfig?: { defaults: { unit: string; noValue: string; custom?: { spanNulls: boolean } } }
  targets?: Target[]
}

/** A query of a panel. */
export interface Target {
  refId: string
  datasource: object
  expr: string
  legendFormat: string
  range: boolean
  instant: boolean
}

/** The dashboard that is shipped. */
export interface Dashboard {
  uid: string
  refresh: string
  schemaVersion: number
  timepicker: { refresh_intervals: string[] }
  templating: { list: { name: string; type: string; definition?: string; allValue?: string }[] }
  panels: Panel[]
}

/** Its text. */
export function dashboardText(): string {
  return readFileSync(`${deploy}/grafana/dashboard.json`, 'utf8')
}

/** Every panel that draws something, with the title of its row. */
export function drawnPanels(dashboard: Dashboard): { row: string; panel: Panel }[] {
  let row = ''
  return dashboard.panels.flatMap((panel) => {
    if (panel.type !== 'row') return [{ row, panel }]
    row = panel.title
    return (panel.panels ?? []).map((inside) => ({ row, panel: inside }))
  })
}

/** A query as Grafana sends it when everything is chosen. */
export function whenAllIsChosen(expr: string): string {
  return expr
    .replaceAll('$__rate_interval', '1m')
    .replaceAll(/"\$(?:instance|library|target)"/g, '".*"')
}
