import { series, stat, states } from '../panels.mjs'
import { all, of, quantiles, raw, select } from '../queries.mjs'

const failures = `sum(rate(${select('storwarden_operations_total', 'status!~"ok|cancelled"')}[$__rate_interval]))`
const serverErrors = `sum(rate(${select('storwarden_http_requests_total', 'status=~"5.."')}[$__rate_interval]))`

export const daemon = {
  title: 'The daemon itself',
  collapsed: true,
  panels: [
    states('Collectors', [of('storwarden_collector_success')], {
      words: ['failed', 'read'],
      width: 12,
      height: 12,
    }),
    states('Collectors that read everything', [of('storwarden_collector_complete')], {
      words: ['in part', 'all'],
      width: 12,
      height: 12,
    }),
    series('How long collectors take', [of('storwarden_collector_duration_seconds')]),
    series('Age of what was read', [of('storwarden_collector_age_seconds')]),
    series('Processor time', [of('process_cpu_seconds_total', { legend: '{{instance}}' })]),
    series('Memory', [
      of('process_resident_memory_bytes', { legend: '{{instance}} resident' }),
      of('nodejs_heap_size_used_bytes', { legend: '{{instance}} heap' }),
    ]),
    series('Delay of the event loop', [
      of('storwarden_event_loop_delay_p50_seconds', { legend: '{{instance}} p50' }),
      of('storwarden_event_loop_delay_p99_seconds', { legend: '{{instance}} p99' }),
      of('storwarden_event_loop_delay_max_seconds', { legend: '{{instance}} at most' }),
    ]),
    series('Requests', [of('storwarden_http_requests_total', { by: ['status'] })], {
      stacked: true,
      unit: 'reqps',
    }),
    series(
      'Time to answer',
      quantiles('storwarden_http_request_duration_seconds', [0.5, 0.95, 0.99]),
    ),
    series('Requests that end with 5xx', [
      raw(serverErrors, 'a second', { unit: 'reqps', help: 'Answers of 5xx, health checks too.' }),
    ]),
    series('Connections to the database', [of('storwarden_db_connections')], { stacked: true }),
    series(
      'Time of statements',
      quantiles('storwarden_db_query_duration_seconds', [0.5, 0.95, 0.99]),
    ),
    series('Errors of the database', [
      of('storwarden_db_errors_total'),
      of('storwarden_db_connection_errors_total', { name: 'connection' }),
      of('storwarden_db_lock_timeouts_total', { legend: 'lock time-outs' }),
    ]),
    series('Clients of the event stream', [
      of('storwarden_websocket_clients', { legend: '{{instance}}' }),
    ]),
    series('Frames', [
      of('storwarden_websocket_sent_total', { legend: '{{instance}} sent' }),
      of('storwarden_websocket_dropped_total', { legend: '{{instance}} replaced by newer ones' }),
    ]),
    series('Evaluations that are held in memory', [
      of('storwarden_alert_evaluations_held', { legend: '{{instance}}' }),
    ]),
    series('Lines of the log that were lost', [
      of('storwarden_log_lines_lost_total', { legend: '{{instance}}' }),
    ]),
    series('What differs from what ought to be', [
      of('storwarden_consistency_missing', { name: 'missing' }),
      of('storwarden_consistency_orphaned', { name: 'orphaned' }),
      of('storwarden_consistency_pending', { name: 'pending' }),
      of('storwarden_consistency_different', { name: 'different' }),
    ]),
    series(
      'Time of comparisons',
      quantiles('storwarden_consistency_check_duration_seconds', [0.5, 0.95]),
    ),
    series(
      'Time of reconciliations',
      quantiles('storwarden_reconciliation_duration_seconds', [0.5, 0.95]),
    ),
  ],
  rest: [
    ...['storwarden_collector_', 'storwarden_http_', 'storwarden_db_', 'storwarden_websocket_'],
    ...['storwarden_watcher_', 'storwarden_application_', 'storwarden_cache_'],
    ...['storwarden_consistency_', 'storwarden_reconciliation_', 'storwarden_backup_'],
    'storwarden_certificate_',
  ],
}

export const operations = {
  title: 'Operations',
  collapsed: true,
  panels: [
    series('What the daemon asks of the machine', [
      of('storwarden_operations_total', { by: ['operation'] }),
    ]),
    series('How it ends', [of('storwarden_operations_total', { by: ['status'] })], {
      stacked: true,
    }),
    series('Share that fails', [
      raw(`${failures} / sum(${of('storwarden_operations_total').expr})`, 'failed', {
        unit: 'percentunit',
        help: 'Of what the daemon asks of the machine.',
      }),
    ]),
    series(
      'Time to answer',
      quantiles('storwarden_operation_duration_seconds', [0.95], ['operation']),
    ),
    series('Breakers', [of('storwarden_circuit_breaker_state')]),
    stat('Calls that never came back', [all('sum', 'storwarden_stuck_calls')], {
      steps: [
        [0, 'green'],
        [1, 'red'],
      ],
      width: 4,
      height: 8,
    }),
    stat('Tasks that wait', [all('sum', 'storwarden_tasks_queue_depth')], { width: 4, height: 8 }),
    series('Tasks', [
      of('storwarden_tasks_processed_total', { legend: '{{instance}} ended well' }),
      of('storwarden_tasks_failed_total', { legend: '{{instance}} failed' }),
      of('storwarden_tasks_missed_total', { legend: '{{instance}} missed by schedules' }),
    ]),
    series('How long tasks take', quantiles('storwarden_tasks_duration_seconds', [0.95], ['kind'])),
  ],
  rest: ['storwarden_circuit_', 'storwarden_stuck_', 'storwarden_tasks_', 'storwarden_operation'],
}

export const notifications = {
  title: 'Notifications',
  collapsed: true,
  panels: [
    states('Channels', [of('storwarden_notification_channel_up')], { words: ['down', 'up'] }),
    series('Attempts', [
      raw(
        `sum by (channel, result) (increase(${select('storwarden_notifications_total')}[1h]))`,
        '{{channel}} {{result}}',
        { help: 'Attempts to send in the last hour, by outcome.' },
      ),
    ]),
    series('Messages that were given up', [
      raw(
        `sum by (channel) (increase(${select('storwarden_notifications_total', 'result="given_up"')}[1d]))`,
        '{{channel}}',
        { help: 'In the last day.' },
      ),
    ]),
    series('Messages that wait', [of('storwarden_notification_waiting')]),
    series('The oldest that waits', [of('storwarden_notification_oldest_waiting_seconds')]),
  ],
  rest: ['storwarden_notification'],
}

export const fleet = {
  title: 'Fleet',
  collapsed: true,
  panels: [
    series('Appliances', [of('storwarden_fleet_appliances')], { stacked: true }),
    series('Since appliances were heard', [of('storwarden_fleet_appliance_heard_age_seconds')]),
    series('Events of appliances', [of('storwarden_fleet_events_stored_total')], {
      stacked: true,
    }),
    series('What never came, and what cannot be read', [
      of('storwarden_fleet_events_missing_total', { name: 'missing' }),
      of('storwarden_fleet_messages_unreadable_total', { name: 'unreadable' }),
    ]),
    states('Connection to the servers', [of('storwarden_fleet_connected')], {
      words: ['broken', 'there'],
    }),
    series('Messages that a fleet is told', [of('storwarden_fleet_published_total')]),
    series('Events that a fleet is still to be told', [of('storwarden_fleet_publish_lag_events')]),
  ],
}
