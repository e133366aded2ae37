import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { Type } from 'typebox'
import { openPool, type DatabaseConnection } from '../../src/db/pool.ts'
import { TaskEngine } from '../../src/tasks/engine.ts'
import type { TaskKind } from '../../src/tasks/kind.ts'

// The part of a daemon that carries out tasks, made to be killed: what a step does is a row of a table, written
// before and after some time that it takes.

/** What it is told at its start, as JSON. */
export interface TaskDaemonOptions {
  connection: DatabaseConnection
  owner: string
}

const { connection, owner } = JSON.parse(process.argv[2] ?? '{}') as TaskDaemonOptions
const database = openPool({ connection, poolSize: 6 })
const life = randomUUID()

function kind(name: string, repeatable: boolean): TaskKind {
  return {
    ...{ name, repeatable, summary: name, schema: Type.Object({}), destructive: false },
    timeoutSeconds: 60,
    resource: ({ library }) => String(library),
    plan: ({ task, library }) =>
      Promise.resolve(
        ['s1', 's2', 's3'].map((step) => ({
          ...{ name: step, description: step, data: { task, library } },
        })),
      ),
    async run(step) {
      const [row] = await database.query<{ id: number }>(
        `insert into effects (task, step, library, life) values ($1, $2, $3, $4) returning id`,
        [step.data?.task, step.name, step.data?.library, life],
      )
      process.stdout.write('step\n')
      await pause(15)
      await database.query('update effects set ended_at = clock_timestamp() where id = $1', [
        row?.id,
      ])
    },
  }
}

const engine = new TaskEngine({
  ...{ database, owner, newId: randomUUID, now: () => new Date(), onEvents: () => undefined },
  kinds: [kind('again', true), kind('once', false)],
  onError: (error) => {
    process.stderr.write(`${error.message}: ${String(error.cause)}\n`)
  },
  ...{ pollMs: 50, leaseMs: 1500, graceMs: 100, atOnce: 3 },
})
engine.start()
process.stdout.write('started\n')
