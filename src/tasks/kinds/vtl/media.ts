import { Type } from 'typebox'
import { loadedTags } from '../../../vtl/in-use.ts'
import { parseLibraryContents, tagsIn } from '../../../vtl/library-contents.ts'
import {
  GENERATIONS,
  MEDIUM_TYPES,
  type Generation,
  type MediumType,
  type NewMedium,
} from '../../../vtl/media.ts'
import { TaskNotPossibleError, type Progress, type TaskKind } from '../../kind.ts'
import type { Step, TaskParams } from '../../task.ts'
import { assertUnused, contentsStep, runContents, type ContentsStep } from './contents.ts'
import { daemonStates, told } from './daemons.ts'
import {
  changeable,
  contentsPath,
  findLibrary,
  FORCED_IS_DESTRUCTIVE,
  type FoundLibrary,
  type VtlMachine,
} from './machine.ts'
import { makeMedia, mediaText } from './making.ts'
import { wantedMedia, type WantedMedia } from './wanted-media.ts'

interface ForLibrary extends TaskParams {
  readonly library: string
  readonly force?: boolean
}
type AddParams = ForLibrary & WantedMedia & { readonly size_mib?: number }
interface ChosenParams extends ForLibrary {
  readonly barcodes: readonly string[]
}

type MediaStep =
  | { does: 'make'; serial: string; media: readonly NewMedium[]; size: number }
  | { does: 'remove'; serial: string; barcodes: readonly string[] }
  | {
      does: 'protect'
      serial: string
      barcodes: readonly string[]
      on: boolean
      /** Whether they are in the library, so that one could be loaded meanwhile. */
      held: boolean
    }
  | ContentsStep

const library = Type.String({
  ...{ minLength: 1, maxLength: 10 },
  description: 'Serial number of the library.',
})
const force = Type.Optional(
  Type.Boolean({
    default: false,
    description: 'Also when somebody uses the library, or a medium is in a drive.',
  }),
)
const barcodes = Type.Array(Type.String({ pattern: '^[A-Za-z0-9_][A-Za-z0-9_-]{0,15}$' }), {
  ...{ minItems: 1, maxItems: 4000, uniqueItems: true },
})
const chosen = { library, barcodes }
const AROUND = { repeatable: false, timeoutSeconds: 3600 } as const

/** Makes media and puts them into empty slots of a virtual library. */
export function vtlAddMedia(machine: VtlMachine | null): TaskKind<AddParams> {
  return {
    name: 'vtl_add_media',
    summary: 'Makes virtual media and puts them into empty slots of their library.',
    schema: Type.Object(
      {
        library,
        barcodes: Type.Optional(barcodes),
        count: Type.Optional(Type.Integer({ minimum: 1, maximum: 4000 })),
        generation: Type.Optional(
          Type.Unsafe<Generation>({ type: 'integer', enum: [...GENERATIONS] }),
        ),
        type: Type.Optional(Type.Unsafe<MediumType>({ type: 'string', enum: [...MEDIUM_TYPES] })),
        prefix: Type.Optional(Type.String({ pattern: '^[A-Z0-9]{1,4}$' })),
        size_mib: Type.Optional(Type.Integer({ minimum: 1, maximum: 20_000_000, default: 500 })),
        force,
      },
      { additionalProperties: false },
    ),
    ...{ destructive: false, ...FORCED_IS_DESTRUCTIVE, ...AROUND },
    resource: ({ library }) => library,
    async plan(params) {
      const on = changeable(machine)
      const { size_mib: size = 500, force: forced = false } = params
      const found = await findLibrary(on, params.library)
      const media = await wantedMedia(on, found, params)
      await assertUnused(on, found, forced)
      const added = media.map(({ barcode }) => barcode)
      const change = await contentsStep(on, found, { added, removed: [] }, forced)
      const make: MediaStep = { does: 'make', serial: found.serial, media, size }
      return numbered([[`make ${mediaText(media)} of ${size} MiB in ${found.home}`, make], change])
    },
    ...carriedOut(machine),
  }
}

/** Takes media out of a virtual library and deletes them: what is on them is lost. */
export function vtlRemoveMedia(machine: VtlMachine | null): TaskKind<ChosenParams> {
  return {
    name: 'vtl_remove_media',
    summary: 'Takes virtual media out of their library and deletes them with all that is on them.',
    schema: Type.Object({ ...chosen, force }, { additionalProperties: false }),
    ...{ destructive: true, ...AROUND },
    resource: ({ library }) => library,
    async plan(params) {
      const { change, serial, home } = await takenOut(changeable(machine), params)
      const lost = `what is on ${params.barcodes.length === 1 ? 'it' : 'them'}`
      const remove: MediaStep = { does: 'remove', serial, barcodes: params.barcodes }
      return numbered([
        change,
        [`delete ${params.barcodes.join(', ')} below ${home}: ${lost} is lost`, remove],
      ])
    },
    ...carriedOut(machine),
  }
}

/** Takes media out of a virtual library for good, and keeps what is on them. */
export function vtlRetire(machine: VtlMachine | null): TaskKind<ChosenParams> {
  return {
    name: 'vtl_retire',
    summary: 'Takes virtual media out of their library, write-protected; what is on them is kept.',
    schema: Type.Object({ ...chosen, force }, { additionalProperties: false }),
    ...{ destructive: false, ...FORCED_IS_DESTRUCTIVE, ...AROUND },
    resource: ({ library }) => library,
    async plan(params) {
      const { change, serial } = await takenOut(changeable(machine), params)
      const { barcodes } = params
      const protect: MediaStep = { does: 'protect', serial, barcodes, on: true, held: false }
      return numbered([change, [`write-protect ${barcodes.join(', ')}`, protect]])
    },
    ...carriedOut(machine),
  }
}

/** Sets or clears the write protection of media. */
export function vtlWriteProtect(
  machine: VtlMachine | null,
): TaskKind<ChosenParams & { readonly protect?: boolean }> {
  return {
    name: 'vtl_write_protect',
    summary: 'Write-protects virtual media, or takes that back.',
    schema: Type.Object(
      { ...chosen, protect: Type.Optional(Type.Boolean({ default: true })) },
      { additionalProperties: false },
    ),
    // The flag is set to what it is to be, however often.
    ...{ destructive: false, repeatable: true, timeoutSeconds: 3600 },
    resource: ({ library }) => library,
    async plan({ library: which, barcodes, protect: on = true }) {
      const of = changeable(machine)
      const found = await findLibrary(of, which)
      await assertNotLoaded(of, found, barcodes)
      for (const barcode of barcodes) {
        if (await of.host.exists(`${found.home}/${barcode}`)) continue
        throw new TaskNotPossibleError(`there is no ${found.home}/${barcode}`)
      }
      const step: MediaStep = { does: 'protect', serial: which, barcodes, on, held: true }
      const words = on ? 'write-protect' : 'take the write protection from'
      return numbered([[`${words} ${barcodes.join(', ')}`, step]])
    },
    ...carriedOut(machine),
  }
}

function carriedOut(machine: VtlMachine | null): Pick<TaskKind, 'run' | 'lookAfterLoss'> {
  return {
    run: (step, progress) => run(changeable(machine), step, progress),
    lookAfterLoss: ({ data }) =>
      standing(changeable(machine), (data as unknown as MediaStep).serial),
  }
}

function numbered(steps: readonly [string, MediaStep][]): Step[] {
  return steps.map(([description, data], index) => ({
    ...{ name: `${data.does} ${index + 1}`, description, data: { ...data } },
  }))
}

async function takenOut(machine: VtlMachine, params: ChosenParams) {
  const { barcodes, force: forced = false } = params
  const found = await findLibrary(machine, params.library)
  // What is in a drive is never taken away, forced or not.
  await assertNotLoaded(machine, found, barcodes)
  await assertUnused(machine, found, forced)
  const change = await contentsStep(machine, found, { added: [], removed: barcodes }, forced)
  return { change, serial: found.serial, home: found.home }
}

async function assertNotLoaded(
  machine: VtlMachine,
  { serial, library }: FoundLibrary,
  barcodes: readonly string[],
): Promise<void> {
  const readings = await machine.readings()
  const runs = readings.mhvtl?.libraries.find(({ number }) => number === library.number)?.daemon
  if (runs?.running === false) return
  const loaded = loadedTags(serial, readings)
  if (loaded === null) throw new TaskNotPossibleError('it is not known what is in its drives')
  const inDrive = barcodes.find((barcode) => loaded.includes(barcode))
  if (inDrive !== undefined) throw new TaskNotPossibleError(`${inDrive} is in a drive`)
}

async function run(machine: VtlMachine, { data }: Step, progress: Progress): Promise<void> {
  const step = data as unknown as MediaStep
  const found = await findLibrary(machine, step.serial)
  const { library, home } = found
  const protect = (on: boolean) => (barcode: string) =>
    machine.run({ command: 'write_protect', library: library.number, barcode, on })
  const work = (): Promise<void> => {
    switch (step.does) {
      case 'make':
        return makeMedia(machine, { ...step, library: library.number, home }, progress)
      case 'remove':
        return each(step.barcodes, progress, (barcode) =>
          machine.files.removeMedium(library.number, barcode),
        )
      case 'protect':
        if (!step.held) return each(step.barcodes, progress, protect(step.on))
        return machine.lock.held(step.serial, async () => {
          await assertNotLoaded(machine, found, step.barcodes)
          await each(step.barcodes, progress, protect(step.on))
        })
      case 'contents':
        return runContents(machine, step, progress)
    }
  }
  await told(work, () => standing(machine, step.serial), progress)
}

async function each(
  barcodes: readonly string[],
  progress: Progress,
  work: (barcode: string) => Promise<void>,
): Promise<void> {
  for (const [index, barcode] of barcodes.entries()) {
    if (progress.signal.aborted) throw new Error(`ended after ${index} of ${barcodes.length}`)
    progress.report(index / barcodes.length)
    try {
      await work(barcode)
    } catch (error) {
      const done = `${index} of ${barcodes.length} were done`
      throw new Error(`${barcode}: ${(error as Error).message} (${done})`, { cause: error })
    }
    progress.affect(1)
  }
}

async function standing(machine: VtlMachine, serial: string): Promise<string> {
  const { library, home } = await findLibrary(machine, serial)
  const text = await machine.host.readText(contentsPath(machine, library.number))
  const inLibrary = new Set(tagsIn(parseLibraryContents(text)))
  const onDisk = (await machine.host.list(home)).filter((name) => !name.startsWith('.'))
  const beside = onDisk.filter((name) => !inLibrary.has(name))
  return [
    `library_contents.${library.number} has ${inLibrary.size} media`,
    `${home} has ${onDisk.length}, ${beside.length} of them not in it`,
    await daemonStates(machine, [{ kind: 'library', number: library.number }]),
  ].join('; ')
}
