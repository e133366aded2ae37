import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { until } from '../support/daemon.ts'
import { openTestDatabase } from '../support/database.ts'
import { seeded } from '../support/storm.ts'
import { engineOn, kindOf } from '../support/tasks.ts'

const KILLS = 12
const TASKS = 6 * KILLS

const database = await openTestDatabase(t)

// The build, which `npm test` makes first.
const program = fileURLToPath(
  new URL('../../dist/test/support/task-daemon.js', import.meta.url).href.replace(
    '/dist/dist/',
    '/dist/',
  ),
)

interface Row {
  id: string
  kind: string
  state: string
  error: string | null
  done: number
  begun: boolean
  attempts: number
}

interface Effect {
  task: string
  step: string
  library: string
  life: string
  began: number
  ended: number | null
}

t.test(`${KILLS} kills leave each step done as its kind declares`, async (t) => {
  await database.query(
    `create table effects (
       id integer generated always as identity primary key,
       task uuid not null, step text not null, library text not null, life uuid not null,
       began_at timestamptz not null default clock_timestamp(), ended_at timestamptz
     )`,
  )
  const random = seeded(20_261_128)
  const errors: string[] = []
  const steps = new EventEmitter<{ begun: [string] }>()
  const start = async (owner: string) => {
    const options = { connection: database.server.connection, owner }
    const child = spawn(process.execPath, [program, JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // What tap preloads is of no use there.
      env: { PATH: process.env.PATH },
    })
    const ended = once(child, 'exit')
    child.stderr.setEncoding('utf8').on('data', (part: string) => errors.push(part))
    await once(child.stdout, 'data')
    child.stdout.on('data', () => steps.emit('begun', owner))
    return async () => {
      child.kill('SIGKILL')
      await ended
    }
  }
  const kinds = [kindOf({ name: 'again' }), kindOf({ name: 'once' })]
  const { engine } = engineOn(database, kinds)
  const ask = async (n: number) => {
    const params = { task: randomUUID(), library: `L${n % 3}` }
    await engine.submit({ kind: n % 2 === 0 ? 'again' : 'once', params }, { user: 'ada' })
  }

  const running = new Map<string, () => Promise<void>>()
  t.teardown(async () => {
    for (const kill of running.values()) await kill()
  })
  for (const owner of ['one', 'two']) running.set(owner, await start(owner))
  for (let kills = 0; kills < KILLS; kills += 1) {
    for (let n = 0; n < TASKS / KILLS; n += 1) await ask(n)
    let owner = ''
    for (let count = random() * 6; count > 0; count -= 1)
      [owner] = (await once(steps, 'begun')) as [string]
    await pause(random() * 20)
    await running.get(owner)?.()
    running.set(owner, await start(owner))
  }
  const left = () =>
    database.query(`select id from tasks where state in ('pending', 'running') limit 1`)
  await until(left, (rows) => rows.length === 0)

  const tasks = await database.query<Row>(
    `select params->>'task' as id, kind, state, error, steps_done as done, step_begun as begun,
            attempts
     from tasks`,
  )
  const effects = await database.query<Effect>(
    `select task, step, library, life, extract(epoch from began_at)::double precision as began,
            extract(epoch from ended_at)::double precision as ended
     from effects order by id`,
  )
  t.equal(tasks.length, TASKS)
  const resumed = tasks.filter(({ attempts }) => attempts > 1)
  t.comment(`${resumed.length} were taken up again, ${effects.length} steps begun`)
  t.ok(resumed.length > 0, 'kills hit')
  for (const task of tasks) {
    const did = effects.filter((effect) => effect.task === task.id)
    const names = did.map(({ step }) => step)
    const told = `${task.kind} ${task.state} ${names.join(' ')} ${task.error ?? ''}`
    t.strictSame(names, [...names].sort(), `in order: ${told}`)
    const whole = did.filter(({ ended }) => ended !== null).map(({ step }) => step)
    if (task.state === 'completed') {
      t.strictSame([...new Set(whole)], ['s1', 's2', 's3'], `all was done: ${told}`)
    } else {
      t.equal(task.state, 'failed', told)
      const why = /^the daemon ended (?:during step|3 times)/
      t.match(task.error, why, told)
      t.ok(new Set(names).size <= task.done + (task.begun ? 1 : 0), `no more than is told: ${told}`)
    }
    if (task.kind === 'once') {
      t.equal(new Set(names).size, names.length, `nothing twice: ${told}`)
    } else {
      t.ok(names.length - new Set(names).size < task.attempts, `again only after a kill: ${told}`)
    }
  }
  const overlaps = effects.filter((one) =>
    effects.some(
      (other) =>
        other !== one &&
        other.library === one.library &&
        other.life !== one.life &&
        one.ended !== null &&
        other.ended !== null &&
        one.began < other.ended &&
        other.began < one.ended,
    ),
  )
  t.strictSame(overlaps, [], 'a library had one step at a time')
  t.strictSame(errors, [])
})
