import type { Queryable } from '../../src/db/database.ts'

/**
 * Fills the table with events as an appliance has them, over the days before `end`: of a hundred 60 of the
 * daemon with a number, 40 handed in; one in a thousand is an error, each has words and a tag of its own.
 */
export async function fillEvents(
  database: Queryable,
  { count, days, end }: { count: number; days: number; end: Date },
): Promise<void> {
  await database.query(
    `insert into events (
       seq, stream, event_type, source, message, level, tags, payload, "timestamp"
     )
     select case when n % 5 < 3 then n end, case when n % 5 < 3 then 'tape' end,
            case when n % 1000 = 7 then 'trace' else 'log' end,
            case when n % 5 < 3 then 'collectors/changers' when n % 997 = 4 then 'rare' else 'backup/job' end,
            'Cartridge A' || lpad((n % 20000)::text, 5, '0') || 'L6 was moved from slot ' || n % 40 || ' to drive ' || n % 7,
            case when n % 1000 = 0 then 'error' when n % 50 = 0 then 'warning' else 'info' end,
            jsonb_build_object('request_id', 'r' || n),
            jsonb_build_object('event', 'cartridge_moved', 'n', n),
            $2::timestamptz - ($1 - n) * ($3::double precision / $1) * interval '1 day'
     from generate_series(1, $1::integer) as n`,
    [count, end, days],
  )
  await database.query('update event_sequence set last = $1', [count])
}
