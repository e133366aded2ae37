import { Type } from 'typebox'
import type { Progress, TaskKind } from '../kind.ts'
import type { TaskParams } from '../task.ts'

/** What became of a backup that was made. */
export interface MadeBackup {
  path: string | null
  sizeBytes: number | null
  rowCount: number | null
  /** Why it could not be restored; null also when nobody tried. */
  verifyError: string | null
  verifiedAt: Date | null
}

/** Makes one; `verify` null does as is configured. */
export type BackUp = (
  wanted: { verify: boolean | null },
  progress: Pick<Progress, 'report' | 'log'>,
) => Promise<MadeBackup>

interface Params extends TaskParams {
  readonly verify?: boolean
}

/** Backs up the database and the configuration into the directory of the configuration. */
export function backup(backUp: BackUp): TaskKind<Params> {
  return {
    name: 'backup',
    summary: 'Backs up the database and the configuration, and verifies that by restoring it.',
    schema: Type.Object(
      {
        verify: Type.Optional(
          Type.Boolean({
            description:
              'Whether it is restored into a database of its own and compared; as configured if not said.',
          }),
        ),
      },
      { additionalProperties: false },
    ),
    destructive: false,
    repeatable: true,
    timeoutSeconds: 6 * 3600,
    resource: () => 'backup',
    async plan({ verify }) {
      const data = verify === undefined ? {} : { verify }
      const description = 'back up the database and the configuration, and delete the oldest'
      return await Promise.resolve([{ name: 'back up', description, data }])
    },
    async run({ data }, progress) {
      const verify = typeof data?.verify === 'boolean' ? data.verify : null
      const made = await backUp({ verify }, progress)
      progress.affect(made.rowCount ?? 0)
      await progress.log(
        `${made.path ?? 'nowhere'}: ${made.rowCount ?? 0} rows, ${made.sizeBytes ?? 0} bytes` +
          (made.verifiedAt === null ? '' : ', restored and compared'),
      )
      if (made.verifyError !== null)
        throw new Error(`it was made, and not verified: ${made.verifyError}`)
    },
  }
}
