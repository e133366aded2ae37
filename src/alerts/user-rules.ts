import type { Queryable } from '../db/database.ts'
import { jsonb, storable } from '../db/json.ts'
import type { RuleDefinition } from '../rules/user-rule.ts'

/** A rule that a user wrote, as it is kept. */
export interface StoredRule extends RuleDefinition {
  id: string
  createdAt: Date
  createdBy: string
  updatedAt: Date
  updatedBy: string
}

const COLUMNS = `
  id, name, description, action, query, threshold_value as "thresholdValue",
  clear_threshold as "clearThreshold", for_seconds as "forSeconds",
  keep_firing_seconds as "keepFiringSeconds", severity, source, labels, enabled,
  created_at as "createdAt", created_by as "createdBy",
  updated_at as "updatedAt", updated_by as "updatedBy"`

/** All of them, by name. */
export async function listUserRules(database: Queryable): Promise<StoredRule[]> {
  return database.query<StoredRule>(`select ${COLUMNS} from rules order by lower(name), id`)
}

/** Inserts a rule, or overwrites the one with its id; who made it and when stays. */
export async function saveUserRule(transaction: Queryable, rule: StoredRule): Promise<void> {
  await transaction.query(
    `insert into rules (
       id, name, description, action, query, threshold_value, clear_threshold, for_seconds,
       keep_firing_seconds, severity, source, labels, enabled,
       created_at, created_by, updated_at, updated_by
     )
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
     on conflict (id) do update set
       name = excluded.name,
       description = excluded.description,
       action = excluded.action,
       query = excluded.query,
       threshold_value = excluded.threshold_value,
       clear_threshold = excluded.clear_threshold,
       for_seconds = excluded.for_seconds,
       keep_firing_seconds = excluded.keep_firing_seconds,
       severity = excluded.severity,
       source = excluded.source,
       labels = excluded.labels,
       enabled = excluded.enabled,
       updated_at = excluded.updated_at,
       updated_by = excluded.updated_by`,
    [
      ...[rule.id, storable(rule.name), storable(rule.description), storable(rule.action)],
      ...[storable(rule.query), rule.thresholdValue, rule.clearThreshold, rule.forSeconds],
      ...[rule.keepFiringSeconds, rule.severity, rule.source, jsonb(rule.labels), rule.enabled],
      ...[rule.createdAt, storable(rule.createdBy), rule.updatedAt, storable(rule.updatedBy)],
    ],
  )
}

/** Removes a rule; its alerts end at the next evaluation. */
export async function deleteUserRule(transaction: Queryable, id: string): Promise<void> {
  await transaction.query('delete from rules where id = $1', [id])
}
