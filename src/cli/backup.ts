import { randomUUID } from 'node:crypto'
import { hostname, userInfo } from 'node:os'
import { performance } from 'node:perf_hooks'
import { resolve } from 'node:path'
import { backupSettings } from '../applied-config.ts'
import { makeBackup } from '../backups/backup.ts'
import type { BackupRecord } from '../backups/store.ts'
import { configFileOf } from '../config/load.ts'
import { version } from '../package.ts'
import {
  atLeastOne,
  configOptions,
  CONFIG_USAGE,
  EXIT_DONE,
  EXIT_FAILED,
  parseWords,
  type Command,
} from './command.ts'
import { migrationsFolder } from './migrate.ts'
import { settingsOf } from './settings.ts'
import { onConnection } from './store.ts'
import { bytes, counted } from './words.ts'

/** As the REST interface tells it. */
function fieldsOf({ path, sha256, schema, version, error, ...made }: BackupRecord) {
  return {
    ...{ path, size_bytes: made.sizeBytes, sha256, schema, version, error },
    ...{ started_at: made.startedAt, finished_at: made.finishedAt, row_count: made.rowCount },
    ...{ verified_at: made.verifiedAt, verify_seconds: made.verifySeconds },
    verify_error: made.verifyError,
  }
}

/** Backs up the database and the configuration. */
export const backup: Command = {
  name: 'backup',
  usage: `usage: storwarden backup [options]

Writes the database and the configuration into one file, which \`storwarden restore\` reads.
Works with storwardend and without it. The file holds hashes of passwords and whatever secrets
the configuration has in it: only its owner may read it.

  --output DIR     where to, instead of backups.directory of the configuration
  --verify         restores it into a database or a server of its own, which is gone
                   afterwards, and compares; exit status 1 when anything differs
  --keep N         deletes all but the newest N backups of this machine in that directory
${CONFIG_USAGE}`,

  async run(argv, around) {
    const { values } = parseWords(argv, {
      ...{ output: { type: 'string' }, verify: { type: 'boolean' }, keep: { type: 'string' } },
      ...configOptions,
    })
    const keep = atLeastOne('keep', values.keep) ?? null
    const { terminal } = around
    const config = await settingsOf(values, around)
    const { directory, secretFiles } = backupSettings(config)
    const made = await onConnection(config, terminal, { make: false }, (connection) =>
      makeBackup(
        {
          ...{ connection, secretFiles, host: hostname(), version, now: around.now },
          configFile: configFileOf(values.config),
          stateDir: config.state_dir,
          migrations: migrationsFolder,
          newId: randomUUID,
          elapsedSeconds: () => performance.now() / 1000,
        },
        {
          directory: values.output === undefined ? directory : resolve(values.output),
          verify: values.verify === true,
          keep,
          createdBy: `${userInfo().username} (command line)`,
        },
        {
          progress: (done) => {
            terminal.progress(`writing the database: ${Math.round(done * 100)} %`)
          },
          say: (message) => {
            terminal.note(message)
          },
        },
      ),
    )
    if (values.json) terminal.json(fieldsOf(made))
    else {
      const rows = counted(made.rowCount ?? 0, 'row')
      const verified = made.verifiedAt === null ? 'not verified' : 'restored and compared'
      terminal.line(`${made.path ?? ''}: ${bytes(made.sizeBytes)}, ${rows}, ${verified}`)
    }
    return made.verifyError === null ? EXIT_DONE : EXIT_FAILED
  },
}
