import type { Session } from '../db/session.ts'
import type { DumpedPartition } from './manifest.ts'

/** A table that has rows of its own. */
export interface Table {
  name: string
  columns: readonly string[]
}

/** Tables, partitions and sequences of the database. */
export interface Catalog {
  /** In an order in which none refers to one after it. */
  tables: readonly Table[]
  /** Tables that are partitioned, and have no rows of their own. */
  partitioned: readonly string[]
  partitions: readonly DumpedPartition[]
  sequences: readonly { name: string; last_value: number | null }[]
}

interface Relation {
  name: string
  kind: 'r' | 'p'
  parent: string | null
  bound: string | null
  columns: readonly string[]
  refers: readonly string[]
}

/** Of the schema that statements work in; what belongs to an extension is not storwarden's. */
const RELATIONS = `
  select class.relname as name, class.relkind as kind, parent.relname as parent,
    pg_get_expr(class.relpartbound, class.oid) as bound,
    array(
      select attname::text from pg_attribute
      where attrelid = class.oid and attnum > 0 and not attisdropped and attgenerated = ''
      order by attnum
    ) as columns,
    array(
      select distinct other.relname::text from pg_constraint
      join pg_class as other on other.oid = confrelid
      where conrelid = class.oid and contype = 'f' and confrelid <> conrelid
    ) as refers
  from pg_class as class
  join pg_namespace as namespace on namespace.oid = class.relnamespace
  left join pg_inherits on inhrelid = class.oid
  left join pg_class as parent on parent.oid = inhparent
  where nspname = current_schema() and class.relkind in ('r', 'p')
    and not exists (
      select from pg_depend
      where classid = 'pg_class'::regclass and objid = class.oid and deptype = 'e'
    )
  order by class.relname`

/** Reads what there is. */
export async function readCatalog(session: Session): Promise<Catalog> {
  const relations = await session.query<Relation>(RELATIONS)
  const sequences = await session.query<{ name: string; last_value: number | null }>(
    `select sequencename as name, last_value from pg_sequences
     where schemaname = current_schema() order by sequencename`,
  )
  const partitions = relations.flatMap(({ name, parent, bound }) =>
    parent === null || bound === null ? [] : [{ name, parent, bound }],
  )
  const tables = inOrder(relations).filter(({ kind }) => kind === 'r')
  const partitioned = relations.filter(({ kind }) => kind === 'p').map(({ name }) => name)
  return {
    tables: tables.map(({ name, columns }) => ({ name, columns })),
    ...{ partitioned, partitions, sequences },
  }
}

/** Those that are referred to first; of a circle, which there is none of, in the order of names. */
function inOrder(relations: readonly Relation[]): Relation[] {
  const ordered: Relation[] = []
  const left = new Map(relations.map((one) => [one.name, one]))
  while (left.size > 0) {
    const ready = [...left.values()].filter(({ refers }) => !refers.some((name) => left.has(name)))
    for (const one of ready.length > 0 ? ready : [...left.values()].slice(0, 1)) {
      ordered.push(one)
      left.delete(one.name)
    }
  }
  return ordered
}

/** A name as SQL takes it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** `copy` of all of a table's own rows and columns, without where to. */
export function copyText({ name, columns }: Table): string {
  return `copy ${quoted(name)} (${columns.map(quoted).join(', ')})`
}
