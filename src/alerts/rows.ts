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
