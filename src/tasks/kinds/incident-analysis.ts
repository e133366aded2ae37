import { Type } from 'typebox'
import type { TaskKind } from '../kind.ts'
import type { TaskParams } from '../task.ts'

/** What is known of an incident that may be its cause, the likeliest first. */
export interface IncidentAnalysis {
  /** What it is called, for the log. */
  title: string
  /** A sentence each. */
  causes: readonly string[]
}

interface Params extends TaskParams {
  readonly incident_id: string
}

/** Looks in what happened before an incident for what may have caused it. `analyse` answers null of one that is not there. */
export function incidentAnalysis(
  analyse: (incidentId: string) => Promise<IncidentAnalysis | null>,
): TaskKind<Params> {
  return {
    name: 'monitoring_incident_analysis',
    summary: 'Looks in what happened in the hour before an incident for what may have caused it.',
    schema: Type.Object(
      { incident_id: Type.String({ format: 'uuid', description: 'The incident.' }) },
      { additionalProperties: false },
    ),
    destructive: false,
    repeatable: true,
    timeoutSeconds: 300,
    resource: ({ incident_id: id }) => `incident ${id}`,
    async plan({ incident_id: id }) {
      const description = 'look for what changed first before the incident'
      return await Promise.resolve([{ name: 'analyse', description, data: { incident_id: id } }])
    },
    async run({ data }, progress) {
      const id = String(data?.incident_id)
      const found = await analyse(id)
      if (found === null) throw new Error(`incident ${id}: not found`)
      progress.affect(found.causes.length)
      if (found.causes.length === 0) await progress.log(`${found.title}: nothing changed before it`)
      for (const cause of found.causes) await progress.log(`${found.title}: ${cause}`)
    },
  }
}
