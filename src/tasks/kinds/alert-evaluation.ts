import { Type } from 'typebox'
import type { TaskKind } from '../kind.ts'
import type { TaskParams } from '../task.ts'

/** What an evaluation of the rules needs. */
export interface Evaluating {
  /** Reads all of the hardware anew; resolves with the subjects that could not be read. */
  collect: () => Promise<readonly string[]>
  /** Evaluates the rules on what is known now; resolves with how many alerts there are. Rejects when it was not done. */
  evaluate: () => Promise<{ pending: number; firing: number }>
}

interface Params extends TaskParams {
  readonly collect?: boolean
}

/** Evaluates the rules at once, instead of at the next beat. */
export function alertEvaluation({ collect, evaluate }: Evaluating): TaskKind<Params> {
  return {
    name: 'monitoring_alert_evaluation',
    summary: 'Evaluates all rules at once, on what is known or on what is read anew.',
    schema: Type.Object(
      {
        collect: Type.Optional(
          Type.Boolean({
            default: false,
            description: 'Whether the hardware is read anew before.',
          }),
        ),
      },
      { additionalProperties: false },
    ),
    destructive: false,
    repeatable: true,
    timeoutSeconds: 900,
    resource: () => 'alerts',
    async plan(params) {
      const evaluation = { name: 'evaluate', description: 'evaluate all rules' }
      const collection = { name: 'collect', description: 'read all of the hardware anew' }
      return await Promise.resolve(
        params.collect === true ? [collection, evaluation] : [evaluation],
      )
    },
    async run({ name }, progress) {
      if (name === 'collect') {
        const failed = await collect()
        if (failed.length > 0)
          await progress.log(`could not be read: ${failed.join(', ')}`, 'warning')
        return
      }
      const { pending, firing } = await evaluate()
      progress.affect(pending + firing)
      await progress.log(`${firing} alerts fire, ${pending} are pending`)
    },
  }
}
