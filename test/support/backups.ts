import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackupObserver, BackupSource } from '../../src/backups/backup.ts'
import type { BackupsState } from '../../src/backups/state.ts'
import type { DatabasePool } from '../../src/db/pool.ts'
import { makePartitions } from '../../src/events/partitions.ts'
import { makeStateDirectory, migrationsFolder, type Teardown } from './database.ts'

/** Tells nobody. */
export const silent: BackupObserver = { progress: () => undefined, say: () => undefined }

/** What is to be backed up of a database, and a directory to do it in. */
export async function backupSource(
  t: Teardown,
  connection: BackupSource['connection'],
  changes: Partial<BackupSource> = {},
): Promise<BackupSource & { directory: string }> {
  const stateDir = await makeStateDirectory(t)
  const configFile = join(stateDir, 'config.yaml')
  await writeFile(configFile, 'listen:\n  port: 8081\n')
  await writeFile(join(stateDir, 'daemon-id'), 'a3c1\n')
  await writeFile(join(stateDir, 'initial-admin-password'), 'canary-password\n')
  return {
    ...{ connection, configFile, stateDir, host: 'Appliance 1', version: '0.1.0' },
    ...{ secretFiles: ['/etc/storwarden/smtp-password'], migrations: migrationsFolder },
    now: () => new Date('2026-11-28T02:37:00Z'),
    newId: randomUUID,
    elapsedSeconds: () => performance.now() / 1000,
    directory: join(stateDir, 'backups'),
    ...changes,
  }
}

/** Rows of many kinds: partitions, text that COPY has to escape, bytes, JSON, what refers to what. */
export async function populate(database: DatabasePool, now: Date): Promise<void> {
  await makePartitions(database, now)
  const [user] = await database.query<{ id: string }>(
    `insert into users (username, role, password_hash, created_at)
     values (E'tab\\tnew\\nline\\\\', 'admin', 'none', $1) returning id`,
    [now],
  )
  await database.query(
    `insert into events (event_type, source, message, level, tags, payload, "timestamp", created_by)
     select 'log', 'test', 'message ' || n || E' \\\\N \\t', 'info', '{"n": [1, null]}', '{}', $1, $2
     from generate_series(1, 500) as n`,
    [now, user?.id],
  )
  await database.query(
    `insert into tasks (kind, params, state, created_by, created_at)
     values ('monitoring_data_retention', '{"only": ["events"]}', 'pending', 'ada', $1)`,
    [now],
  )
  await database.query(
    `insert into audit (at, actor, action, after) values ($1, 'ada', 'rule.create', '{"a": "ö\\n"}')`,
    [now],
  )
}

const at = new Date('2026-11-20T20:00:00Z')
const good = {
  ...({
    state: 'completed',
    startedAt: at,
    finishedAt: at,
    path: '/b/x.tar',
    error: null,
  } as const),
  ...{ sizeBytes: 5000, verifiedAt: at, verifySeconds: 12.5, verifyError: null },
}

/** Where all is well. */
export const goodBackups: BackupsState = {
  ...{ at, since: at, overdueHours: 24, last: good, completed: good, verified: good },
}
