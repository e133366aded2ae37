import type { Database } from '../../src/db/database.ts'
import { vtlCreateLibrary } from '../../src/tasks/kinds/vtl/create-library.ts'
import {
  vtlOffline,
  vtlOnline,
  vtlRestartDaemons,
  vtlTapeAlert,
} from '../../src/tasks/kinds/vtl/devices.ts'
import type { VtlMachine } from '../../src/tasks/kinds/vtl/machine.ts'
import {
  vtlAddMedia,
  vtlRemoveMedia,
  vtlRetire,
  vtlWriteProtect,
} from '../../src/tasks/kinds/vtl/media.ts'
import type { Teardown } from './database.ts'
import { engineOn } from './tasks.ts'

/** Tasks about virtual libraries on a machine, and how they end. */
export function vtlTasks(t: Teardown, database: Database, machine: VtlMachine | null) {
  const kinds = [
    vtlCreateLibrary(machine),
    ...[vtlAddMedia(machine), vtlRemoveMedia(machine)],
    ...[vtlRetire(machine), vtlWriteProtect(machine)],
    ...[vtlOnline(machine), vtlOffline(machine)],
    ...[vtlRestartDaemons(machine), vtlTapeAlert(machine)],
  ]
  const tasks = engineOn(database, kinds)
  tasks.engine.start()
  t.teardown(() => tasks.engine.stop())
  const byName = new Map(kinds.map((kind) => [kind.name, kind]))
  return {
    tasks,
    /** Has a task done, its plan confirmed where that is needed; one that cannot be planned has failed. */
    run: async (kind: string, params: Record<string, unknown>) => {
      const planned = await tasks.engine.plan({ kind, params }, { user: 'ada' }).catch(reasonOf)
      if ('error' in planned) return { state: 'failed', log: [], steps: [], ...planned }
      const { confirmation } = planned
      const given = confirmation === null ? {} : { confirmation: confirmation.token }
      const id = await tasks.ask(params, { kind, ...given })
      await tasks.engine.idle()
      const { state, error, steps } = await tasks.task(id)
      const log = (await tasks.log(id)).filter((line) => !/^(?:asked|step) /.test(line))
      return { state, error, log, steps: (steps ?? []).map(({ description }) => description) }
    },
    /** What it would do, in words. */
    plan: async (kind: string, params: Record<string, unknown>) => {
      const steps = (await byName.get(kind)?.plan(params as never)) ?? []
      return steps.map(({ description }) => description)
    },
  }
}

function reasonOf(error: unknown): { error: string } {
  return { error: (error as Error).message }
}
