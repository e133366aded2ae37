import { Ajv } from 'ajv'
import { readRunningScst } from '../../../src/collectors/scst-running.ts'
import { assertScstCommand } from '../../../src/host/scst-commands.ts'
import { ScstManagement } from '../../../src/host/scst-management.ts'
import { parseScstConfig, type ScstConfig } from '../../../src/scst/config.ts'
import { planScst } from '../../../src/scst/plan/plan.ts'
import { assertConfigured, opensSomething } from '../../../src/privileged/configured.ts'
import { sha256Of } from '../../../src/tasks/scst/file.ts'
import type { ScstMachine } from '../../../src/tasks/scst/machine.ts'
import { packed, unpacked, type Planned } from '../../../src/tasks/scst/planned.ts'
import type { ScstSetting } from '../../../src/tasks/scst/setting.ts'
import { scstKinds } from '../../../src/tasks/kinds/scst/index.ts'
import { LibraryUnreadError } from '../../../src/tape/reading.ts'
import type { TaskKind } from '../../../src/tasks/kind.ts'
import type { Step } from '../../../src/tasks/task.ts'
import { machine } from './configs.ts'
import { CrashedError, type ScstModel } from './model.ts'

/** SCST as the daemon reaches it: by the queue of writes, and by what may be written. */
export function reached(model: ScstModel): ScstMachine {
  const now = () => new Date('2026-11-20T21:00:00Z')
  const pause = () => Promise.resolve()
  const management = new ScstManagement({ now, pause, files: model })
  return {
    read: (wanted) => readRunningScst(model.host, wanted),
    async write(path, text) {
      assertScstCommand(path, text)
      await management.write(path, text)
    },
  }
}

/** What makes it what is wanted, as it is kept with a task. */
export async function plannedFor(model: ScstModel, wanted: ScstConfig): Promise<Planned> {
  const running = await readRunningScst(model.host, wanted)
  return unpacked(packed(planScst(running, wanted), running.config, null))
}

/** What a step tells, kept. */
export function progress() {
  const lines: string[] = []
  return {
    lines,
    signal: new AbortController().signal,
    report: () => undefined,
    affect: () => undefined,
    log(line: string) {
      lines.push(line)
      return Promise.resolve()
    },
  }
}

/** Name of a target. */
export const TARGET = 'iqn.2026-01.org.example:vtl'
/** A comment that files begin with. */
export const HEAD = '# Library of the first floor\n'
/** What exports the library of the machine. */
export const LIBRARY = {
  target: TARGET,
  changer: '3:0:0:0',
  drives: ['3:0:1:0', '3:0:2:0'],
  initiators: ['iqn.i:backup1', 'iqn.i:backup2'],
}

/** The library of the machine, and a drive of it that another machine has. */
export const SHELF = {
  id: 'LIB1',
  changer: '3:0:0:0',
  drives: [
    { place: 'data transfer element 0', serial: 'DRV1', hctl: '3:0:1:0' },
    { place: 'data transfer element 1', serial: 'DRV2', hctl: '3:0:2:0' },
    { place: 'data transfer element 2', serial: 'DRV3', hctl: null },
  ],
}

/** A machine with SCST and its configuration file, and the kinds that change both. */
export class ManagedMachine {
  readonly model: ScstModel
  file: string
  /** Files that another took the place of. */
  readonly kept: string[] = []
  /** Does what is done to SCST and to the file, for who wants to know of it or to prevent it. */
  around: (work: () => Promise<void>) => Promise<void> = (work) => work()
  readonly #setting: ScstSetting

  constructor(model: ScstModel, file = '') {
    this.model = model
    this.file = file
    this.#setting = {
      machine: {
        ...reached(model),
        write: (path, text) =>
          this.around(async () => {
            // As the privileged program does.
            if (opensSomething(text)) assertConfigured(path, text, this.file)
            await reached(model).write(path, text)
          }),
      },
      library: (id) =>
        id === SHELF.id
          ? Promise.resolve(SHELF)
          : Promise.reject(new LibraryUnreadError(id, 'there is no such library')),
      file: {
        read: () => Promise.resolve(this.file),
        write: async (text, expected) => {
          await this.around(async () => {
            if (this.model.isCrashed) throw new CrashedError('it has crashed')
            if (sha256Of(this.file) !== expected) throw new Error('it was changed meanwhile')
            this.kept.push(this.file)
            this.file = text
            await Promise.resolve()
          })
          return `scst.conf.${this.kept.length}`
        },
      },
    }
  }

  /** A machine that exports its library, with a comment in its file. */
  static async exporting(): Promise<ManagedMachine> {
    const managed = new ManagedMachine(machine(), HEAD)
    await managed.run('scst_export_library', LIBRARY)
    managed.model.written.length = 0
    return managed
  }

  get kinds(): TaskKind[] {
    return scstKinds(this.#setting)
  }

  async plan(kind: string, params: object): Promise<Step[]> {
    const found = scstKinds(this.#setting).find(({ name }) => name === kind)
    if (found === undefined) throw new Error(`${kind}: there is no such kind`)
    const check = new Ajv({ strict: false, useDefaults: true })
    if (!check.validate(found.schema, params)) throw new Error(check.errorsText())
    return found.plan(params as never)
  }

  /** Plans it and carries it out; resolves with the log. */
  async run(kind: string, params: object = {}): Promise<string[]> {
    return this.carryOut(kind, await this.plan(kind, params))
  }

  async carryOut(kind: string, steps: readonly Step[]): Promise<string[]> {
    const found = scstKinds(this.#setting).find(({ name }) => name === kind)
    const told = progress()
    // In the database and back.
    const stored = JSON.parse(JSON.stringify(steps)) as Step[]
    for (const step of stored) await found?.run(step, told)
    return told.lines
  }

  /** What looking tells of a step that was begun. */
  async lookAt(kind: string, steps: readonly Step[]): Promise<string> {
    const found = scstKinds(this.#setting).find(({ name }) => name === kind)
    const [step] = steps
    return (step && (await found?.lookAfterLoss?.(step, {}))) ?? 'nothing'
  }

  /** What of the file does not run, or runs and is not in the file. */
  async differences(): Promise<string[]> {
    const config = parseScstConfig(this.file)
    const { steps } = planScst(await readRunningScst(this.model.host, config), config)
    return steps.map(({ words }) => words)
  }
}
