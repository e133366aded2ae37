import type { Database, Queryable } from '../../src/db/database.ts'
import { TaskEngine } from '../../src/tasks/engine.ts'
import type { Action, Living, Trouble } from './appliance-asks.ts'
import { Clock } from './clock.ts'
import type { Teardown } from './database.ts'
import { Life } from './life.ts'
import { ManagedAppliance, VIRTUAL } from './managed-appliance.ts'
import { logIn } from './scst-model/uses.ts'
import { engineOn } from './tasks.ts'

/** Carries out a walk on an appliance of its own, and throws when anything is as it must not be. */
export async function walkAppliance(
  t: Teardown,
  database: Database,
  actions: readonly Action[],
): Promise<void> {
  await database.query('delete from tasks')
  await database.query('delete from audit')
  const walk = new Walk(database, await ManagedAppliance.started(t, database))
  for (const action of actions) {
    if (action.does === 'ask') await walk.ask(action)
    else if (action.does === 'trouble') walk.trouble(action.trouble)
    else await walk.live(action)
  }
  for (let n = 0; n < 2; n += 1) await walk.live({ death: null, cancelAt: null, usedAt: null })
  await walk.ends()
}

class Walk {
  readonly #database: Database
  readonly #appliance: ManagedAppliance
  readonly #clock = new Clock()
  #asked = 0

  constructor(database: Database, appliance: ManagedAppliance) {
    this.#database = database
    this.#appliance = appliance
  }

  /** As the API does: the plan first, its confirmation where that is needed, and a row of the trail. */
  async ask({ kind, params }: { kind: string; params: Record<string, unknown> }): Promise<void> {
    this.#clock.advance(1)
    const engine = this.#engine(this.#database)
    const plan = await engine.plan({ kind, params }, { user: 'ada' }).catch(() => null)
    if (plan === null) return
    const note = async (transaction: Queryable) => {
      await transaction.query(
        `insert into audit (at, actor, action, subject) values (now(), 'ada', 'task.create', $1)`,
        [kind],
      )
    }
    const confirmation = plan.confirmation?.token ?? null
    await engine.submit({ kind, params, confirmation }, { user: 'ada', note })
    this.#asked += 1
    this.#remember(kind, params)
  }

  trouble(trouble: Trouble): void {
    const { tape, scst, vtl } = this.#appliance
    if (trouble.on === 'tape') tape.model.fault = trouble.fault
    else if (trouble.on === 'drive') use(tape.model.drives[trouble.drive])
    else if (trouble.on === 'vtl') vtl.failing.set(trouble.command, 'no space left on device')
    else if (trouble.on === 'library') vtl.initiators.set(VIRTUAL, 'iqn.backup')
    else if (trouble.on === 'login') logIn(scst.model, trouble.initiator)
    else {
      const first = scst.model.written.length
      scst.model.mishap = (_, count) =>
        count === first + trouble.at ? { kind: trouble.how, errno: 'EIO' } : null
    }
  }

  /** From the start of a daemon until there is nothing to do, or its death. */
  async live({ death, cancelAt, usedAt }: Living): Promise<void> {
    const life = new Life(this.#database, death)
    const appliance = this.#appliance
    appliance.begins(life)
    const engine = this.#engine(life)
    appliance.meanwhile = async (effects) => {
      if (effects === cancelAt) await this.#cancelOne()
      if (effects === usedAt) appliance.isUsed()
    }
    engine.start()
    for (let looks = 0; looks < 3 && !life.isOver; looks += 1) {
      await engine.idle()
      this.#clock.advance(3600)
      engine.wake()
    }
    await engine.stop()
    appliance.calm()
    this.#assert([...appliance.faults, ...appliance.lost(), ...appliance.strangers()])
  }

  /** Everything has ended, and what is left is what was told. */
  async ends(): Promise<void> {
    const appliance = this.#appliance
    const tasks = await this.#database.query<{
      kind: string
      state: string
      error: string | null
      advice: string | null
      log: string[]
    }>(
      `select kind, state, error, advice,
              (select array_agg(message order by id) from task_log where task_id = tasks.id) as log
       from tasks`,
    )
    const trail = await this.#database.query('select at from audit')
    const held = await this.#database.query('select * from task_holds')
    await appliance.startsAgain()
    const differences = await appliance.scst.differences()
    const excused = tasks.some(({ kind, state }) => kind.startsWith('scst_') && state === 'failed')
    this.#assert([
      ...(tasks.length === this.#asked ? [] : [`${tasks.length} of ${this.#asked} are left`]),
      ...(trail.length === this.#asked ? [] : [`${trail.length} rows of ${this.#asked} tasks`]),
      ...(held.length === 0 ? [] : ['something is held still']),
      ...tasks
        .filter(({ state }) => state === 'pending' || state === 'running')
        .map(({ kind, state }) => `${kind} is ${state} still`),
      ...tasks
        .filter(({ state, error, advice }) => state === 'failed' && (!error || !advice))
        .map(({ kind }) => `${kind}: it is not said why it failed, and what to do`),
      ...tasks
        .filter(({ log, error, state }) => !log.includes(error ?? state))
        .map(({ kind, log }) => `${kind}: its log does not tell its end: ${log.join()}`),
      ...tasks.flatMap(({ kind, log }) => (kind.startsWith('tape_') ? repeated(kind, log) : [])),
      ...(excused ? [] : differences.map((one) => `scst.conf says other than what runs: ${one}`)),
      ...appliance.lost(),
    ])
  }

  #remember(kind: string, params: Record<string, unknown>): void {
    const { letIn, deleted, takenOut } = this.#appliance
    const list = (name: string) => (Array.isArray(params[name]) ? params[name].map(String) : [])
    for (const one of [...list('initiators'), String(params.initiator)]) {
      letIn.add(`${String(params.target)} ${one}`)
    }
    const removed = /remove|retire/.test(kind) ? list('barcodes') : []
    for (const tag of removed) {
      takenOut.add(tag)
      if (kind === 'vtl_remove_media') deleted.add(tag)
    }
  }

  async #cancelOne(): Promise<void> {
    const [task] = await this.#database.query<{ id: string }>(
      `select id from tasks where state in ('pending', 'running') order by created_at limit 1`,
    )
    if (task !== undefined) await this.#engine(this.#database).cancel(task.id, { user: 'eve' })
  }

  #engine(database: Database): TaskEngine {
    const changes = { owner: 'one', clock: this.#clock, graceMs: 1 }
    return engineOn(database, this.#appliance.kinds, changes).engine
  }

  #assert(faults: readonly string[]): void {
    if (faults.length > 0) throw new Error(faults.join('\n'))
  }
}

/** Steps that were begun twice. */
function repeated(kind: string, log: readonly string[]): string[] {
  const steps = log.flatMap((line) => /^step \d+ of/.exec(line)?.[0] ?? [])
  return new Set(steps).size === steps.length ? [] : [`${kind}: a step was begun twice`]
}

function use(drive: { busy: number } | undefined): void {
  if (drive !== undefined) drive.busy = 1
}
