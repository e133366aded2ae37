import type { TSchema } from 'typebox'
import { parseScstConfig, type ScstConfig } from '../../scst/config.ts'
import { ScstChangeError } from '../../scst/changes/named.ts'
import { planScst, type ScstPlan } from '../../scst/plan/plan.ts'
import type { RunningScst } from '../../scst/running.ts'
import { editScstConfig } from '../../scst/write/edit.ts'
import { TaskNotPossibleError, type Progress, type TaskKind } from '../kind.ts'
import type { TaskParams } from '../task.ts'
import { assertPossible } from './apply.ts'
import type { LibraryAddresses } from '../../tape/addresses.ts'
import type { ScstConfigFile } from './file.ts'
import type { ScstMachine } from './machine.ts'
import { packed, progressText, remainder, unpacked } from './planned.ts'
import { fileHash, replaced } from './replacing.ts'

/** What kinds that change SCST work with. */
export interface ScstSetting {
  /** Null where there is no machine to change: on a recording. */
  machine: ScstMachine | null
  file: ScstConfigFile
  /** Where a library and its drives are now, by its serial number. Rejects with LibraryUnreadError. */
  library: (id: string) => Promise<LibraryAddresses>
}

/** Parameters that all of them have. */
export interface ScstParams extends TaskParams {
  /** Whether initiators that are logged in may lose something by it. */
  readonly force?: boolean
}

/** A kind that changes SCST, as it runs and in its file. */
export interface ScstTaskParts<P extends ScstParams> {
  name: string
  summary: string
  schema: TSchema
  destructive: boolean
  /** Has names of what may be called otherwise tomorrow in the place of others. Rejects with TaskNotPossibleError. */
  resolve?: (params: P) => Promise<P>
  /** What the file becomes, and how it is written. Throws TaskNotPossibleError. */
  file: (text: string, params: P) => { config: ScstConfig; text: string; keepsComments: boolean }
  /**
   * What SCST becomes, of what ran before; `file` is the configuration of the file as it is then. Throws
   * TaskNotPossibleError.
   */
  wish: (former: ScstConfig, file: ScstConfig, params: P) => ScstConfig
  /** Whether that depends on what ran before. */
  changes: boolean
  /** Throws ScstChangeError when what runs is not such that it can be changed so. */
  check: (running: RunningScst, params: P) => void
}

interface StepData<P extends ScstParams = ScstParams> {
  params: P
  /** Of the file when it was planned, and of what takes its place. */
  file: string
  after: string
  /** What is written, and what was there before: planned.ts. */
  planned: string
}

/**
 * A kind of task that changes SCST by a plan (src/scst/plan/plan.ts). The file is written first: what it does not have
 * is not exported by the privileged program, and after a crash what is wanted is known. When it fails both are as they
 * were. After a crash in between what is left of the plan is done, from what runs then, and nothing that was not in it.
 */
export function scstTask<P extends ScstParams>(
  setting: ScstSetting,
  parts: ScstTaskParts<P>,
): TaskKind<P> {
  const { name, summary, schema, destructive, changes } = parts
  return {
    ...{ name, summary, schema, destructive, repeatable: true, timeoutSeconds: 3600 },
    advice:
      'Look at the log for what was done, what was undone and what is left; `storwarden scst plan` says what differs from scst.conf.',
    resource: () => 'scst',
    // What takes something from somebody has its plan looked at, whatever else the kind does.
    isDestructive: ({ force }) => force === true,
    comparable: ({ name: step, description, data }) => {
      const { params, file } = data as unknown as StepData
      return [step, description, params, file]
    },
    async plan(asked) {
      const machine = machineOf(setting)
      const params = (await parts.resolve?.(asked)) ?? asked
      const text = await setting.file.read()
      const edited = parts.file(text, params)
      const running = await machine.read(edited.config)
      possibly(() => {
        parts.check(running, params)
      })
      const plan = planScst(running, parts.wish(running.config, edited.config, params))
      assertPossible(plan, params.force === true)
      const isWritten = edited.text !== text
      const data: StepData = {
        ...{ params, file: fileHash(text), after: fileHash(edited.text) },
        planned: packed(plan, running.config, isWritten ? text : null),
      }
      const description = described(plan, isWritten)
      return description === '' ? [] : [{ name: 'apply', description, data: { ...data } }]
    },
    async run(step, progress) {
      const machine = machineOf(setting)
      const { params, file, after, planned } = step.data as unknown as StepData<P>
      const text = await setting.file.read()
      const edited = parts.file(text, params)
      await replaced(
        { files: setting.file, machine },
        {
          ...{ planned: unpacked(planned), hashes: { before: file, after } },
          ...{ text, edited: edited.text, named: edited.config },
          ...{ changes, force: params.force === true, progress },
        },
        (former) => parts.wish(former, edited.config, params),
      )
      if (!edited.keepsComments && edited.text !== text) await tellOfComments(progress)
    },
    async lookAfterLoss(step) {
      const { params, planned } = step.data as unknown as StepData<P>
      const { config } = parts.file(await setting.file.read(), params)
      const running = await machineOf(setting).read(config)
      const { start, writes } = unpacked(planned)
      if (start === null && changes) return 'how much of it is done cannot be told'
      const { steps } = planScst(
        running,
        parts.wish(start?.config ?? running.config, config, params),
      )
      return progressText(remainder(writes, steps), steps[0])
    },
  }
}

/** A kind that changes one thing of SCST. */
export interface ScstKindParts<P extends ScstParams> extends Pick<
  ScstTaskParts<P>,
  'name' | 'summary' | 'schema' | 'destructive' | 'check' | 'resolve'
> {
  /** What it becomes; also of the file, which may have more or less in it than what runs. */
  change: (config: ScstConfig, params: P) => ScstConfig
}

/** The same of a kind that changes one thing, in what runs and in the file, and leaves all else as it is. */
export function scstKind<P extends ScstParams>(
  setting: ScstSetting,
  { change, ...parts }: ScstKindParts<P>,
): TaskKind<P> {
  return scstTask(setting, {
    ...parts,
    changes: true,
    file(text, params) {
      const config = changed('scst.conf', change, parsedConfig(text), params)
      return { config, ...possibly(() => editScstConfig(text, config)) }
    },
    wish: (former, _, params) => changed('what runs', change, former, params),
  })
}

/** What a step does, a write a line; empty where there is nothing to do or to tell. */
function described({ steps, notes }: ScstPlan, isWritten: boolean): string {
  const file = isWritten ? ['write scst.conf, and keep the old one beside it'] : []
  const writes = steps.map(({ words, shown, path, loses }) => {
    const whose = loses.length === 0 ? '' : ` (logged in: ${loses.join(', ')})`
    return `${words} "${shown}" to ${path}${whose}`
  })
  return [...file, ...writes, ...notes.map((note) => `note: ${note}`)].join('\n')
}

async function tellOfComments(progress: Progress): Promise<void> {
  await progress.log('scst.conf was written anew: its comments are in the old one', 'warning')
}

/** Throws TaskNotPossibleError on a recording. */
function machineOf({ machine }: ScstSetting): ScstMachine {
  if (machine !== null) return machine
  throw new TaskNotPossibleError('this daemon plays a recording: there is nothing to change')
}

/** Parses what was read. Throws TaskNotPossibleError for what makes no sense. */
export function parsedConfig(text: string): ScstConfig {
  return possibly(() => parseScstConfig(text))
}

function changed<P>(
  where: 'scst.conf' | 'what runs',
  change: (config: ScstConfig, params: P) => ScstConfig,
  config: ScstConfig,
  params: P,
): ScstConfig {
  try {
    return change(config, params)
  } catch (error) {
    if (!(error instanceof ScstChangeError)) throw error
    throw new TaskNotPossibleError(`${where}: ${error.message}`)
  }
}

/** Errors of what was asked are told to whoever asks. */
export function possibly<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    const { code } = error as { code?: unknown }
    const isAsked =
      error instanceof ScstChangeError || code === 'ERR_PARSE' || code === 'ERR_SCST_CONFIG_TEXT'
    if (isAsked) throw new TaskNotPossibleError((error as Error).message)
    throw error
  }
}
