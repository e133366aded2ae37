import { ERROR_FLAGS } from '../cartridges/load.ts'
import type { Queryable } from '../db/database.ts'
import type { LoadFigures, Period } from './facts.ts'
import { MOST_ROWS } from './words.ts'

/** Drives that are told of. */
const MOST_DRIVES = 200

/** Cartridges in drives. Rejects as the database does. */
export async function loadFigures(database: Queryable, period: Period): Promise<LoadFigures> {
  const faulty = await faultyCartridges(database, period)
  return {
    drives: await loadsByDrive(database, period),
    cartridges: faulty.map(({ cartridge }) => cartridge),
    cartridgesTotal: faulty[0]?.total ?? 0,
  }
}

/** What no drive counted is null, and not 0. */
async function loadsByDrive(database: Queryable, { since, until }: Period) {
  return await database.query<LoadFigures['drives'][number] & Record<string, unknown>>(
    `select drive, bool_and(virtual) as virtual, count(*) as loads,
            sum(written_bytes)::double precision as "writtenBytes",
            sum(read_bytes)::double precision as "readBytes",
            (sum(unrecovered_write_errors) + sum(unrecovered_read_errors))::double precision as errors
     from cartridge_loads
     where loaded_at > $1 and loaded_at <= $2
     group by drive order by loads desc, drive limit $3`,
    [since, until, MOST_DRIVES],
  )
}

/** Of loads that were in the period, or in part: when in a load an error came is not kept. */
async function faultyCartridges(database: Queryable, { since, until }: Period) {
  const rows = await database.query<
    LoadFigures['cartridges'][number] & { total: number } & Record<string, unknown>
  >(
    `select coalesce(max(volume_tag), max(serial), 'a cartridge without a name') as name, max(library) as library,
            array_agg(distinct drive order by drive) as drives, count(*) as loads,
            sum(coalesce(unrecovered_write_errors, 0))::double precision as "unrecoveredWriteErrors",
            sum(coalesce(unrecovered_read_errors, 0))::double precision as "unrecoveredReadErrors",
            count(*) over () as total
     from cartridge_loads
     where loaded_at <= $2 and coalesce(unloaded_at, $2) > $1
       and (unrecovered_write_errors > 0 or unrecovered_read_errors > 0 or tape_alerts && $3::smallint[])
     group by coalesce(serial, library || '/' || volume_tag, id::text)
     order by sum(coalesce(unrecovered_write_errors, 0) + coalesce(unrecovered_read_errors, 0)) desc, name
     limit $4`,
    [since, until, ERROR_FLAGS, MOST_ROWS],
  )
  return rows.map(({ total, ...cartridge }) => ({ total, cartridge }))
}
