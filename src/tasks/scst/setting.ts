import { createHash } from 'node:crypto'
import type { TSchema } from 'typebox'
import { parseScstConfig, type ScstConfig } from '../../scst/config.ts'
import { ScstChangeError } from '../../scst/changes/named.ts'
import { planScst, type ScstPlan } from '../../scst/plan/plan.ts'
import type { RunningScst } from '../../scst/running.ts'
import { editScstConfig } from '../../scst/write/edit.ts'
import { TaskNotPossibleError, type Progress, type TaskKind } from '../kind.ts'
import type { TaskParams } from '../task.ts'
import { applyScst, assertPossible, ScstApplyError, type ScstMachine } from './apply.ts'

/** What kinds that change SCST work with. */
export interface ScstSetting {
  /** Null where there is no machine to change: on a recording. */
  machine: ScstMachine | null
  file: ScstConfigFile
}

/** SCST's configuration file. */
export interface ScstConfigFile {
  /** Its text; empty where there is none. Rejects when it cannot be read. */
  read: () => Promise<string>
  /**
   * Puts another in its place, if it is still the one of that hash, and resolves with where the old one is kept; null
   * where there was none.
   */
  write: (text: string, expectedSha256: string) => Promise<string | null>
}

/** A kind that changes one thing of SCST, as it runs and in its file. */
export interface ScstKindParts<P extends TaskParams> {
  name: string
  summary: string
  schema: TSchema
  destructive: boolean
  /** Throws ScstChangeError when what runs is not such that it can be changed so. */
  check: (running: RunningScst, params: P) => void
  /** What it becomes; also of the file, which may have more or less in it than what runs. */
  change: (config: ScstConfig, params: P) => ScstConfig
}

/** Parameters that all of them have. */
export interface ScstParams extends TaskParams {
  /** Whether initiators that are logged in may lose something by it. */
  readonly force?: boolean
}

interface StepData {
  params: ScstParams
  /** Of the file when it was planned. */
  file: string
}

/**
 * A kind of task that changes SCST by a plan (src/scst/plan/plan.ts). The file is written first: what it does not have
 * is not exported by the privileged program, and after a crash what is wanted is known. When it fails both are as they
 * were; after a crash in between the step is done again, from what runs then.
 */
export function scstKind<P extends ScstParams>(
  setting: ScstSetting,
  parts: ScstKindParts<P>,
): TaskKind<P> {
  const { name, summary, schema, destructive, change } = parts
  return {
    ...{ name, summary, schema, destructive, repeatable: true, timeoutSeconds: 3600 },
    advice:
      'Look at the log for what was undone and what is left; `storwarden scst plan` says what differs from scst.conf.',
    resource: () => 'scst',
    async plan(params) {
      const machine = machineOf(setting)
      const text = await setting.file.read()
      const parsed = parsedConfig(text)
      const named = changed('scst.conf', change, parsed, params)
      const running = await machine.read(named)
      possibly(() => {
        parts.check(running, params)
      })
      const wanted = changed('what runs', change, running.config, params)
      const plan = planScst(running, wanted)
      assertPossible(plan, params.force === true)
      const edited = possibly(() => editScstConfig(text, named).text)
      const data: StepData = { params, file: sha256Of(text) }
      return [{ name: 'apply', description: described(plan, edited !== text), data: { ...data } }]
    },
    async run({ data }, progress) {
      const { params, file } = data as unknown as StepData & { params: P }
      const given = { file, force: params.force === true, progress }
      await carryOut(setting, given, (config, where) => changed(where, change, config, params))
    },
  }
}

/** What a step does, a write a line. */
export function described({ steps, notes }: ScstPlan, isWritten: boolean): string {
  const file = isWritten ? ['write scst.conf, and keep the old one beside it'] : []
  const writes = steps.map(({ words, shown, path, loses }) => {
    const whose = loses.length === 0 ? '' : ` (logged in: ${loses.join(', ')})`
    return `${words} "${shown}" to ${path}${whose}`
  })
  const nothing = file.length + writes.length === 0 ? ['nothing: all is as it is wanted'] : []
  return [...file, ...writes, ...nothing, ...notes.map((note) => `note: ${note}`)].join('\n')
}

/** Changes the file, then SCST; when SCST cannot be changed the file is as it was. */
export async function carryOut(
  setting: ScstSetting,
  { file, force, progress }: { file: string; force: boolean; progress: Progress },
  change: (config: ScstConfig, where: Where) => ScstConfig,
): Promise<void> {
  const text = await setting.file.read()
  const named = change(parsedConfig(text), 'scst.conf')
  const edited = possibly(() => editScstConfig(text, named))
  await replaced(setting, { text, edited: edited.text, file, progress, force, named }, (running) =>
    change(running.config, 'what runs'),
  )
  if (!edited.keepsComments && edited.text !== text) {
    await progress.log('scst.conf was written anew: its comments are in the old one', 'warning')
  }
}

/** Puts a text in the place of the file and makes SCST what is wanted, or leaves both as they were. */
export async function replaced(
  { file: files, machine }: ScstSetting,
  given: {
    text: string
    edited: string
    file: string
    named: ScstConfig
    force: boolean
    progress: Progress
  },
  wish: (running: RunningScst) => ScstConfig,
): Promise<void> {
  const { text, edited, named, force, progress } = given
  if (machine === null) throw recorded()
  const isWritten = edited !== text
  // Written before a crash it has what is wanted already.
  if (isWritten && sha256Of(text) !== given.file) {
    throw new TaskNotPossibleError('scst.conf was changed since this was planned: plan it again')
  }
  if (isWritten) {
    const kept = await files.write(edited, sha256Of(text))
    await progress.log(`wrote scst.conf; the old one is ${kept ?? 'nowhere: there was none'}`)
  }
  const troubles: string[] = []
  let isBack = !isWritten
  const putBack = async () => {
    if (isBack) return
    isBack = true
    const trouble = await putBackFile(files, { text, edited, progress })
    if (trouble !== null) troubles.push(trouble)
  }
  try {
    const applying = { named, force, progress, beforeUndoing: putBack }
    const count = await applyScst(machine, wish, applying)
    const writes = `SCST is as it is wanted: ${count} writes`
    await progress.log(count === 0 ? 'SCST was as it is wanted' : writes)
  } catch (error) {
    await putBack()
    if (troubles.length === 0) throw error
    throw new ScstApplyError([(error as Error).message, ...troubles].join('; '), null, error)
  }
}

/** Resolves with why the file could not be put back; null when it was. */
async function putBackFile(
  files: ScstConfigFile,
  { text, edited, progress }: { text: string; edited: string; progress: Progress },
): Promise<string | null> {
  try {
    await files.write(text, sha256Of(edited))
    await progress.log('scst.conf is as it was', 'warning')
    return null
  } catch (reason) {
    const why = `scst.conf could not be put back, and has what was wanted: ${(reason as Error).message}`
    await progress.log(why, 'error')
    return why
  }
}

/** Throws TaskNotPossibleError on a recording. */
export function machineOf({ machine }: ScstSetting): ScstMachine {
  if (machine === null) throw recorded()
  return machine
}

/** Parses what was read. Throws TaskNotPossibleError for what makes no sense. */
export function parsedConfig(text: string): ScstConfig {
  return possibly(() => parseScstConfig(text))
}

/** Hash of a text, in hexadecimal. */
export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Which of the two it is about. */
export type Where = 'scst.conf' | 'what runs'

function changed<P>(
  where: Where,
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

function recorded(): TaskNotPossibleError {
  return new TaskNotPossibleError('this daemon plays a recording: there is nothing to change')
}
