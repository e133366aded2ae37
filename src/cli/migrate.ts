import { join } from 'node:path'
import { migrate, schemaVersion } from '../db/migrate.ts'
import { StateDirectoryInUseError } from '../db/state-lock.ts'
import { packageRoot } from '../package.ts'
import { configOptions, CONFIG_USAGE, EXIT_DONE, parseWords, type Command } from './command.ts'
import { settingsOf } from './settings.ts'
import { databaseName, onDatabase } from './store.ts'

/** Where the migrations are. */
export const migrationsFolder = join(packageRoot, 'migrations')

/** Brings a database up to date. */
export const migrateCommand: Command = {
  name: 'migrate',
  usage: `usage: storwarden migrate [options]

storwardend does the same at its start. Works on the database of DATABASE_URL or of the
configuration, else on the embedded one, when no storwardend runs on it.

${CONFIG_USAGE}`,

  async run(argv, around) {
    const { values } = parseWords(argv, configOptions)
    const { terminal } = around
    const config = await settingsOf(values, around)
    const { applied, schema } = await onDatabase(
      config,
      terminal,
      { make: true },
      async (database) => ({
        applied: await migrate(database, migrationsFolder),
        schema: await schemaVersion(database),
      }),
    ).catch((cause: unknown) => {
      if (!(cause instanceof StateDirectoryInUseError)) throw cause
      const why = 'storwardend brings the schema up to date at its start'
      throw new Error(`${cause.message}: ${why}`, { cause })
    })
    if (values.json) terminal.json({ applied, schema })
    else {
      for (const name of applied) terminal.line(`applied ${name}`)
      const now = applied.length === 0 ? 'is up to date' : 'was brought up to date'
      terminal.line(`${databaseName(config)} ${now}: schema ${schema}`)
    }
    return EXIT_DONE
  },
}
