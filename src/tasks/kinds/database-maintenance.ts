import { Type } from 'typebox'
import type { TaskKind } from '../kind.ts'

/** A table that wants looking after. */
export interface NeglectedTable {
  table: string
  vacuum: boolean
}

/** What the upkeep of the database needs. */
export interface DatabaseUpkeep {
  /** Tables of which much has changed. */
  neglected: () => Promise<readonly NeglectedTable[]>
  keepUp: (table: NeglectedTable) => Promise<void>
}

/** Vacuums and analyses the tables of which much has changed: each night, and whenever somebody asks. */
export function databaseMaintenance({ neglected, keepUp }: DatabaseUpkeep): TaskKind {
  return {
    name: 'database_maintenance',
    summary: 'Vacuums and analyses the tables of which much has changed.',
    schema: Type.Object({}, { additionalProperties: false }),
    destructive: false,
    repeatable: true,
    goesOn: true,
    timeoutSeconds: 6 * 3600,
    resource: () => 'database',
    async plan() {
      return (await neglected()).map(({ table, vacuum }) => ({
        name: table,
        description: `${vacuum ? 'vacuum and analyse' : 'analyse'} ${table}`,
        data: { table, vacuum },
      }))
    },
    async run({ name, data }, progress) {
      await keepUp({ table: name, vacuum: data?.vacuum === true })
      progress.affect(1)
    },
  }
}
