import { defaultSettings } from '../../src/collectors/collector.ts'
import type { ChangerLock } from '../../src/host/changer-lock.ts'
import type { CleaningUse } from '../../src/tape/cleaning.ts'
import type { Session } from '../../src/tape/drive-use.ts'
import type { TaskKind } from '../../src/tasks/kind.ts'
import { tapeKinds } from '../../src/tasks/kinds/tape/index.ts'
import type { Step } from '../../src/tasks/task.ts'
import { ChangerModelHost } from './changer-model-host.ts'
import { ChangerModel, type ModelParts } from './changer-model.ts'

/** How a task of the bench ended. */
export interface BenchRun {
  /** What its steps do. */
  steps: string[]
  /** Steps that were begun. */
  begun: number
  log: string[]
  error: string | null
}

/** Tape tasks on a changer of the model, carried out step by step as the engine does. */
export function tapeBench(parts: ModelParts = {}) {
  const model = new ChangerModel(parts)
  const host = new ChangerModelHost(model)
  const uses = new Map<string, CleaningUse>()
  const touched: string[] = []
  const tracked: string[] = []
  const sessions: Session[] = []
  /** Before a step is carried out, for what others do meanwhile. */
  const bench: {
    meanwhile: (step: Step, index: number) => void
    locked: boolean
    /** Who is logged in where one of the addresses is exported; throws when nobody can tell. */
    sessionsWith: (hctls: readonly string[]) => readonly Session[]
  } = {
    meanwhile: () => undefined,
    locked: false,
    sessionsWith: () => sessions,
  }
  let seconds = 0
  const lock: ChangerLock = {
    async held(_changer, work) {
      if (bench.locked) throw new Error('the changer is used by two at a time')
      bench.locked = true
      try {
        return await work()
      } finally {
        bench.locked = false
      }
    },
  }
  const kinds = tapeKinds({
    moving: {
      ...{ host, settings: () => defaultSettings, holders: model, mover: model, lock, pid: 42 },
      placed: () => new Map(),
      ownCalls: () => 0,
      lookMs: 0,
      sessions: async (hctls) => await Promise.resolve(bench.sessionsWith(hctls)),
      track: async (command, _library, work) => {
        tracked.push(command)
        return await work()
      },
    },
    // Each look is some time later.
    now: () => new Date(Date.UTC(2026, 0, 1) + 10_000 * seconds++),
    readySeconds: () => 300,
    waitMs: 0,
    touched: async (library) => void touched.push(library),
    cleaning: () => ({ prefix: 'CLN', uses: 50 }),
    uses: {
      counts: () => Promise.resolve(uses),
      add(volumeTag) {
        const { uses: before = 0, limit = null, memoryAt = null } = uses.get(volumeTag) ?? {}
        uses.set(volumeTag, { uses: before + 1, limit, memoryAt })
        return Promise.resolve(before + 1)
      },
      correct: async (volumeTag, told) =>
        void uses.set(volumeTag, { ...told, memoryAt: new Date('2026-11-20T21:00:00Z') }),
    },
  })
  const kindOf = (name: string): TaskKind => {
    const found = kinds.find((kind) => kind.name === name)
    if (found === undefined) throw new Error(`${name}: no such kind`)
    return found
  }
  return {
    ...{ model, host, kinds, kindOf, uses, touched, tracked, sessions, bench },
    /** Plans a task and carries it out until it fails; what its kind throws is its error. */
    run: async (name: string, params: Record<string, unknown>): Promise<BenchRun> => {
      const kind = kindOf(name)
      const ran: BenchRun = { steps: [], begun: 0, log: [], error: null }
      const progress = {
        signal: new AbortController().signal,
        report: () => undefined,
        affect: () => undefined,
        log: (message: string) => {
          ran.log.push(message)
          return Promise.resolve()
        },
      }
      try {
        const steps = await kind.plan({ library: model.serial, ...params })
        ran.steps = steps.map(({ description }) => description)
        for (const [index, step] of steps.entries()) {
          bench.meanwhile(step, index)
          ran.begun += 1
          await kind.run(JSON.parse(JSON.stringify(step)) as Step, progress)
        }
      } catch (error) {
        ran.error = `${(error as Error).name}: ${(error as Error).message}`
      }
      return ran
    },
  }
}
