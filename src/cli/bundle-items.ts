import { constants } from 'node:fs'
import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../config/schema.ts'
import { readActivity } from '../db/activity.ts'
import { runningConnection } from '../db/embedded/socket.ts'
import { openPool, type DatabasePool } from '../db/pool.ts'
import type { Host } from '../host/host.ts'
import type { BundleItem } from './bundle-writer.ts'
import type { Client } from './client.ts'

const COMMAND_MS = 20_000
/** Of each log. */
const TAIL_BYTES = 4 * 1024 ** 2

/** Words of commands that look and change nothing. What processes were started with may hold secrets: only names. */
const COMMANDS: readonly (readonly [name: string, argv: readonly string[]])[] = [
  ['commands/uname.txt', ['uname', '-a']],
  ['commands/df.txt', ['df', '-h']],
  ['commands/ps.txt', ['ps', 'axo', 'pid,ppid,user,stat,wchan:32,rss,etime,comm']],
  ['commands/systemctl-failed.txt', ['systemctl', 'list-units', '--failed', '--no-pager']],
  [
    'commands/systemctl-status.txt',
    [
      ...['systemctl', 'status', '--no-pager', '--full', '--lines=50'],
      ...['storwardend', 'storwarden', 'scst', 'mhvtl.target', 'postgresql'],
    ],
  ],
  [
    'logs/journal.txt',
    ['journalctl', '--unit=storwardend', '--unit=storwarden', '--lines=5000', '--no-pager'],
  ],
  ['logs/kernel.txt', ['journalctl', '--dmesg', '--lines=3000', '--no-pager']],
]

/** What commands say, also those that fail: an exit status is part of what there is to know. */
export function commandItems(host: Host): BundleItem[] {
  return COMMANDS.map(([name, argv]) => ({
    ...{ name, timeoutMs: COMMAND_MS + 5_000, keeps: 'end' },
    async collect() {
      const options = { timeoutMs: COMMAND_MS, exitCodes: () => true }
      const { stdout, stderr } = await host.run(argv, options)
      return stderr === '' ? stdout : `${stdout}\n${stderr}`
    },
  }))
}

/** The ends of the logs that are files. */
export function logItems({ log, state_dir: stateDir }: Config): BundleItem[] {
  const server = join(stateDir, 'postgresql', 'log', 'server.log')
  const files = [['logs/postgresql.log', server] as const]
  return [
    ...files,
    ...(log.file === null ? [] : [['logs/storwardend.log', log.file] as const]),
  ].map(([name, path]) => ({ name, timeoutMs: 10_000, keeps: 'end', collect: () => tailOf(path) }))
}

/** The end of a file, however long it is. Of what is no file, such as a pipe, nothing is read. */
async function tailOf(path: string): Promise<Uint8Array> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const there = await file.stat()
    if (!there.isFile()) throw new Error(`${path}: is not a file`)
    const content = Buffer.alloc(Math.min(there.size, TAIL_BYTES))
    const { bytesRead } = await file.read(content, 0, content.length, there.size - content.length)
    return content.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

const PUBLIC = ['/health/status'] as const
/** A list, and no object. */
const METRICS = '/health/metrics/json'
const ASKED = [
  ['numbers', '/api/v1/monitoring/metrics'],
  ['operations', '/api/v1/monitoring/operations'],
  ['operations-recent', '/api/v1/monitoring/operations/recent?limit=1000'],
  ['consistency', '/api/v1/monitoring/consistency'],
  ['notifications', '/api/v1/monitoring/notifications?limit=200'],
] as const

/** What the daemon answers; without a token what it tells everybody, and the manifest says of the rest why it is not there. */
export function daemonItems(client: Client, hasToken: boolean): BundleItem[] {
  const paths = [
    ...PUBLIC.map((path) => [path.slice(1).replaceAll('/', '-'), path, true] as const),
    ...ASKED.map(([name, path]) => [name, path, hasToken] as const),
  ]
  return [
    ...paths.map(([name, path, mayAsk]): BundleItem => ({
      ...{ name: `daemon/${name}.json`, timeoutMs: 15_000, keeps: 'begin' },
      async collect() {
        if (!mayAsk) throw new Error(NO_TOKEN)
        const [bare = '', search = ''] = path.split('?')
        const query = Object.fromEntries(new URLSearchParams(search))
        return JSON.stringify(await client.get(bare, { query, unhealthy: true }), null, 2)
      },
    })),
    {
      ...{ name: 'daemon/health-metrics-json.json', timeoutMs: 15_000, keeps: 'begin' },
      collect: () => client.text(METRICS),
    },
    readingsItem(client, hasToken),
  ]
}

const NO_TOKEN = 'not asked: STORWARDEN_TOKEN is not set'
const READINGS = '/api/v1/monitoring/readings'
/** Every number under its name, which the metrics have already. */
const TWICE = 'metrics'

/** What the daemon has read of each subject, one after the other: all at once would hold it up. */
function readingsItem(client: Client, hasToken: boolean): BundleItem {
  return {
    ...{ name: 'daemon/readings', timeoutMs: 60_000, keeps: 'begin' },
    async collect(signal) {
      if (!hasToken) throw new Error(NO_TOKEN)
      const list = await client.get(READINGS)
      const files = new Map([['all.json', Buffer.from(JSON.stringify(list, null, 2))]])
      for (const reading of list.objects('readings')) {
        const subject = reading.text('subject') ?? ''
        if (signal.aborted || subject === TWICE || !/^\w+$/.test(subject)) continue
        const path = `${READINGS}/${subject}`
        const text = await client.get(path).then(
          (answer) => JSON.stringify(answer, null, 2),
          (error: unknown) => JSON.stringify({ error: (error as Error).message }),
        )
        files.set(`${subject}.json`, Buffer.from(text))
      }
      return files
    },
  }
}

/** Tables of which the newest rows are of interest, and what of them. No hashes, no parameters of channels. */
const ROWS = {
  schema_migrations: 'select number, name, applied_at from schema_migrations order by number',
  alerts: `select id, rule, severity, source, resource, labels, message, state, count, started_at,
    fired_at, resolved_at, acknowledged_by, flapping from alerts order by started_at desc limit 500`,
  events: `select seq, event_type, source, level, message, tags, "timestamp" from events
    where "timestamp" > now() - interval '3 days' and appliance is null order by "timestamp" desc limit 2000`,
  tasks: `select id, kind, state, progress, error, created_at, started_at, finished_at, attempts
    from tasks order by created_at desc limit 200`,
  backups: 'select * from backups order by started_at desc limit 50',
}

/** What the database tells: of a server that is named, or of the embedded one while the daemon runs it. */
export function databaseItems({ database, state_dir: stateDir }: Config): BundleItem[] {
  const ask = async (work: (pool: DatabasePool) => Promise<unknown>) => {
    const connection = database.url === null ? runningConnection(stateDir) : { url: database.url }
    const limits = { statementTimeoutMs: 8_000, lockTimeoutMs: 2_000, connectTimeoutMs: 5_000 }
    const pool = openPool({ connection, poolSize: 2, ...limits })
    try {
      return JSON.stringify(await work(pool), null, 2)
    } finally {
      await pool.close()
    }
  }
  const item = (name: string, work: (pool: DatabasePool) => Promise<unknown>): BundleItem => ({
    ...{ name: `database/${name}.json`, timeoutMs: 15_000, keeps: 'begin' },
    collect: () => ask(work),
  })
  return [
    item('server', (pool) => readActivity(pool, new Date())),
    ...Object.entries(ROWS).map(([name, text]) => item(name, (pool) => pool.query(text))),
  ]
}

/** A recording of this machine. `record` writes it into the directory that it is given. */
export function recordingItem(
  record: (directory: string, signal: AbortSignal) => Promise<void>,
  timeoutMs: number,
): BundleItem {
  return {
    ...{ name: 'recording', timeoutMs: timeoutMs + 10_000, keeps: 'begin' },
    async collect(signal) {
      const directory = await mkdtemp(join(tmpdir(), 'storwarden-bundle-'))
      try {
        await record(directory, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]))
        const files = new Map<string, Uint8Array>()
        for (const name of await readdir(directory, { recursive: true })) {
          const content = await readFile(join(directory, name)).catch(() => null)
          if (content !== null) files.set(name, content)
        }
        return files
      } finally {
        await rm(directory, { recursive: true, force: true })
      }
    },
  }
}
