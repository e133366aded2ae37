import { randomUUID } from 'node:crypto'
import { Consistency } from '../../src/consistency/consistency.ts'
import type { ConsistencyOptions } from '../../src/consistency/options.ts'
import type { Database } from '../../src/db/database.ts'
import { ScstManagement } from '../../src/host/scst-management.ts'
import { Operations } from '../../src/operations/operations.ts'
import { managingScst } from '../../src/managing-scst.ts'
import { restoring } from '../../src/restoring.ts'
import { consistencyRestoreConfig } from '../../src/tasks/kinds/consistency-restore-config.ts'
import { scstEnableTarget } from '../../src/tasks/kinds/scst-enable-target.ts'
import { openAppliance } from './appliance.ts'
import { Clock } from './clock.ts'
import { ScstSimulation } from './scst-simulation.ts'
import { engineOn } from './tasks.ts'

/** An appliance whose SCST is simulated, and the task that restores its configuration. */
export async function restorable(
  database: Database,
  { recording = '06-scst-degraded', replayed = false } = {},
) {
  const clock = new Clock()
  const now = () => clock.now
  const simulation = new ScstSimulation(recording)
  const { loop, monitor } = openAppliance(simulation.host, now)
  await loop.collectAll()
  const observer: ConsistencyOptions['observer'] = {
    ...{ checked: () => undefined, inconsistencies: () => undefined, reconciled: () => undefined },
  }
  const consistency = new Consistency({
    ...{ database, now, observer, host: simulation.host, elapsedMs: () => 0, seed: () => 1 },
    snapshot: () => monitor.snapshot(),
    paths: () => ({ mhvtlConfigDir: '/etc/mhvtl', scstConfigPath: '/etc/scst.conf' }),
    collectAll: () => loop.collectAll(),
    onError(error) {
      throw error
    },
  })
  const operations = new Operations({
    ...{ now, elapsedSeconds: () => 0, onEnded: () => undefined, log: () => undefined },
    ...{ logged: () => false, redact: (text) => text },
  })
  const management = new ScstManagement({ now, files: simulation, pause: async () => undefined })
  const { machine } = managingScst({
    ...{ host: simulation.host, operations, now, monitor: () => monitor },
    scst: replayed
      ? null
      : { write: (path, text) => management.write(path, text), writeConfig: null },
    config: () => {
      throw new Error('scst.conf is not written')
    },
  })
  const restoration = restoring(machine, { consistency, loop, now })
  const newKind = () => consistencyRestoreConfig({ ...restoration, newId: randomUUID })
  const tasks = engineOn(database, [newKind(), scstEnableTarget(restoration)], { clock })
  tasks.engine.start()
  return {
    ...{ simulation, consistency, loop, monitor, operations, tasks, newKind, clock, management },
    /** Writes to the simulation, as somebody else would. */
    change: (path: string, text: string) =>
      simulation.write(`/sys/kernel/scst_tgt${path}`, text).then(() => simulation.written.pop()),
    /** The plan as it is shown. */
    plan: async () => {
      await loop.collect('scst')
      return (await consistency.planned(['scst'])).plan
    },
    /** Has the task done; resolves with how it ended and its log, without what the engine says of steps. */
    run: async (params: Record<string, unknown>, kind = 'consistency_restore_config') => {
      const id = await tasks.ask(params, { kind })
      await tasks.engine.idle()
      const { state, error } = await tasks.task(id)
      const log = await tasks.log(id)
      return { id, state, error, log: log.filter((line) => !/^(?:asked|step) /.test(line)) }
    },
    /** Sentences of what differs now. */
    differing: async () => {
      await loop.collect('scst')
      const outcomes = await consistency.check(['scst'])
      return outcomes.flatMap(({ differences }) => differences.map(({ sentence }) => sentence))
    },
  }
}
