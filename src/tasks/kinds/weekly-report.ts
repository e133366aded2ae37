import { Type } from 'typebox'
import type { Progress, TaskKind } from '../kind.ts'
import type { TaskParams } from '../task.ts'

/** Name of the kind. */
export const WEEKLY_REPORT = 'weekly_report'

/** What is asked for. */
export interface WantedReport {
  /** Who gets it; as configured if not said. */
  channels: readonly string[] | null
  /** Of how many days up to now. */
  days: number
  /** The same whenever the step is carried out again. */
  cause: string
}

/** Writes a report and puts it up for sending; resolves with who gets it, and what it says in a few words. */
export type SendReport = (
  wanted: WantedReport,
  progress: Pick<Progress, 'log'>,
) => Promise<{ channels: readonly string[]; headline: string }>

interface Params extends TaskParams {
  readonly channels?: readonly string[]
  readonly days?: number
}

/** Days of a report when nobody says otherwise. */
export const REPORT_DAYS = 7
/** Days of a report at most: alerts and tasks are kept for longer, but nobody reads tables of a year. */
export const MOST_REPORT_DAYS = 31

/** Sends the report of the last days. `newId` makes what tells one sending from another. */
export function weeklyReportKind(send: SendReport, newId: () => string): TaskKind<Params> {
  return {
    name: WEEKLY_REPORT,
    summary: 'Writes the report of the last seven days and puts it up for sending.',
    schema: Type.Object(
      {
        channels: Type.Optional(
          Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
            minItems: 1,
            maxItems: 20,
            uniqueItems: true,
            description: 'Who gets it; as configured if not said.',
          }),
        ),
        days: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: MOST_REPORT_DAYS,
            description: `Of how many days up to now; ${REPORT_DAYS} if not said.`,
          }),
        ),
      },
      { additionalProperties: false },
    ),
    destructive: false,
    repeatable: true,
    timeoutSeconds: 300,
    comparable: ({ description }) => description,
    resource: () => 'weekly report',
    async plan({ channels = null, days = REPORT_DAYS }) {
      const description = `write the report of the last ${days} days and put it up for sending`
      const data = { channels, days, cause: newId() }
      return await Promise.resolve([{ name: 'send', description, data }])
    },
    async run({ data }, progress) {
      const { channels, days, cause } = data as unknown as WantedReport
      const sent = await send({ channels, days, cause }, progress)
      progress.affect(sent.channels.length)
      await progress.log(`put up for ${sent.channels.join(', ')}: ${sent.headline}`)
    },
  }
}
