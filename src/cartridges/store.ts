import type { Queryable } from '../db/database.ts'
import { jsonb } from '../db/json.ts'
import { ERROR_FLAGS, type CartridgeLoad, type LoadLimits } from './load.ts'
import type { KnownCartridge } from './known.ts'

const COLUMNS = `id, drive, serial, volume_tag as "volumeTag", library, virtual,
  loaded_at as "loadedAt", unloaded_at as "unloadedAt", tape_alerts as "tapeAlerts",
  counted, counted_at as "countedAt",
  written_bytes as "writtenBytes", read_bytes as "readBytes", rewrites, rereads,
  corrected_write_errors as "correctedWriteErrors", corrected_read_errors as "correctedReadErrors",
  unrecovered_write_errors as "unrecoveredWriteErrors",
  unrecovered_read_errors as "unrecoveredReadErrors"`

type Row = Omit<CartridgeLoad, 'work'> & CartridgeLoad['work']

/** The latest load of every drive. */
export async function latestLoads(database: Queryable): Promise<CartridgeLoad[]> {
  const rows = await database.query<Row>(
    `select distinct on (drive) ${COLUMNS} from cartridge_loads order by drive, loaded_at desc`,
  )
  return rows.map(loadOf)
}

/** Writes loads down as they are now. */
export async function saveLoads(
  transaction: Queryable,
  loads: readonly CartridgeLoad[],
): Promise<void> {
  if (loads.length === 0) return
  const rows = loads.map(({ work, tapeAlerts, ...load }) => ({
    ...load,
    ...storable(work),
    tapeAlerts: `{${tapeAlerts.join(',')}}`,
  }))
  await transaction.query(
    `insert into cartridge_loads (
       id, drive, serial, volume_tag, library, virtual, loaded_at, unloaded_at,
       written_bytes, read_bytes, rewrites, rereads, corrected_write_errors, corrected_read_errors,
       unrecovered_write_errors, unrecovered_read_errors, tape_alerts, counted, counted_at)
     select
       id, drive, serial, "volumeTag", library, virtual, "loadedAt", "unloadedAt",
       "writtenBytes", "readBytes", rewrites, rereads, "correctedWriteErrors", "correctedReadErrors",
       "unrecoveredWriteErrors", "unrecoveredReadErrors", "tapeAlerts"::smallint[], counted, "countedAt"
     from jsonb_to_recordset($1) as load (
       id uuid, drive text, serial text, "volumeTag" text, library text, virtual boolean,
       "loadedAt" timestamptz, "unloadedAt" timestamptz, "writtenBytes" bigint, "readBytes" bigint,
       rewrites bigint, rereads bigint, "correctedWriteErrors" bigint, "correctedReadErrors" bigint,
       "unrecoveredWriteErrors" bigint, "unrecoveredReadErrors" bigint, "tapeAlerts" text,
       counted jsonb, "countedAt" timestamptz)
     on conflict (id) do update set
       serial = excluded.serial,
       volume_tag = excluded.volume_tag,
       library = excluded.library,
       unloaded_at = excluded.unloaded_at,
       written_bytes = excluded.written_bytes,
       read_bytes = excluded.read_bytes,
       rewrites = excluded.rewrites,
       rereads = excluded.rereads,
       corrected_write_errors = excluded.corrected_write_errors,
       corrected_read_errors = excluded.corrected_read_errors,
       unrecovered_write_errors = excluded.unrecovered_write_errors,
       unrecovered_read_errors = excluded.unrecovered_read_errors,
       tape_alerts = excluded.tape_alerts,
       counted = excluded.counted,
       counted_at = excluded.counted_at`,
    [jsonb(rows)],
  )
}

/**
 * Loads since `since` that may tell whose fault errors were: those with errors, and all others of the same drives
 * and of the same cartridges. Nearly always there are none.
 */
export async function loadsAroundErrors(
  database: Queryable,
  since: Date,
  { retriesPerGigabyte }: LoadLimits,
): Promise<CartridgeLoad[]> {
  const rows = await database.query<Row>(
    `with bad as (
       select drive, serial, volume_tag from cartridge_loads
       where loaded_at > $1 and (
         unrecovered_write_errors > 0 or unrecovered_read_errors > 0 or tape_alerts && $2::smallint[]
         or rewrites > $3 * written_bytes / 1e9 or rereads > $3 * read_bytes / 1e9)
     )
     select ${COLUMNS} from cartridge_loads
     where loaded_at > $1 and (
       drive in (select drive from bad)
       or serial in (select serial from bad)
       or volume_tag in (select volume_tag from bad))
     order by loaded_at, id`,
    [since, ERROR_FLAGS, retriesPerGigabyte],
  )
  return rows.map(loadOf)
}

/** Loads of a drive, the latest first. */
export async function loadsOfDrive(
  database: Queryable,
  drive: string,
  limit: number,
): Promise<CartridgeLoad[]> {
  const rows = await database.query<Row>(
    `select ${COLUMNS} from cartridge_loads where drive = $1 order by loaded_at desc, id limit $2`,
    [drive, limit],
  )
  return rows.map(loadOf)
}

/** What is known of a cartridge. */
export interface CartridgeNames {
  serial: string | null
  volumeTag: string | null
  library: string | null
}

/** Loads of a cartridge, the latest first: by its serial number, and by its barcode where no other serial is told. */
export async function loadsOfCartridge(
  database: Queryable,
  { serial, volumeTag, library }: CartridgeNames,
  limit: number,
): Promise<CartridgeLoad[]> {
  const rows = await database.query<Row>(
    `select ${COLUMNS} from cartridge_loads
     where serial = $1
       or volume_tag = $2 and library is not distinct from $3 and (serial is null or $1::text is null)
     order by loaded_at desc, id limit $4`,
    [serial, volumeTag, library, limit],
  )
  return rows.map(loadOf)
}

/** Every cartridge that a drive told of. */
export function knownCartridges(database: Queryable): Promise<KnownCartridge[]> {
  return database.query<KnownCartridge & Record<string, unknown>>(
    `select key, serial, volume_tag as "volumeTag", library, virtual, drive, read_at as "readAt", health
     from cartridges order by key`,
  )
}

/** Writes down what drives told of cartridges. */
export async function saveCartridges(
  transaction: Queryable,
  cartridges: readonly KnownCartridge[],
): Promise<void> {
  if (cartridges.length === 0) return
  await transaction.query(
    `insert into cartridges (key, serial, volume_tag, library, virtual, drive, read_at, health)
     select key, serial, "volumeTag", library, virtual, drive, "readAt", health
     from jsonb_to_recordset($1) as cartridge (
       key text, serial text, "volumeTag" text, library text, virtual boolean, drive text,
       "readAt" timestamptz, health jsonb)
     on conflict (key) do update set
       serial = excluded.serial,
       volume_tag = coalesce(excluded.volume_tag, cartridges.volume_tag),
       library = coalesce(excluded.library, cartridges.library),
       virtual = excluded.virtual,
       drive = excluded.drive,
       read_at = excluded.read_at,
       health = excluded.health`,
    [jsonb(cartridges)],
  )
}

/** Forgets loads that ended before, and cartridges that no drive told of since; resolves with how many loads. */
export async function deleteLoadsBefore(database: Queryable, before: Date): Promise<number> {
  const rows = await database.query(
    'delete from cartridge_loads where unloaded_at < $1 returning id',
    [before],
  )
  await database.query('delete from cartridges where read_at < $1', [before])
  return rows.length
}

/** A drive can claim more than a bigint holds, or a JavaScript number tells exactly. */
function storable(work: CartridgeLoad['work']): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(work).map(([name, value]: [string, number | null]) => [
      name,
      value === null ? null : Math.min(value, Number.MAX_SAFE_INTEGER),
    ]),
  )
}

function loadOf(row: Row): CartridgeLoad {
  const { writtenBytes, readBytes, rewrites, rereads, ...rest } = row
  const { correctedWriteErrors, correctedReadErrors, ...others } = rest
  const { unrecoveredWriteErrors, unrecoveredReadErrors, ...load } = others
  return {
    ...load,
    work: {
      ...{ writtenBytes, readBytes, rewrites, rereads },
      ...{ correctedWriteErrors, correctedReadErrors },
      ...{ unrecoveredWriteErrors, unrecoveredReadErrors },
    },
  }
}
