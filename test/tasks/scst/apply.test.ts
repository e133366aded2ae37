import fc from 'fast-check'
import t from 'tap'
import { scst } from '../../../src/collectors/scst.ts'
import { readRunningScst } from '../../../src/collectors/scst-running.ts'
import type { ScstConfig } from '../../../src/scst/config.ts'
import { compareScst } from '../../../src/scst/difference.ts'
import { planScst } from '../../../src/scst/plan/plan.ts'
import { applyScst, ScstApplyError } from '../../../src/tasks/scst/apply.ts'
import { configurations, machine } from '../../support/scst-model/configs.ts'
import type { ScstModel } from '../../support/scst-model/model.ts'
import { progress, reached } from '../../support/scst-model/setting.ts'
import { opened, seen, within } from '../../support/scst-model/sight.ts'

async function apply(model: ScstModel, wanted: ScstConfig): Promise<number> {
  const given = { named: wanted, force: false, progress: progress() }
  return await applyScst(reached(model), () => wanted, given)
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

t.test('after a crash at any write the same task done again makes it what is wanted', async (t) => {
  await fc.assert(
    fc.asyncProperty(pairs, fc.nat(), fc.boolean(), async ([former, wanted], at, isDone) => {
      const model = machine()
      await apply(model, former)
      const { steps } = planScst(await readRunningScst(model.host, wanted), wanted)
      fc.pre(steps.length > 0)
      const count = model.written.length + 1 + (at % steps.length)
      model.mishap = (_, number) => (number === count ? { kind: 'crashes', done: isDone } : null)
      await apply(model, wanted).catch(() => null)
      model.restart()
      await apply(model, wanted)
      t.strictSame(await stepsTo(model, wanted), [])
      t.strictSame(await collectedDifferences(model, wanted), [])
    }),
    { numRuns: 40 },
  )
})
