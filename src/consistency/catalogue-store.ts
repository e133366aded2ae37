import type { Queryable } from '../db/database.ts'
import { jsonb, storable } from '../db/json.ts'
import type { CatalogueRow } from './catalogue.ts'

/** The catalogue that was imported last, in brief. */
export interface CatalogueImport {
  name: string
  importedAt: Date
  importedBy: string
  cartridges: number
}

/** The catalogue that was imported last, with its cartridges. */
export interface Catalogue extends CatalogueImport {
  rows: readonly CatalogueRow[]
}

/** What was imported last, in brief; null when nothing was. */
export async function catalogueImport(database: Queryable): Promise<CatalogueImport | null> {
  const [found] = await database.query<CatalogueImport>(
    `select name, imported_at as "importedAt", imported_by as "importedBy",
       (select count(*) from catalogue_cartridges) as cartridges
     from catalogue_import`,
  )
  return found ?? null
}

/** The same with its cartridges. */
export async function catalogueOf(database: Queryable): Promise<Catalogue | null> {
  const found = await catalogueImport(database)
  if (found === null) return null
  const rows = await database.query<CatalogueRow>(
    `select barcode, pool, status, location, size_bytes as "sizeBytes" from catalogue_cartridges
     order by barcode`,
  )
  return { ...found, rows }
}

/** Puts a catalogue in the place of the one before; resolves with that. */
export async function replaceCatalogue(
  transaction: Queryable,
  { name, importedAt, importedBy, rows }: Omit<Catalogue, 'cartridges'>,
): Promise<CatalogueImport | null> {
  const before = await removeCatalogue(transaction)
  await transaction.query(
    'insert into catalogue_import (name, imported_at, imported_by) values ($1, $2, $3)',
    [storable(name), importedAt, storable(importedBy)],
  )
  await transaction.query(
    `insert into catalogue_cartridges (barcode, pool, status, location, size_bytes)
     select barcode, pool, status, location, "sizeBytes"
     from jsonb_to_recordset($1) as cartridge (
       barcode text, pool text, status text, location text, "sizeBytes" bigint)`,
    [jsonb(rows)],
  )
  return before
}

/** Removes the catalogue; resolves with what it was, null when there was none. Nobody imports one meanwhile. */
export async function removeCatalogue(transaction: Queryable): Promise<CatalogueImport | null> {
  await transaction.query('lock table catalogue_import in share row exclusive mode')
  const before = await catalogueImport(transaction)
  await transaction.query('delete from catalogue_import')
  await transaction.query('delete from catalogue_cartridges')
  return before
}
