import fc from 'fast-check'
import t from 'tap'
import { scst } from '../../../src/collectors/scst.ts'
import { readRunningScst } from '../../../src/collectors/scst-running.ts'
import type { ScstConfig } from '../../../src/scst/config.ts'
import { compareScst } from '../../../src/scst/difference.ts'
import { planScst } from '../../../src/scst/plan/plan.ts'
import { applyScst, ScstApplyError } from '../../../src/tasks/scst/apply.ts'
import type { Planned } from '../../../src/tasks/scst/planned.ts'
import { configurations, machine } from '../../support/scst-model/configs.ts'
import type { ScstModel } from '../../support/scst-model/model.ts'
import { plannedFor, progress, reached } from '../../support/scst-model/setting.ts'
import { opened, ROOT, seen, within } from '../../support/scst-model/sight.ts'

async function apply(model: ScstModel, wanted: ScstConfig): Promise<number> {
  return await carryOut(model, wanted, await plannedFor(model, wanted))
}

async function carryOut(
  model: ScstModel,
  wanted: ScstConfig,
  planned: Planned,
  told = progress(),
): Promise<number> {
  const given = { planned, named: wanted, changes: false, force: false, progress: told }
  const { read, write } = reached(model)
  const machine = {
    read,
    // There is no scst.conf here that would have the password.
    write: async (path: string, text: string) => {
      if (text.endsWith(' REDACTED')) throw new Error('scst.conf has no such password')
      await write(path, text)
    },
  }
  return await applyScst(machine, () => wanted, given)
}

/** What the collector finds different from a configuration: another reader and another comparison. */
async function collectedDifferences(model: ScstModel, config: ScstConfig) {
  const settings = { scstConfigPath: '/etc/scst.conf' }
  const collected = await scst.collect(model.host, settings as never)
  if (typeof collected === 'symbol') throw new Error('there is no SCST')
  return compareScst(config, collected.value)
}

async function stepsTo(model: ScstModel, config: ScstConfig): Promise<string[]> {
  const { steps, problems } = planScst(await readRunningScst(model.host, config), config)
  return [...problems, ...steps.map(({ words }) => words)]
}

const pairs = fc.tuple(configurations, configurations)

t.test(
  'whatever runs, carrying out the plan makes it what is wanted, and then there is none',
  async (t) => {
    let writes = 0
    await fc.assert(
      fc.asyncProperty(pairs, async ([former, wanted]) => {
        const model = machine()
        await apply(model, former)
        writes += await apply(model, wanted)
        t.strictSame(await stepsTo(model, wanted), [])
        t.strictSame(await collectedDifferences(model, wanted), [])
      }),
      { numRuns: 60 },
    )
    t.ok(writes > 300, `${writes} writes`)
  },
)

t.test(
  'in between nobody sees a LUN that neither what was nor what is wanted shows them',
  async (t) => {
    await fc.assert(
      fc.asyncProperty(pairs, fc.option(fc.nat(20)), async ([former, wanted], failsAt) => {
        const model = machine()
        await apply(model, former)
        const before = seen(model)
        const moments: ReturnType<typeof seen>[] = []
        const unlocked: string[] = []
        const start = model.written.length
        model.onWritten = () => {
          moments.push(seen(model))
          unlocked.push(...opened(model, [former, wanted]))
        }
        // Undoing is no other than doing.
        model.mishap = (_, count) =>
          failsAt !== null && count === start + failsAt ? { kind: 'fails', errno: 'EIO' } : null
        await apply(model, wanted).catch((error: unknown) => {
          if (failsAt === null) throw error
        })
        model.restart()
        model.onWritten = () => undefined
        await apply(model, wanted)
        const after = seen(model)
        t.strictSame(
          moments.flatMap((moment) => within(moment, before, after)),
          [],
        )
        // Neither without the passwords and portals that either of them asks for.
        t.strictSame(unlocked, [])
      }),
      { numRuns: 60 },
    )
  },
)

t.test('after a failure at any write all is as it was, or it is said what is left', async (t) => {
  let undone = 0
  let left = 0
  const kind = fc.constantFrom('fails' as const, 'lies' as const)
  await fc.assert(
    fc.asyncProperty(
      pairs,
      fc.nat(),
      kind,
      fc.boolean(),
      async ([former, wanted], at, how, stays) => {
        const model = machine()
        await apply(model, former)
        const { steps } = planScst(await readRunningScst(model.host, wanted), wanted)
        fc.pre(steps.length > 0)
        const count = model.written.length + 1 + (at % steps.length)
        let failed: string | null = null
        model.mishap = (line, number) => {
          if (number === count) failed = line
          const isHit = number === count || (stays && line === failed)
          return isHit ? { kind: how, errno: 'EIO' } : null
        }
        const error: unknown = await apply(model, wanted).catch((reason: unknown) => reason)
        t.ok(error instanceof ScstApplyError, String(error))
        const remaining = await stepsTo(model, former)
        t.strictSame((error as ScstApplyError).left, remaining)
        if (remaining.length > 0) left += 1
        else {
          undone += 1
          t.strictSame(await collectedDifferences(model, former), [])
        }
      },
    ),
    { numRuns: 60 },
  )
  t.ok(undone > 30, `${undone} undone, ${left} told of`)
})

/** Has the plan crash at a write, which is done or not; resolves with the plan. */
async function crashed(
  model: ScstModel,
  wanted: ScstConfig,
  { at, isDone }: { at: number; isDone: boolean },
): Promise<Planned> {
  const planned = await plannedFor(model, wanted)
  fc.pre(planned.writes.length > 0)
  const count = model.written.length + 1 + (at % planned.writes.length)
  model.mishap = (_, number) => (number === count ? { kind: 'crashes', done: isDone } : null)
  await carryOut(model, wanted, planned).catch(() => null)
  model.restart()
  return planned
}

const lines = ({ writes }: Planned) =>
  writes.map(({ path, shown }) => `${path.replace(ROOT, '')} < ${shown}`)
/** What was written, without passwords. */
const shownOf = (written: readonly string[]) =>
  written.map((line) => line.replace(/(add_\S+ (?:\S+ )?\S+User \S+) \S+$/, '$1 ***'))

t.test('after a crash at any write the rest of the plan is done, and nothing else', async (t) => {
  await fc.assert(
    fc.asyncProperty(pairs, fc.nat(), fc.boolean(), async ([former, wanted], at, isDone) => {
      const model = machine()
      await apply(model, former)
      const planned = await crashed(model, wanted, { at, isDone })
      const done = (at % planned.writes.length) + (isDone ? 1 : 0)
      const start = model.written.length
      const unlocked: string[] = []
      model.onWritten = () => unlocked.push(...opened(model, [former, wanted]))
      const told = progress()
      await carryOut(model, wanted, planned, told)
      const rest = lines(planned).slice(done)
      const written = shownOf(model.written.slice(start))
      // What SCST has made so by itself is not written, and all else in its order.
      t.strictSame(
        written,
        rest.filter((line) => written.includes(line)),
      )
      if (done > 0) t.match(told.lines[0], /^\d+ of \d+ planned writes are done/)
      t.strictSame(await stepsTo(model, wanted), [])
      t.strictSame(await collectedDifferences(model, wanted), [])
      t.strictSame(unlocked, [])
    }),
    { numRuns: 80 },
  )
})

t.test('what fails after a crash is undone to what ran before the first write', async (t) => {
  let undone = 0
  await fc.assert(
    fc.asyncProperty(pairs, fc.nat(), fc.nat(), async ([former, wanted], at, later) => {
      const model = machine()
      await apply(model, former)
      const planned = await crashed(model, wanted, { at, isDone: true })
      const rest = planned.writes.length - (at % planned.writes.length) - 1
      fc.pre(rest > 0)
      const count = model.written.length + 1 + (later % rest)
      model.mishap = (_, number) => (number === count ? { kind: 'fails', errno: 'EIO' } : null)
      const error: unknown = await carryOut(model, wanted, planned).catch(
        (reason: unknown) => reason,
      )
      // Less was left than that.
      fc.pre(typeof error !== 'number')
      t.ok(error instanceof ScstApplyError, String(error))
      const { left } = error as ScstApplyError
      const passwords = (planned.start?.passwords ?? []).map(
        (whose) => `${whose}: which password it had is not kept.`,
      )
      const remaining = await stepsTo(model, former)
      // Passwords that are not kept cannot be made again, whatever is known of them.
      if (passwords.length === 0 && !remaining.some((words) => words.includes('User'))) {
        t.strictSame([left, remaining], [[], []])
        undone += 1
      } else t.ok((left ?? []).length > 0, remaining.join('\n'))
    }),
    { numRuns: 80 },
  )
  t.ok(undone > 20, `${undone} undone`)
})

t.test(
  'after a crash nothing is done about what somebody else has changed meanwhile',
  async (t) => {
    await fc.assert(
      fc.asyncProperty(pairs, fc.nat(), async ([former, wanted], at) => {
        const model = machine()
        await apply(model, former)
        const planned = await crashed(model, wanted, { at, isDone: true })
        await model.write(`${ROOT}/targets/iscsi/mgmt`, 'add_target iqn.t:by-hand')
        const start = model.written.length
        await t.rejects(carryOut(model, wanted, planned), {
          message: /besides: Remove the target iqn\.t:by-hand; \d+ of \d+ planned writes are done/,
        })
        t.strictSame(model.written.slice(start), [])
      }),
      { numRuns: 20 },
    )
  },
)
