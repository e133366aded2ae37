import { Type } from 'typebox'
import type { TaskKind } from '../kind.ts'
import type { TaskParams } from '../task.ts'

/** Something that grows, and that is forgotten when it is old. */
export interface KeptData {
  /** In a word, e.g. `events`. */
  name: string
  /** For how long, as it is configured now, e.g. `30 days`. */
  kept: () => string
  /** In what it is counted how much was forgotten; in rows if not said. */
  unit?: string
  /** Forgets what is older; resolves with how much that was. Done twice it is done once. */
  forget: () => Promise<number>
}

interface Params extends TaskParams {
  readonly only?: readonly string[]
}

/** Forgets what is older than it is kept: each night, and whenever somebody asks. */
export function dataRetention(kept: readonly KeptData[]): TaskKind<Params> {
  const names = kept.map(({ name }) => name)
  return {
    name: 'monitoring_data_retention',
    summary: 'Forgets what is older than it is kept.',
    schema: Type.Object(
      {
        only: Type.Optional(
          Type.Array(Type.Unsafe<string>({ type: 'string', enum: names }), {
            minItems: 1,
            description: 'Only of these; of all if not said.',
          }),
        ),
      },
      { additionalProperties: false },
    ),
    destructive: false,
    repeatable: true,
    // What cannot be forgotten today must not keep the disk from getting room.
    goesOn: true,
    timeoutSeconds: 6 * 3600,
    resource: () => 'retention',
    async plan({ only }) {
      return await Promise.resolve(
        kept
          .filter(({ name }) => only?.includes(name) ?? true)
          .map(({ name, kept: age }) => ({
            name,
            description: `forget ${name} that are older than ${age()}`,
          })),
      )
    },
    async run({ name }, progress) {
      const found = kept.find((one) => one.name === name)
      if (found === undefined) throw new Error(`${name}: this daemon keeps nothing of the kind`)
      const count = await found.forget()
      progress.affect(count)
      const { unit } = found
      await progress.log(`${name}: ${count}${unit === undefined ? '' : ` ${unit}`} forgotten`)
    },
  }
}
