import { join } from 'node:path'
import { collectors } from './collectors/index.ts'
import { OIDC_CALLBACK, type OidcSettings } from './auth/oidc-settings.ts'
import type { CollectorSettings } from './collectors/collector.ts'
import type { ScheduledCollector } from './collectors/lane.ts'
import type { Config } from './config/schema.ts'
import { secretFilesOf } from './config/secrets.ts'
import type { Deciding } from './healing/decide.ts'
import type { RemedyName } from './healing/remedies.ts'
import type { IncidentKeeping } from './incidents/keeping.ts'
import type { OpeningSettings } from './incidents/opening.ts'
import type { DigestSettings } from './notify/digest.ts'
import type { HeartbeatSettings } from './notify/heartbeat.ts'
import type { PlannerSettings } from './notify/planner.ts'
import { builtInRules } from './rules/index.ts'
import type { Rule } from './rules/rule.ts'

/** The collectors that are not switched off, at the intervals of the configuration. */
export function configuredCollectors(config: Config): ScheduledCollector[] {
  return Object.entries(config.collectors).flatMap(([name, { enabled, interval_seconds }]) => {
    const collector = collectors[name as keyof typeof collectors]
    return enabled
      ? [{ ...collector, intervalSeconds: interval_seconds } as ScheduledCollector]
      : []
  })
}

/** What collectors are told of the configuration. */
export function collectorSettings({ monitoring, scst, mhvtl }: Config): CollectorSettings {
  return {
    virtualHosts: monitoring.virtual_hosts,
    services: monitoring.services,
    scstConfigPath: scst.config_path,
    mhvtlConfigDir: mhvtl.config_dir,
    repositories: monitoring.repositories,
  }
}

/** The built-in rules that are not switched off, with the thresholds of the configuration. */
export function configuredRules({ monitoring }: Config): Rule[] {
  const { thresholds, disabled_rules: disabled } = monitoring
  const rules = builtInRules({
    capacityWarningPercent: thresholds.storage_warning_percent,
    capacityCriticalPercent: thresholds.storage_critical_percent,
    inodesFreePercent: thresholds.inodes_free_percent,
    thinPoolWarningPercent: thresholds.thin_pool_warning_percent,
    thinPoolCriticalPercent: thresholds.thin_pool_critical_percent,
    volumeGroupPercent: thresholds.volume_group_percent,
    tapeRetriesPerGigabyte: thresholds.tape_retries_per_gigabyte,
    tapeCleaningHours: thresholds.tape_cleaning_hours,
    cartridgeLifeWarningPercent: thresholds.cartridge_life_warning_percent,
    cartridgeLifeCriticalPercent: thresholds.cartridge_life_critical_percent,
    clearMarginPercent: thresholds.clear_margin_percent,
  })
  return rules.filter(({ alert }) => !disabled.includes(alert))
}

/** From how many firings in how long a condition flaps. */
export function flappingLimits({ monitoring }: Config) {
  return { count: monitoring.flapping_count, windowSeconds: monitoring.flapping_window_seconds }
}

/** Where the line is between a load of a cartridge that went well and one that did not. */
export function loadLimits({ monitoring }: Config) {
  return { retriesPerGigabyte: monitoring.thresholds.tape_retries_per_gigabyte }
}

/** When TapeAlert pages are read. */
export function tapeAlertSettings({ monitoring }: Config) {
  return {
    mode: monitoring.tapealert,
    pollSeconds: monitoring.tapealert_poll_interval_seconds,
  }
}

/** When who is told of alerts. */
export function plannerSettings({ notifications, monitoring }: Config): PlannerSettings {
  const { group_by, group_interval_seconds, repeat_interval_seconds, escalation } = notifications
  return {
    groupBy: group_by,
    groupIntervalMs: group_interval_seconds * 1000,
    repeatMs: repeat_interval_seconds * 1000,
    escalation: { channels: escalation.channels, afterMs: escalation.after_seconds * 1000 },
    flappingMs: monitoring.flapping_window_seconds * 1000,
  }
}

/** How tapes are moved. */
export function tapeSettings({ tape, state_dir: stateDir }: Config) {
  return {
    lockDirectory: tape.lock_dir ?? join(stateDir, 'changer-locks'),
    lockWaitSeconds: tape.lock_wait_seconds,
    readySeconds: tape.ready_seconds,
    cleaning: { prefix: tape.cleaning_prefix, uses: tape.cleaning_uses },
  }
}

/** Which incidents open, and are resolved, by themselves. */
export function openingSettings({ incidents }: Config): OpeningSettings {
  return {
    openForCritical: incidents.open_for_critical,
    groupBy: incidents.group_by,
    windowMs: incidents.window_seconds * 1000,
    resolveAfterMs:
      incidents.resolve_when_over_seconds === 0 ? null : incidents.resolve_when_over_seconds * 1000,
  }
}

/** For how long what incidents are told with is kept. */
export function incidentKeeping({ incidents, monitoring }: Config): IncidentKeeping {
  return {
    archiveAfterDays: incidents.archive_after_days,
    eventDays: monitoring.event_retention_days,
  }
}

/** When backups are made, where, and how many are kept; the schedule is null where the daemon makes none by itself. */
export function backupSettings(config: Config) {
  const { backups, state_dir: stateDir } = config
  return {
    directory: backups.directory ?? join(stateDir, 'backups'),
    schedule: backups.scheduled ? backups.schedule : null,
    timeZone: backups.time_zone,
    keep: backups.keep,
    verify: backups.verify,
    overdueHours: backups.overdue_hours,
    secretFiles: secretFilesOf(config),
  }
}

/** Who gets the weekly report, and when: by itself only where it is scheduled. */
export function weeklyReportSettings({ reports }: Config) {
  const { scheduled, schedule, time_zone: timeZone, channels } = reports.weekly
  return { schedule: scheduled ? schedule : null, timeZone: timeZone ?? machineZone(), channels }
}

let zone: string | undefined

/** The time zone of the machine, by its name, as it was at the start: Node takes notice of no other. */
function machineZone(): string {
  zone ??= new Intl.DateTimeFormat().resolvedOptions().timeZone
  return zone
}

/** Who gets a digest, and when. */
export function digestSettings({ notifications }: Config): DigestSettings {
  const { channels, schedule, time_zone: timeZone } = notifications.digest
  return { channels, schedule, timeZone }
}

/** What is asked while all is well. */
export function heartbeatSettings({ notifications }: Config): HeartbeatSettings {
  const { url, interval_seconds } = notifications.heartbeat
  return { url, intervalMs: interval_seconds * 1000 }
}

/** How the machine is asked. */
export function hostLimits({ host }: Config) {
  return { processes: host.max_processes, maxWaitMs: host.process_wait_seconds * 1000 }
}

/** Who does what takes root. */
export function privilegedProgram(config: () => Config) {
  return {
    socket: config().host.privileged_socket,
    scstConfigPath: () => config().scst.config_path,
  }
}

/** How long a session lasts. */
export function sessionLifetime({ auth }: Config) {
  return {
    idleSeconds: auth.session_idle_seconds,
    absoluteSeconds: auth.session_lifetime_seconds,
  }
}

/** What failed logins lead to. */
export function loginLimits({ auth }: Config) {
  return {
    maxFailures: auth.login_max_failures,
    windowSeconds: auth.login_window_seconds,
    blockSeconds: auth.login_block_seconds,
  }
}

/** Where people can log in besides; null when it is not set up. */
export function oidcSettings({ auth, notifications }: Config): OidcSettings | null {
  const { oidc } = auth
  const publicUrl = notifications.public_url?.replace(/\/+$/, '')
  const redirectUrl = oidc.redirect_url ?? `${publicUrl ?? ''}${OIDC_CALLBACK}`
  if (oidc.issuer === null || oidc.client_id === null) return null
  return {
    issuer: oidc.issuer,
    clientId: oidc.client_id,
    clientSecret: oidc.client_secret,
    redirectUrl,
    scopes: [...new Set(['openid', ...oidc.scopes])],
    nameClaim: oidc.name_claim,
    roleClaim: oidc.role_claim,
    values: {
      viewer: oidc.viewer_values,
      operator: oidc.operator_values,
      admin: oidc.admin_values,
    },
    defaultRole: oidc.default_role === 'none' ? null : oidc.default_role,
    label: oidc.label,
    timeoutSeconds: oidc.timeout_seconds,
  }
}

/** How clients of the event stream are held. */
export function streamLimits({ stream }: Config) {
  return {
    pingMs: stream.ping_interval_seconds * 1000,
    silentMs: stream.timeout_seconds * 1000,
    limits: { maxQueueBytes: stream.queue_bytes },
  }
}

/** Which database is used, and how long it may take. */
export function databaseOptions({ database }: Config) {
  return {
    url: database.url,
    poolSize: database.pool_size,
    statementTimeoutMs: database.statement_timeout_seconds * 1000,
    lockTimeoutMs: database.lock_timeout_seconds * 1000,
  }
}

/** Of values that are handed in over REST: when they may be of, and how many series there can be. */
export function submissionLimits({ monitoring }: Config) {
  const keptHours = monitoring.metric_retention_days * 24
  return {
    // What is older than values are kept could not go into its roll-up.
    lateMs: Math.min(monitoring.metric_late_hours, keptHours) * 3_600_000,
    aheadMs: 300_000,
    series: monitoring.metric_submitted_series,
  }
}

/** Who may ask how much at a time, and how long he may take. */
export function listenLimits({ listen }: Config) {
  return {
    headersTimeoutMs: listen.header_timeout_seconds * 1000,
    // Node refuses a time for the headers that is longer than that for all of the request.
    requestTimeoutMs:
      Math.max(listen.request_timeout_seconds, listen.header_timeout_seconds) * 1000,
    keepAliveTimeoutMs: listen.keep_alive_seconds * 1000,
    maxConnections: listen.max_connections,
    maxConnectionsPerAddress: listen.max_connections_per_address,
  }
}

/** What is believed of who asks, and by which names. */
export function accessOptions({ listen, notifications }: Config) {
  const { public_url: publicUrl } = notifications
  return {
    trustedProxies: listen.trusted_proxies,
    hosts: listen.hosts,
    loopbackOnly: /^(?:127\..*|::1|localhost)$/.test(listen.host),
    ownNames: publicUrl === null ? [] : [new URL(publicUrl).hostname],
    hstsSeconds: listen.tls.hsts_seconds,
  }
}

/** What may be done about alerts without being asked. */
export function remedySettings({ healing }: Config): Deciding['settings'] {
  const of = (name: RemedyName) => {
    const { enabled, after_seconds, cool_down_seconds, limit_per_day } = healing[name]
    return {
      ...{ enabled, afterSeconds: after_seconds, coolDownSeconds: cool_down_seconds },
      limitPerDay: limit_per_day,
    }
  }
  return {
    restart_vtl_daemon: of('restart_vtl_daemon'),
    inventory_library: of('inventory_library'),
    enable_target: of('enable_target'),
  }
}
