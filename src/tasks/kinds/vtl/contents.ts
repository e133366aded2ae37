import { usesOf } from '../../../vtl/in-use.ts'
import {
  emptySlots,
  placeOf,
  renderLibraryContents,
  withState,
  withTags,
  type LibraryContents,
} from '../../../vtl/library-contents.ts'
import { vtlUnit } from '../../../host/vtl-commands.ts'
import { TaskNotPossibleError, type Progress } from '../../kind.ts'
import { startDaemon, stopDaemon } from './daemons.ts'
import {
  contentsPath,
  findLibrary,
  isRunning,
  libraryTouched,
  readContents,
  readState,
  type FoundLibrary,
  type VtlMachine,
} from './machine.ts'

/** What becomes of the contents of a library: media that are put into empty slots, and such that are taken out. */
export interface ContentsChange {
  added: readonly string[]
  removed: readonly string[]
}

/** Changes the contents of a library. */
export interface ContentsStep extends ContentsChange {
  does: 'contents'
  serial: string
  force: boolean
  /** Whether the daemon of the library runs: it is stopped before, and started after. */
  running: boolean
}

/** Rejects with TaskNotPossibleError when the library, or what is in its drives, is used, and that is not forced. */
export async function assertUnused(
  machine: VtlMachine,
  found: FoundLibrary,
  force: boolean,
): Promise<void> {
  if (force) return
  const uses = usesOf(libraryTouched(found), await machine.readings())
  if (uses.length > 0) {
    throw new TaskNotPossibleError(`in use, and not forced: ${uses.join('; ')}`)
  }
}

/**
 * How the contents of a library are changed: its daemon reads them when it starts, and writes down what it holds when
 * it ends, so it is stopped before and started after. All of it is one step: nobody may move anything in between, and
 * whoever cancels the task does not leave the library down.
 */
export async function contentsStep(
  machine: VtlMachine,
  found: FoundLibrary,
  change: ContentsChange,
  force: boolean,
): Promise<[string, ContentsStep]> {
  const { library, serial } = found
  const unit = vtlUnit('library', library.number)
  const running = await isRunning(machine, unit)
  if (running === null) throw new TaskNotPossibleError(`it is not known whether ${unit} runs`)
  const { contents } = await readContents(machine, library.number)
  const state = await readState(machine, library.number)
  const now = state === null ? contents : withState(contents, state)
  const file = `write ${contentsPath(machine, library.number)} (${wordsOf(now, change)})`
  const words = running ? `stop ${unit}, ${file}, start ${unit}` : file
  return [words, { does: 'contents', serial, force, running, ...change }]
}

/** What is done, in words. Throws TaskNotPossibleError where it does not fit. */
function wordsOf(contents: LibraryContents, { added, removed }: ContentsChange): string {
  const there = added.find((tag) => placeOf(contents, tag) !== null)
  if (there !== undefined) throw new TaskNotPossibleError(`${there} is in the library already`)
  const missing = removed.find((tag) => placeOf(contents, tag) === null)
  if (missing !== undefined) throw new TaskNotPossibleError(`${missing} is not in the library`)
  const slots = emptySlots(contents)
  if (slots.length < added.length) {
    throw new TaskNotPossibleError(
      `${slots.length} slots are empty, and ${added.length} are needed`,
    )
  }
  return [
    ...(added.length > 0 ? [`${added.length} media into empty slots`] : []),
    ...(removed.length > 0 ? [`without ${removed.join(', ')}`] : []),
  ].join('; ')
}

/** Carries it out. What fails once the daemon is stopped has it started again, with what it had. */
export async function runContents(
  machine: VtlMachine,
  step: ContentsStep,
  progress: Progress,
): Promise<void> {
  await machine.lock.held(step.serial, async () => {
    const found = await findLibrary(machine, step.serial)
    const daemon = { kind: 'library', number: found.library.number } as const
    // Somebody may have loaded a medium, or started the daemon, since it was planned.
    await assertUnused(machine, found, step.force)
    const unit = vtlUnit('library', daemon.number)
    if ((await isRunning(machine, unit)) !== step.running) {
      throw new Error(
        `${unit} ${step.running ? 'does not run any more' : 'runs now'}: plan it anew`,
      )
    }
    if (step.running) await stopDaemon(machine, daemon)
    try {
      await write(machine, found, step, progress)
    } catch (error) {
      if (!step.running) throw error
      const began = await startDaemon(machine, daemon, 'start').then(
        () => 'the library was started again with what it had',
        (cause: unknown) => `the library does not run: ${(cause as Error).message}`,
      )
      throw new Error(`${(error as Error).message}; ${began}`, { cause: error })
    }
    if (step.running) await startDaemon(machine, daemon, 'start')
  })
}

async function write(
  machine: VtlMachine,
  { library }: FoundLibrary,
  { added, removed }: ContentsStep,
  progress: Progress,
): Promise<void> {
  const { path, text, contents } = await readContents(machine, library.number)
  const state = await readState(machine, library.number)
  const now = state === null ? contents : withState(contents, state)
  // Looked at once more: media may have been moved meanwhile.
  wordsOf(now, { added, removed })
  const without = withTags(
    now,
    removed.flatMap((tag) => {
      const place = placeOf(now, tag)
      return place === null ? [] : [{ ...place, tag: null }]
    }),
  )
  const slots = emptySlots(without)
  const changes = added.map((tag, index) => ({
    kind: 'slot' as const,
    number: slots[index] ?? 0,
    tag,
  }))
  await machine.files.write(
    path,
    renderLibraryContents(withTags(without, changes)),
    machine.digest(text),
  )
  progress.affect(added.length + removed.length)
  for (const { number, tag } of changes.slice(0, 20))
    await progress.log(`${tag} is in slot ${number}`)
}
