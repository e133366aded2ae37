import fc from 'fast-check'
import t from 'tap'
import type { Queryable } from '../../src/db/database.ts'
import { Clock } from '../support/clock.ts'
import { openTestDatabase } from '../support/database.ts'
import { Life, type Death } from '../support/life.ts'
import { engineOn, kindOf } from '../support/tasks.ts'

// A daemon is killed at every place where it can be: before and after each thing that it writes, and so before and
// after each effect. What is left is looked at by a daemon that is started anew.

const database = await openTestDatabase(t)
t.afterEach(async () => {
  await database.query('delete from tasks')
})

/** What was done to the machine, by all lives of the daemon. */
interface Effects {
  /** Task and step, in order: when a step begins, and when it is over. */
  begun: string[]
  done: string[]
  /** What is under way; more than one task on a library is a clash. */
  busy: Map<string, string>
  clashes: string[]
  /** Steps that have failed the one time that they do. */
  failed: Set<string>
}

const noEffects = (): Effects => ({
  ...{ begun: [], done: [], busy: new Map(), clashes: [], failed: new Set() },
})

/** Kinds whose steps are effects that are counted; the second step of `flaky` fails the first time. */
function kindsOn(effects: Effects) {
  const make = (name: string, repeatable: boolean, flaky = false) =>
    kindOf({
      ...{ name, repeatable, retry: { times: 2, afterSeconds: 10 } },
      plan: ({ id, library }) =>
        Promise.resolve(
          ['s1', 's2'].map((step) => ({
            ...{ name: step, description: step, data: { id, library } },
          })),
        ),
      async work({ name: step, data }) {
        const key = `${String(data?.id)} ${step}`
        const library = String(data?.library)
        if (effects.busy.has(library)) effects.clashes.push(key)
        effects.busy.set(library, key)
        effects.begun.push(key)
        await Promise.resolve()
        effects.busy.delete(library)
        if (flaky && step === 's2' && !effects.failed.has(key)) {
          effects.failed.add(key)
          throw new Error('no robot')
        }
        effects.done.push(key)
      },
    })
  return [make('again', true), make('once', false), make('flaky', true, true)]
}

type Kind = 'again' | 'once' | 'flaky'

/** A life of the daemon, from its start until there is nothing to do, or its death. */
async function live(effects: Effects, clock: Clock, death: Death | null): Promise<boolean> {
  const life = new Life(database, death)
  const { engine } = engineOn(life, kindsOn(effects), { owner: 'one', clock, graceMs: 1 })
  engine.start()
  for (let looks = 0; looks < 4 && !life.isOver; looks += 1) {
    await engine.idle()
    // What failed is tried again when its time has come.
    clock.advance(60)
    engine.wake()
  }
  await engine.stop()
  return life.isOver
}

async function ask(kind: Kind, id: string, library: string, clock: Clock): Promise<void> {
  const note = async (transaction: Queryable) => {
    await transaction.query(
      `insert into audit (at, actor, action, subject) values (now(), 'ada', 'task.create', $1)`,
      [id],
    )
  }
  const { engine } = engineOn(database, kindsOn(noEffects()), { clock })
  await engine.submit({ kind, params: { id, library } }, { user: 'ada', note })
}

interface Found {
  id: string
  kind: Kind
  state: string
  done: number
  begun: boolean
  error: string | null
  advice: string | null
  log: string[]
  trail: number
}

async function found(): Promise<Found[]> {
  return await database.query<Found>(
    `select params ->> 'id' as id, kind, state, steps_done as done, step_begun as begun, error, advice,
            (select array_agg(message order by id) from task_log where task_id = tasks.id) as log,
            (select count(*) from audit where subject = params ->> 'id') as trail
     from tasks order by created_at, tasks.id`,
  )
}

/** What must hold of a task when all is over, whatever happened; empty when it does. */
function faultsOf(task: Found, { begun, done, failed }: Effects): string[] {
  const faults: string[] = []
  const begins = begun.filter((key) => key.startsWith(`${task.id} `))
  const ends = new Set(done.filter((key) => key.startsWith(`${task.id} `)))
  const claim = (holds: boolean, what: string) => {
    if (!holds) faults.push(`${task.kind}: ${what}: ${JSON.stringify({ task, begins })}`)
  }
  claim(['completed', 'failed'].includes(task.state), 'it has ended')
  claim(task.trail === 1, 'it is in the trail once')
  claim(task.kind !== 'once' || new Set(begins).size === begins.length, 'nothing was done twice')
  claim(begins.join() === [...begins].sort().join(), 'in order')
  if (task.state === 'completed') claim(ends.size === 2, 'all was done')
  else {
    claim(task.advice !== null, 'it says what to do')
    claim(/^the daemon ended (?:during step|\d times)/.test(task.error ?? ''), 'it says why')
    // A step that has failed, and was not begun again, is told as such in the log.
    const left = new Set(begins.filter((key) => ends.has(key) || !failed.has(key)))
    claim(left.size <= task.done + (task.begun ? 1 : 0), 'no more than is told')
    if (begins.some((key) => failed.has(key))) {
      const tells = task.log.some((line) => line.startsWith('no robot; try'))
      claim(tells || task.begun, 'a failure is told')
    }
  }
  claim(task.log.at(-1) === (task.error ?? 'completed'), 'the log says how it ended')
  for (const key of new Set(begins)) {
    const step = key.split(' ')[1] ?? ''
    const times = task.log.filter((line) => line.includes(`(${step}): ${step}`)).length
    const did = begins.filter((one) => one === key).length
    claim(times >= did, `the log tells each time that ${step} began`)
  }
  return faults
}

async function leftovers(): Promise<unknown[]> {
  return await database.query('select * from task_holds')
}

/** One task, and a daemon that is killed once; resolves with whether it was, and what is wrong afterwards. */
async function killedOnce(kind: Kind, death: Death): Promise<{ died: boolean; faults: string[] }> {
  const clock = new Clock()
  const effects = noEffects()
  await database.query('delete from tasks')
  await database.query('delete from audit')
  await ask(kind, 'T', 'L1', clock)
  const died = await live(effects, clock, death)
  await live(effects, clock, null)
  const tasks = await found()
  const faults = tasks.flatMap((task) => faultsOf(task, effects))
  if ((await leftovers()).length > 0) faults.push('something is held still')
  if (tasks.length !== 1) faults.push('a task is missing')
  const [task] = tasks
  // What a daemon has begun and may not repeat is not known; everything else is done in the end.
  if (kind !== 'once' && task?.state !== 'completed') faults.push(`${kind} was not completed`)
  return { died, faults }
}

t.test(
  'killed before or after anything that it writes, a daemon leaves nothing wrong',
  async (t) => {
    for (const kind of ['again', 'once', 'flaky'] as const) {
      for (const done of [false, true]) {
        let at = 0
        for (let died = true; died;) {
          at += 1
          const outcome = await killedOnce(kind, { at, of: 'transaction', done })
          t.strictSame(outcome.faults, [], `${kind}, ${done ? 'after' : 'before'} write ${at}`)
          died = outcome.died
        }
        t.ok(at > 6, `${at - 1} places to be killed at`)
      }
    }
  },
)

const deaths = fc.option(
  fc.record({
    ...{ at: fc.integer({ min: 1, max: 14 }), of: fc.constant('transaction' as const) },
    done: fc.boolean(),
  }),
)
const action = fc.oneof(
  fc.record({
    does: fc.constant('ask' as const),
    kind: fc.constantFrom<Kind>('again', 'once', 'flaky'),
    library: fc.constantFrom('L1', 'L2'),
  }),
  fc.record({ does: fc.constant('live' as const), death: deaths }),
)

t.test('whatever is asked for and however often it is killed, the same holds', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 3, maxLength: 9 }), async (actions) => {
      await database.query('delete from tasks')
      await database.query('delete from audit')
      const clock = new Clock()
      const effects = noEffects()
      let asked = 0
      for (const one of actions) {
        clock.advance(1)
        if (one.does === 'ask') await ask(one.kind, `T${(asked += 1)}`, one.library, clock)
        else await live(effects, clock, one.death)
      }
      for (let n = 0; n < 2; n += 1) await live(effects, clock, null)
      const tasks = await found()
      const faults = tasks.flatMap((task) => faultsOf(task, effects))
      if (tasks.length !== asked) faults.push(`${tasks.length} of ${asked} tasks are left`)
      if ((await leftovers()).length > 0) faults.push('something is held still')
      if (effects.clashes.length > 0) faults.push(`two on a library: ${effects.clashes.join()}`)
      if (faults.length > 0) throw new Error(faults.join('\n'))
    }),
    { numRuns: 25 },
  )
  t.pass()
})
