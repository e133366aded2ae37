import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { UsageError } from '../arguments.ts'
import { appendAudit } from '../auth/audit.ts'
import { replaceFile } from '../backups/files.ts'
import { rowsOf, type DumpedFile } from '../backups/manifest.ts'
import {
  isEmpty,
  openBackup,
  requireNobody,
  restoreDatabase,
  type OpenBackup,
} from '../backups/restore.ts'
import { DEFAULT_CONFIG_FILE } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { openSession, type Session } from '../db/session.ts'
import { StateDirectoryInUseError } from '../db/state-lock.ts'
import { makeDirectory } from '../make-directory.ts'
import {
  configOptions,
  CONFIG_USAGE,
  EXIT_DONE,
  parseWords,
  type Command,
  type Surroundings,
} from './command.ts'
import { migrationsFolder } from './migrate.ts'
import { drill } from './restore-drill.ts'
import { requireRoom } from './restore-room.ts'
import { settingsOf } from './settings.ts'
import { databaseName, onConnection } from './store.ts'
import { bytes, counted } from './words.ts'

/** What was done, or would be. */
interface Done {
  backup: string
  created_at: string
  version: string
  schema: number
  database: string
  tables: number
  rows: number
  migrated: readonly string[]
  cancelled_tasks: number
  files: readonly string[]
  not_included: readonly string[]
  dry_run: boolean
}

/** Makes a database and a configuration what they were. */
export const restore: Command = {
  name: 'restore',
  usage: `usage: storwarden restore FILE|DIR [options]

Restores a backup, or the newest of a directory: the configuration where there is none, and the
database, in one go: it is restored, or is as it was. One of an older version is brought up to
date. Nobody may work on the database meanwhile. Tasks that were not over are cancelled. Without
the room for it nothing is begun.

  --dry-run        looks at the backup and at what is there, and changes nothing
  --force          drops what is in the database, and replaces the configuration, which is kept
                   beside as FILE.before-restore
  --no-config      leaves the configuration as it is
  --drill          restores it into a database that is gone afterwards, compares, and writes down
                   what came of it (storwarden backup list); beside storwardend, which stays as
                   it is. Exit status 1 when it could not be restored or anything differs
${CONFIG_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(
      argv,
      {
        ...{ 'dry-run': { type: 'boolean' }, force: { type: 'boolean' } },
        ...{ 'no-config': { type: 'boolean' }, drill: { type: 'boolean' }, ...configOptions },
      },
      { named: ['FILE'] },
    )
    const { terminal } = around
    if (values.drill === true) {
      const more = (['dry-run', 'force', 'no-config'] as const).filter((name) => values[name])
      if (more.length > 0) throw new UsageError(more.map((name) => `--drill: not with --${name}`))
      const config = await settingsOf(values, around)
      return await drill(positionals[0] ?? '', { config, json: values.json === true }, around)
    }
    const wishes = {
      dryRun: values['dry-run'] === true,
      force: values.force === true,
      configFile: values['no-config'] === true ? null : (values.config ?? DEFAULT_CONFIG_FILE),
    }
    const backup = await openBackup(positionals[0] ?? '', migrationsFolder)
    try {
      const configs = await configChanges(backup, wishes)
      const config = await settingsAfter(configs, values, around)
      const done = await restoreInto(config, backup, wishes, around)
      if (!wishes.dryRun) {
        await writeFiles([...configs, ...(await stateFiles(backup, config))], terminal)
      }
      const whole = { ...done, files: configs.map(({ path }) => path) }
      if (values.json) terminal.json(whole)
      else print(around, whole, backup)
      return EXIT_DONE
    } finally {
      await backup.archive.close()
    }
  },
}

interface Wishes {
  dryRun: boolean
  force: boolean
  /** Where the configuration goes; null leaves it alone. */
  configFile: string | null
}

interface FileChange {
  path: string
  content: Buffer
}

async function contentOf({ archive }: OpenBackup, { member }: DumpedFile): Promise<Buffer> {
  const blocks: Buffer[] = []
  for await (const block of archive.read(member)) blocks.push(block)
  return Buffer.concat(blocks)
}

/** The configuration is put where there is none; another one only by force. */
async function configChanges(
  backup: OpenBackup,
  { configFile, force }: Wishes,
): Promise<FileChange[]> {
  const file = backup.manifest.files.find(({ kind }) => kind === 'config')
  if (configFile === null || file === undefined) return []
  const content = await contentOf(backup, file)
  const there = await readFile(configFile).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  })
  if (there !== null && (there.equals(content) || !force)) return []
  return [{ path: configFile, content }]
}

/** The configuration as it will be: it says which database is restored, before anything is written. */
async function settingsAfter(
  [change]: readonly FileChange[],
  values: Parameters<typeof settingsOf>[0],
  around: Surroundings,
): Promise<Config> {
  if (change === undefined) return await settingsOf(values, around)
  const directory = await mkdtemp(join(tmpdir(), 'storwarden-restore-'))
  try {
    const config = join(directory, 'config.yaml')
    await writeFile(config, change.content, { mode: 0o600 })
    return await settingsOf({ ...values, config }, around)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Names of the state directory, into that of the configuration. */
async function stateFiles(backup: OpenBackup, { state_dir }: Config): Promise<FileChange[]> {
  const files = backup.manifest.files.filter(({ member }) => member === 'state/daemon-id')
  return await Promise.all(
    files.map(async (file) => ({
      path: join(state_dir, 'daemon-id'),
      content: await contentOf(backup, file),
    })),
  )
}

async function writeFiles(
  files: readonly FileChange[],
  terminal: Surroundings['terminal'],
): Promise<void> {
  for (const { path, content } of files) {
    makeDirectory(dirname(path))
    const kept = await replaceFile(path, content, 0o600)
    terminal.note(kept === null ? `wrote ${path}` : `wrote ${path}; before it was ${kept}`)
  }
}

async function restoreInto(
  config: Config,
  backup: OpenBackup,
  wishes: Wishes,
  around: Surroundings,
): Promise<Omit<Done, 'files'>> {
  const { manifest, path } = backup
  await requireRoom(config, manifest, around.terminal)
  const result = await onConnection(
    config,
    around.terminal,
    { make: !wishes.dryRun, alone: true },
    async (connection) => {
      const session = await openSession({ connection, name: 'storwarden restore' })
      try {
        await requireNobody(session)
        return await (wishes.dryRun
          ? looked(session)
          : restored(session, backup, wishes.force, around))
      } finally {
        await session.close()
      }
    },
  ).catch((cause: unknown) => {
    if (cause instanceof StateDirectoryInUseError) {
      throw new Error(`${cause.message}: stop storwardend first`, { cause })
    }
    // An empty machine has no database yet, which is all there is to say of it.
    const { code } = cause as { code?: string }
    if (wishes.dryRun && code === 'ERR_NO_DATABASE') return { migrated: [], cancelledTasks: 0 }
    throw cause
  })
  return {
    backup: path,
    created_at: manifest.created_at,
    version: manifest.version,
    schema: manifest.schema,
    database: databaseName(config),
    tables: manifest.tables.length,
    rows: rowsOf(manifest),
    migrated: result.migrated,
    cancelled_tasks: result.cancelledTasks,
    not_included: manifest.not_included,
    dry_run: wishes.dryRun,
  }

  async function looked(session: Session) {
    if (!(await isEmpty(session))) {
      around.terminal.note('the database is not empty: --force drops all that is in it')
    }
    return { migrated: [], cancelledTasks: 0 }
  }
}

async function restored(
  session: Session,
  backup: OpenBackup,
  force: boolean,
  { now, terminal }: Surroundings,
) {
  const onProgress = (done: number) => {
    terminal.progress(`restoring: ${Math.round(done * 100)} %`)
  }
  const options = { migrations: migrationsFolder, now: now(), force, onProgress }
  const result = await restoreDatabase(session, backup, options)
  await appendAudit(session, {
    at: now(),
    actor: `${userInfo().username} (command line)`,
    ...{ credential: null, address: null, before: null },
    action: 'database.restore',
    subject: backup.path,
    after: { created_at: backup.manifest.created_at, schema: backup.manifest.schema },
  })
  return result
}

function print({ terminal, now }: Surroundings, done: Done, { manifest }: OpenBackup): void {
  const age = (now().getTime() - Date.parse(done.created_at)) / 3600_000
  terminal.line(
    `${done.backup}: made ${done.created_at} (${age.toFixed(1)} h ago) by storwarden ${done.version} on ${manifest.host}`,
  )
  const content = `${counted(done.tables, 'table')}, ${counted(done.rows, 'row')}, schema ${done.schema}, ${bytes(manifest.database.bytes)} of database`
  terminal.line(`${done.dry_run ? 'it has' : `restored into ${done.database}:`} ${content}`)
  for (const name of done.migrated) terminal.line(`applied ${name}`)
  for (const path of done.files) terminal.line(`${done.dry_run ? 'would write' : 'wrote'} ${path}`)
  if (done.cancelled_tasks > 0) {
    terminal.line(`cancelled, as not over then: ${counted(done.cancelled_tasks, 'task')}`)
  }
  for (const path of done.not_included) {
    terminal.line(`not in the backup, to be put back by hand: ${path}`)
  }
}
