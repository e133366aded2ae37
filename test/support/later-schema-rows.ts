/** A row of a table, as JSON. */
export type Row = Readonly<Record<string, unknown>>
/** Rows of tables, by their names. */
export type Rows = Readonly<Record<string, readonly Row[]>>

/** A time of the day of all rows. */
export const at = (clock: string) => `2026-10-20T${clock}+00:00`
/** `uuid(1, 2)`: the second of the first kind. */
export const uuid = (kind: number, n: number) =>
  `00000000-0000-4000-8000-${String(kind).padStart(4, '0')}${String(n).padStart(8, '0')}`

/** Rows of the tables that came with the schemas from 25 on; they go with those of before. */
export const laterRows: Readonly<Record<number, Rows>> = {
  25: {
    backups: [
      {
        ...{ id: uuid(25, 1), state: 'completed', created_by: 'ada', started_at: at('02:00:00') },
        ...{ finished_at: at('02:01:00'), path: '/a.tar', size_bytes: 7, row_count: 5 },
      },
    ],
  },
  27: {
    task_confirmations: [
      {
        ...{ token_hash: '\\x00ff', kind: 'vtl_remove_media', params: { library: 'L' } },
        ...{ plan_hash: '0123456789abcdef', created_by: 'ada', expires_at: at('11:10:00') },
      },
    ],
    task_holds: [{ resource: 'D1', task_id: uuid(4, 2) }],
    task_schedules: [
      {
        ...{ id: uuid(27, 1), name: 'Upkeep', kind: 'database_maintenance', params: {} },
        ...{ priority: 0, cron: '0 3 * * sun', time_zone: 'UTC', catch_up: false, enabled: true },
        ...{ owner: 'ada', created_at: at('11:00:00'), changed_at: at('11:00:00') },
        ...{ changed_by: 'ada', next_at: at('12:00:00'), missed: 0 },
      },
    ],
  },
  28: {
    cleaning_uses: [
      { volume_tag: 'CLN001L1', library: 'L', uses: 3, last_used_at: at('11:00:00') },
    ],
  },
  32: {
    restore_drills: [
      {
        ...{ id: uuid(32, 1), path: '/a.tar', created_by: 'ada', started_at: at('02:02:00') },
        ...{ seconds: 7.5, backup_created_at: at('02:00:00'), host: 'vault', schema: 30 },
        ...{ version: '0.1.0', table_count: 40, row_count: 5 },
      },
    ],
  },
  29: {
    healing_actions: [
      {
        ...{ id: uuid(29, 1), remedy: 'vtl_restart', fingerprint: 'f', alert_id: uuid(2, 1) },
        ...{ at: at('11:00:00'), task_id: uuid(4, 2), told_at: null },
      },
    ],
  },
  36: {
    fleet_publisher: [{ identity: uuid(36, 1), epoch: 1792483200000, seq: 3, metrics_at_ms: 0 }],
  },
  37: {
    fleet_appliances: [
      {
        ...{ name: 'alpha', identity: uuid(37, 1), epoch: 7, seq: 3, metrics_at_ms: 5, stored: 3 },
        ...{ missing: 1, unreadable: 0, first_heard_at: at('09:00:00') },
        ...{ last_heard_at: at('10:00:00'), silent_since: at('10:02:00'), about: { version: 'ö' } },
        ...{ other_identity: uuid(37, 2), other_heard_at: at('10:00:01') },
      },
    ],
    fleet_streams: [{ name: 'STORWARDEN_EVENTS', made_at: at('08:00:00'), seq: 9 }],
    fleet_alerts: [
      {
        ...{ id: uuid(37, 3), appliance: 'alpha', epoch: 7, appliance_seq: 3, fingerprint: 'f' },
        ...{ rule: 'ArrayDegraded', title: 'RAID array is degraded', severity: 'critical' },
        ...{ source: 'storage', resource: 'md0', labels: { array: 'md0' }, message: 'md0' },
        ...{ description: '', action: '', evidence: {}, state: 'firing', count: 1, part_of: {} },
        ...{ started_at: at('09:00:00'), fired_at: at('09:00:00'), last_seen_at: at('09:00:00') },
        ...{ flapping: false, silenced_by: [] },
      },
    ],
  },
  38: {
    metric_blocks: [{ block: 0, first_id: 1, at_ms: 1792540800000, numbers: [0.1, 'NaN', 1e300] }],
  },
}
