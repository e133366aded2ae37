import { BackupError } from './backup-error.ts'

/** Which layout of the archive this version writes, and the newest that it reads. */
export const FORMAT = 1

/** A table in a backup: rows as COPY tells them, compressed. */
export interface DumpedTable {
  name: string
  /** In their order; those that are generated are not among them. */
  columns: readonly string[]
  rows: number
  /** Of the text, not compressed. */
  bytes: number
  /** Of the same, hexadecimal. */
  sha256: string
  /** Where it is in the archive. */
  member: string
}

/** A partition that the daemon made as time went by. */
export interface DumpedPartition {
  name: string
  parent: string
  /** As `create table … partition of` takes it. */
  bound: string
}

/** A file that was backed up besides the database. */
export interface DumpedFile {
  /** `config`: the configuration; else a name in the state directory. */
  kind: 'config' | 'state'
  /** Where it was. */
  path: string
  bytes: number
  sha256: string
  member: string
}

/** What is in a backup. */
export interface Manifest {
  format: number
  application: string
  /** Of the daemon that made it. */
  version: string
  host: string
  created_at: string
  /** Number of the newest migration. */
  schema: number
  database: { server_version: string; bytes: number }
  /** In an order in which they can be restored. */
  tables: readonly DumpedTable[]
  partitions: readonly DumpedPartition[]
  /** Numbers that were given last; null where none was. */
  sequences: readonly { name: string; last_value: number | null }[]
  files: readonly DumpedFile[]
  /** Files that the configuration names and that hold secrets: they are not in the backup. */
  not_included: readonly string[]
}

/** Reads a manifest. Throws BackupError for one that is damaged, or of a newer version. */
export function parseManifest(text: string): Manifest {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw damaged('is no JSON', cause)
  }
  const { format, application } = (value ?? {}) as { format?: unknown; application?: unknown }
  if (application !== 'storwarden' || !Number.isInteger(format)) {
    throw damaged('is not one of storwarden')
  }
  if (Number(format) > FORMAT) {
    throw new BackupError(
      'ERR_BACKUP_TOO_NEW',
      `the backup has format ${String(format)}, newer than ${FORMAT}: restore it with the version that made it`,
    )
  }
  const wrong = faultOf(value as Manifest)
  if (wrong !== null) throw damaged(wrong)
  return value as Manifest
}

/** Rows of all tables. */
export function rowsOf({ tables }: Pick<Manifest, 'tables'>): number {
  return tables.reduce((sum, { rows }) => sum + rows, 0)
}

/** Names that need no quoting are all that storwarden gives. */
const NAME = /^[a-z_][a-z0-9_]{0,62}$/
const SHA256 = /^[0-9a-f]{64}$/
const LITERAL = `(?:'[0-9 :.+-]{1,40}'|-?\\d{1,19}|minvalue|maxvalue)`
/** What pg_get_expr says of the bounds of ranges: nothing else is handed to the server. */
const BOUND = new RegExp(`^(?:default|for values from \\(${LITERAL}\\) to \\(${LITERAL}\\))$`, 'i')

/** What a backup cannot hold; it would be handed to the server as it is. */
function faultOf(manifest: Manifest): string | null {
  const { tables, partitions, sequences, files, schema, not_included: missing } = manifest
  const lists: unknown[] = [tables, partitions, sequences, files, missing]
  if (!lists.every((list) => Array.isArray(list))) return 'lacks what a backup is made of'
  if (!Number.isInteger(schema) || schema < 1) return 'has no number of the schema'
  for (const { name, columns, rows, sha256, member } of tables) {
    if (!NAME.test(name)) return `has a table ${JSON.stringify(name)}`
    if (!Array.isArray(columns) || !columns.every((column) => NAME.test(String(column))))
      return `${name}: has columns that no table has`
    if (!Number.isInteger(rows) || !SHA256.test(sha256) || typeof member !== 'string')
      return `${name}: lacks its checksum`
  }
  for (const { name, parent, bound } of partitions) {
    if (!NAME.test(name) || !NAME.test(parent) || !BOUND.test(bound))
      return `has a partition ${JSON.stringify(name)} that cannot be`
  }
  for (const { name, last_value: last } of sequences) {
    if (!NAME.test(name) || (last !== null && !Number.isSafeInteger(last)))
      return `has a sequence ${JSON.stringify(name)} that cannot be`
  }
  for (const { kind, sha256, member, path } of files) {
    if (!['config', 'state'].includes(kind) || !SHA256.test(sha256)) return 'has a file too many'
    if (typeof member !== 'string' || typeof path !== 'string') return 'has a file too many'
  }
  return null
}

function damaged(what: string, cause?: unknown): BackupError {
  return new BackupError('ERR_BACKUP_DAMAGED', `the manifest of the backup ${what}`, { cause })
}
