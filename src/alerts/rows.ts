/** The columns of `alerts`, named as the fields of Alert. */
export const alertColumns = `
  id, fingerprint, rule, title, severity, source, resource, labels, message, description, evidence,
  state, count, started_at as "startedAt", fired_at as "firedAt", last_seen_at as "lastSeenAt",
  resolved_at as "resolvedAt", resolved_by as "resolvedBy", resolution,
  resolve_comment as "resolveComment", acknowledged_at as "acknowledgedAt",
  acknowledged_by as "acknowledgedBy", acknowledge_comment as "acknowledgeComment",
  acknowledge_expires_at as "acknowledgeExpiresAt", inhibited_by as "inhibitedBy", action,
  part_of as "partOf", acknowledgement_lapsed_at as "acknowledgementLapsedAt",
  gone_since as "goneSince", flapping, silenced_by as "silencedBy"`

const SHARED = `
  id, fingerprint, rule, title, severity, source, resource, labels, message, description, evidence,
  state, count, started_at, fired_at, last_seen_at, resolved_at, resolved_by, resolution,
  resolve_comment, acknowledged_at, acknowledged_by, acknowledge_comment, acknowledge_expires_at,
  inhibited_by, action, part_of, acknowledgement_lapsed_at, gone_since, flapping, silenced_by`

/** The daemon's own alerts and those of a fleet's appliances, as a table: for what lists them, and nothing else. */
export const everyAlert = `(
  select ${SHARED}, null::text as appliance from alerts
  union all
  select ${SHARED}, appliance from fleet_alerts
) as alert`
