import { Type } from 'typebox'
import { catalogueImport, type CatalogueImport } from '../../consistency/catalogue-store.ts'
import { CatalogueError, parseCatalogue, type CatalogueRow } from '../../consistency/catalogue.ts'
import type { Origin, Principal } from '../../auth/principal.ts'
import { changeNote } from '../consistency/change-note.ts'
import { catalogueShape } from '../consistency/shapes.ts'
import type { ApiContext } from '../context.ts'
import { ProblemError } from '../problem.ts'
import { route } from '../route.ts'
import { nullable } from '../schemas.ts'

const PATH = '/api/v1/monitoring/consistency/catalogue'

const get = route({
  method: 'get',
  path: PATH,
  guard: 'monitoring:read',
  tag: 'monitoring',
  summary: 'The catalogue of the backup application, as it was imported last',
  answers: {
    200: {
      description: 'In brief; null when none was imported.',
      schema: Type.Object({ catalogue: nullable(catalogueShape) }),
    },
  },
  async handle({ context }) {
    const found = await catalogueImport(context.db)
    return { status: 200, json: { catalogue: found && catalogueJson(found) } }
  },
})

const put = route({
  method: 'post',
  path: PATH,
  guard: 'monitoring:write',
  tag: 'monitoring',
  summary: 'Import the catalogue of the backup application',
  description:
    'CSV with a header and a column `barcode`; `pool`, `status`, `location` and `size` if they are there, also by ' +
    'the names that Bareos, Veeam and NetBackup give them. `,`, `;` or tabulators separate, quotes are heeded. All ' +
    'of it is imported in the place of the catalogue before, or nothing: each fault is named with its line.',
  body: Type.Object({
    csv: Type.String({ minLength: 1 }),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 256, default: 'catalogue' })),
  }),
  bodyLimitMebibytes: 16,
  answers: { 201: { description: 'What was imported.', schema: catalogueShape } },
  async handle({ body, principal, origin, context }) {
    const { csv, name = 'catalogue' } = body
    const rows = rowsOf(csv)
    const made = await context.consistency.importCatalogue(
      { name, rows, by: principal.username },
      noteOf(context, principal, origin),
    )
    return { status: 201, json: catalogueJson(made) }
  },
})

const remove = route({
  method: 'delete',
  path: PATH,
  guard: 'monitoring:write',
  tag: 'monitoring',
  summary: 'Compare with no catalogue any more',
  answers: { 204: { description: 'There is none.' } },
  async handle({ principal, origin, context }) {
    await context.consistency.forgetCatalogue(noteOf(context, principal, origin))
    return { status: 204 }
  },
})

/** The catalogue of the backup application. */
export const catalogueRoutes = [get, put, remove]

function rowsOf(csv: string): CatalogueRow[] {
  try {
    return parseCatalogue(csv)
  } catch (error) {
    if (!(error instanceof CatalogueError)) throw error
    const errors = error.faults.map(({ line, message }) => ({
      ...{ path: '/body/csv', message: `line ${line}: ${message}` },
    }))
    throw new ProblemError('invalid_request', error.message, { errors })
  }
}

function noteOf(context: ApiContext, principal: Principal, origin: Origin) {
  return changeNote<CatalogueImport>(context, {
    ...{ principal, origin, action: 'catalogue.import' },
    subject: ({ name }) => name,
    fieldsOf: catalogueJson,
  })
}

function catalogueJson({ name, importedAt, importedBy, cartridges }: CatalogueImport) {
  const at = importedAt.toISOString()
  return { name, imported_at: at, imported_by: importedBy, cartridges }
}
