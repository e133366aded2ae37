import { randomUUID } from 'node:crypto'
import { userInfo } from 'node:os'
import { performance } from 'node:perf_hooks'
import { resolve } from 'node:path'
import type { RestoreDrill } from '../backups/drill-store.ts'
import { restoreDrill } from '../backups/drills.ts'
import { backupAt } from '../backups/restore.ts'
import type { Config } from '../config/schema.ts'
import { EXIT_DONE, EXIT_FAILED, type Surroundings } from './command.ts'
import { migrationsFolder } from './migrate.ts'
import { onConnection } from './store.ts'
import { duration } from './times.ts'
import { counted } from './words.ts'

/** Restores a backup into a database that is gone afterwards; resolves with the exit status. Rejects with BackupError. */
export async function drill(
  fileOrDirectory: string,
  { config, json }: { config: Config; json: boolean },
  { terminal, now }: Surroundings,
): Promise<number> {
  const path = resolve(await backupAt(fileOrDirectory))
  const say = (message: string) => {
    terminal.note(message)
  }
  const done = await onConnection(config, terminal, { make: false }, (connection) =>
    restoreDrill(
      {
        ...{ connection, stateDir: config.state_dir, migrations: migrationsFolder },
        ...{ now, newId: randomUUID, elapsedSeconds: () => performance.now() / 1000 },
      },
      { path, createdBy: `${userInfo().username} (command line)` },
      say,
    ),
  )
  if (json) terminal.json(fieldsOf(done))
  else if (done.error === null) terminal.line(textOf(done))
  return done.error === null ? EXIT_DONE : EXIT_FAILED
}

/** As the REST interface tells it. */
function fieldsOf({ id, path, schema, version, host, seconds, error, ...done }: RestoreDrill) {
  return {
    ...{ id, path, created_by: done.createdBy, started_at: done.startedAt, seconds },
    ...{ backup_created_at: done.backupCreatedAt, host, schema, version },
    ...{ table_count: done.tableCount, row_count: done.rowCount, error },
  }
}

function textOf({ path, tableCount, rowCount, seconds }: RestoreDrill): string {
  const what = `${counted(tableCount ?? 0, 'table')}, ${counted(rowCount ?? 0, 'row')}`
  return `${path}: restored and compared: ${what}, in ${duration(seconds)}`
}
