import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

/** The folder of what is for Prometheus and its kin. */
export const deploy = fileURLToPath(new URL('../../deploy', import.meta.url))

/** A rule as its file has it. */
export interface AlertRule {
  alert: string
  expr: string
  for?: string
  labels: Record<string, string>
  annotations: Record<string, string>
}

/** A query that is kept under a name. */
export interface RecordingRule {
  record: string
  expr: string
}

/** Rules that are evaluated one after the other. */
export interface RuleGroup {
  name: string
  rules: (AlertRule | RecordingRule)[]
}

/** The groups of rules that are shipped. */
export function shippedRules(): RuleGroup[] {
  const { groups } = readYaml(`${deploy}/prometheus/storwarden.rules.yml`) as {
    groups: RuleGroup[]
  }
  return groups
}

/** A file as it is meant. */
export function readYaml(path: string): unknown {
  return parse(readFileSync(path, 'utf8'))
}
