import { Type, type Static } from 'typebox'
import { flag, integer, list, number, optionalText, percent, section, text, word } from './leaf.ts'
import { backups } from './backups.ts'
import { collectors } from './collectors.ts'
import { fleet, role } from './fleet.ts'
import { healing } from './healing.ts'
import { incidents } from './incidents.ts'
import { listen, metrics } from './listen.ts'
import { notifications } from './notifications.ts'
import { oidc } from './oidc.ts'
import { reports } from './reports.ts'
import { retention } from './retention.ts'
import { tape } from './tape.ts'

const seconds = (byDefault: number, description: string, range = { minimum: 1, maximum: 86_400 }) =>
  number(byDefault, range, { description, unit: 'seconds' })

const days = (byDefault: number, alias: string, description: string) =>
  integer(
    byDefault,
    { minimum: 1, maximum: 36_500 },
    { description, unit: 'days', aliases: [alias] },
  )

/** Every setting of the daemon: its default, unit, bounds and meaning. What is not here is refused. */
export const configSchema = Type.Object(
  {
    state_dir: text('/var/lib/storwarden', {
      description:
        'What the daemon remembers: the embedded database and the first password of admin. ' +
        'Started from a clone of the sources it is `var` there.',
    }),
    role,
    listen,
    database: section('PostgreSQL. Without a URL the daemon runs a server of its own.', {
      url: optionalText({
        description: 'The server to use, instead of the embedded one.',
        aliases: ['DATABASE_URL'],
        pattern: '^postgres(ql)?://',
        expected: 'a URL such as postgresql://user@host/database',
        secret: true,
      }),
      url_file: optionalText({ description: 'File that holds the URL.' }),
      role: word('auto', ['auto', 'writer'], {
        description:
          'What the daemon does when another one works on the database: `auto` stands by, shows what that one writes, and ' +
          'takes over when the other is gone; `writer` does not start.',
      }),
      pool_size: integer(
        10,
        { minimum: 2, maximum: 1000 },
        { description: 'Connections at most.' },
      ),
      statement_timeout_seconds: seconds(30, 'A statement that runs longer is cancelled.'),
      lock_timeout_seconds: seconds(30, 'A statement that waits longer for a lock fails.'),
    }),
    log: section('What the daemon says.', {
      level: word('info', ['debug', 'info', 'warn', 'error', 'fatal'], {
        description: 'The least that is said.',
        aliases: ['LOG_LEVEL'],
        synonyms: { warning: 'warn', critical: 'fatal' },
      }),
      file: optionalText({
        description: 'File to write to, opened anew at SIGHUP; standard output when it is not set.',
        aliases: ['LOG_FILE_PATH'],
      }),
      json: flag(false, { description: 'A JSON object a line.', aliases: ['LOG_JSON'] }),
    }),
    metrics,
    monitoring: section('What is watched, and how closely.', {
      evaluation_interval_seconds: seconds(30, 'From one evaluation of the rules to the next.'),
      broadcast_interval_seconds: seconds(
        30,
        'From one `metrics` frame of the stream to the next.',
      ),
      event_retention_days: days(
        30,
        'MONITORING_EVENT_RETENTION_DAYS',
        'Events that are older are deleted.',
      ),
      cartridge_retention_days: integer(
        730,
        { minimum: 90, maximum: 36_500 },
        {
          description:
            'For how long it is kept which cartridge was in which drive: some come back after a year in the vault. ' +
            'What errors follow is judged by the last 90 days.',
          unit: 'days',
        },
      ),
      metric_retention_days: days(
        90,
        'MONITORING_METRIC_RETENTION_DAYS',
        'Numbers over time that are older are only kept rolled up.',
      ),
      metric_5min_retention_days: integer(
        400,
        { minimum: 1, maximum: 36_500 },
        { description: 'Numbers rolled up to 5 min that are older are deleted.', unit: 'days' },
      ),
      metric_hour_retention_days: integer(
        1830,
        { minimum: 1, maximum: 36_500 },
        { description: 'Numbers rolled up to an hour that are older are deleted.', unit: 'days' },
      ),
      metric_submitted_series: integer(
        10_000,
        { minimum: 0, maximum: 1_000_000 },
        {
          description:
            'Series that others can hand in over REST, all together; more are refused. 0: nobody can.',
        },
      ),
      metric_late_hours: integer(
        24,
        { minimum: 1, maximum: 720 },
        { description: 'A number that is handed in may be so old.', unit: 'hours' },
      ),
      ...retention,
      repositories: list([], {
        description:
          'Mount points that hold backups or VTL media. Empty: XFS, ext4, Btrfs and ZFS mounts ' +
          'other than those of the system.',
      }),
      virtual_hosts: list(['mhvtl'], {
        description: '`proc_name` of SCSI hosts whose changers and drives are virtual.',
      }),
      services: list([], { description: 'systemd units that are watched besides the known ones.' }),
      tapealert: word('on_change', ['off', 'on_change', 'poll'], {
        description:
          'When TapeAlert pages (2Eh) are read, which clears their flags for everybody on this machine: never, ' +
          'once when a drive or library shows something new, or besides at an interval. What is read is kept, ' +
          'raised as alerts and sent on.',
      }),
      tapealert_poll_interval_seconds: seconds(
        3600,
        'From one reading of a TapeAlert page to the next when `tapealert` is `poll`.',
        { minimum: 60, maximum: 86_400 },
      ),
      flapping_count: integer(
        4,
        { minimum: 2, maximum: 1000 },
        {
          description:
            'A condition that fires so often within `flapping_window_seconds` is said to be flapping.',
        },
      ),
      flapping_window_seconds: seconds(
        3600,
        'The time in which firings are counted; a condition that was gone for as long is calm again.',
      ),
      log_operations: flag(false, {
        description:
          'A line of the log for everything that is asked of the machine. It can be switched on for a while without ' +
          'the configuration, too.',
      }),
      disabled_rules: list([], { description: 'Alerts that are never raised, by name.' }),
      thresholds: section('Where the built-in rules draw the line.', {
        storage_warning_percent: percent(80, 'Used space of a file system: warning above it.'),
        storage_critical_percent: percent(95, 'Used space of a file system: critical above it.'),
        inodes_free_percent: percent(5, 'Free inodes of a file system: warning below it.'),
        thin_pool_warning_percent: percent(80, 'Used data or metadata of a thin pool: warning.'),
        thin_pool_critical_percent: percent(95, 'Used data or metadata of a thin pool: critical.'),
        volume_group_percent: percent(95, 'Allocated extents of a volume group: warning above it.'),
        clear_margin_percent: percent(
          1,
          'An alert of capacity is over so far on the good side of its threshold.',
        ),
        tape_retries_per_gigabyte: number(
          100,
          { minimum: 0, maximum: 1_000_000 },
          {
            description: 'Rewrites or rereads of a tape drive for each gigabyte: warning above it.',
          },
        ),
        tape_cleaning_hours: number(
          250,
          { minimum: 1, maximum: 100_000 },
          {
            description:
              'Hours that the medium moved in a tape drive since it was cleaned: information above it.',
            unit: 'hours',
          },
        ),
        cartridge_life_warning_percent: percent(
          10,
          'Life left of a cartridge: warning at it or below.',
        ),
        cartridge_life_critical_percent: percent(
          3,
          'Life left of a cartridge: critical at it or below.',
        ),
      }),
    }),
    collectors,
    scst: section('SCST.', {
      config_path: text('/etc/scst.conf', {
        description: 'What the running SCST is compared with.',
      }),
    }),
    mhvtl: section('mhvtl.', {
      config_dir: text('/etc/mhvtl', {
        description: 'Holds `device.conf` and `library_contents.N`.',
      }),
      home_path: text('/opt/mhvtl', {
        description: 'Directly below it are the folders of virtual media; new ones are made there.',
      }),
    }),
    health: section('Health.', {
      critical: list(['database', 'filesystem'], {
        description: 'Components without which the whole counts as down.',
      }),
    }),
    notifications,
    incidents,
    backups,
    reports,
    tape,
    healing,
    fleet,
    auth: section('Logging in.', {
      session_idle_seconds: seconds(43_200, 'A session that is not used for so long ends.', {
        minimum: 60,
        maximum: 31_536_000,
      }),
      session_lifetime_seconds: seconds(604_800, 'A session ends after it, used or not.', {
        minimum: 60,
        maximum: 31_536_000,
      }),
      login_max_failures: integer(
        5,
        { minimum: 1, maximum: 1000 },
        { description: 'Failures of an address and account within the window that block it.' },
      ),
      login_window_seconds: seconds(60, 'The window.'),
      login_block_seconds: seconds(300, 'How long it is blocked.'),
      oidc,
    }),
    stream: section('The event stream.', {
      ping_interval_seconds: seconds(30, 'From one ping to the next.'),
      timeout_seconds: seconds(60, 'A connection that is silent for so long is closed.'),
      queue_bytes: integer(
        1_048_576,
        { minimum: 65_536, maximum: 1_073_741_824 },
        { description: 'What waits for a slow client at most.', unit: 'bytes' },
      ),
    }),
    host: section('How the machine is asked.', {
      max_processes: integer(
        10,
        { minimum: 1, maximum: 1000 },
        { description: 'Commands that run at a time at most.' },
      ),
      process_wait_seconds: seconds(60, 'A command that waits longer for its turn fails.'),
      privileged_socket: optionalText({
        description:
          'Socket of storwarden-privileged, which does what takes root: /run/storwarden/privileged.sock where its ' +
          'units are installed. Without it the daemon does everything itself, and sees what its user may see.',
        pattern: '^/',
        expected: 'an absolute path',
      }),
    }),
  },
  { description: 'The configuration of storwardend.', additionalProperties: false },
)

/** The configuration, valid and frozen; parts are handed its sections. */
export type Config = Frozen<Static<typeof configSchema>>

type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Item[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T
