import { Type } from 'typebox'
import { newLibraryContents } from '../../../vtl/library-contents.ts'
import { renderDeviceConf, drivesOf, libraryIn, parseDeviceConf } from '../../../vtl/device-conf.ts'
import { GENERATIONS, newMedia, type Generation, type NewMedium } from '../../../vtl/media.ts'
import { LIBRARY_MODELS, planLibrary, type LibraryModel } from '../../../vtl/new-library.ts'
import { TaskNotPossibleError, type Progress, type TaskKind } from '../../kind.ts'
import type { Step, TaskParams } from '../../task.ts'
import { daemonStates, startDaemons, told, type DaemonOf } from './daemons.ts'
import {
  changeable,
  contentsPath,
  readContents,
  readDeviceConf,
  type VtlMachine,
} from './machine.ts'
import { makeMedia, mediaText, mediaThere } from './making.ts'

interface Params extends TaskParams {
  readonly name: string
  readonly model?: LibraryModel
  readonly drives: number
  readonly generation: Generation
  readonly slots: number
  readonly import_export?: number
  readonly media?: number
  readonly cleaning_media?: number
  readonly media_size_mib?: number
  readonly barcode_prefix?: string
  readonly number?: number
}

/** What its steps are carried out with: all of it was chosen when it was planned. */
interface Made extends TaskParams {
  readonly does: 'device-conf' | 'home' | 'contents' | 'media' | 'units' | 'start' | 'look'
  readonly number: number
  readonly drives: readonly number[]
  readonly home: string
  /** Text of the file that is written. */
  readonly text?: string
  readonly replaces?: string
  readonly media: readonly NewMedium[]
  readonly size: number
}

/** What make_vtl_media takes where mhvtl.conf says nothing. */
const USUAL_SIZE_MIB = 500

const schema = Type.Object(
  {
    name: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$',
      description: 'Of the folder of its media.',
    }),
    model: Type.Optional(
      Type.Unsafe<LibraryModel>({
        ...{ type: 'string', enum: Object.keys(LIBRARY_MODELS), default: 'STK L700' },
      }),
    ),
    drives: Type.Integer({ minimum: 1, maximum: 32 }),
    generation: Type.Unsafe<Generation>({
      ...{ type: 'integer', enum: [...GENERATIONS] },
      description: 'Of LTO, of its drives and media.',
    }),
    slots: Type.Integer({ minimum: 1, maximum: 4000 }),
    import_export: Type.Optional(Type.Integer({ minimum: 1, maximum: 32, default: 4 })),
    media: Type.Optional(Type.Integer({ minimum: 0, maximum: 4000, default: 0 })),
    cleaning_media: Type.Optional(Type.Integer({ minimum: 0, maximum: 20, default: 0 })),
    media_size_mib: Type.Optional(
      Type.Integer({ ...{ minimum: 1, maximum: 20_000_000, default: USUAL_SIZE_MIB } }),
    ),
    barcode_prefix: Type.Optional(
      Type.String({
        pattern: '^[A-Z0-9]{1,4}$',
        description:
          'Begins the barcodes of its media: of six characters before the L8 or the like.',
      }),
    ),
    number: Type.Optional(
      Type.Integer({
        ...{ minimum: 1, maximum: 9000 },
        description: 'In device.conf; else the next.',
      }),
    ),
  },
  { additionalProperties: false },
)

/** Makes a virtual library with its drives, slots and media, and has it run. */
export function vtlCreateLibrary(machine: VtlMachine | null): TaskKind<Params> {
  return {
    name: 'vtl_create_library',
    summary: 'Makes a virtual library with drives, slots and media, and starts it.',
    ...{ schema, destructive: false, repeatable: false, timeoutSeconds: 3600 },
    // Each of them writes device.conf.
    resource: () => 'vtl',
    plan: (params) => plan(changeable(machine), params),
    run: (step, progress) => run(changeable(machine), step, progress),
  }
}

async function plan(machine: VtlMachine, params: Params): Promise<Step[]> {
  const { name, model = 'STK L700', drives, generation, slots, import_export: maps = 4 } = params
  const {
    media: count = 0,
    cleaning_media: cleaning = 0,
    media_size_mib: size = USUAL_SIZE_MIB,
  } = params
  if (count + cleaning > slots) {
    throw new TaskNotPossibleError(`${count + cleaning} media do not fit into ${slots} slots`)
  }
  const { path, text, conf } = await readDeviceConf(machine)
  const home = `${machine.homePath()}/${name}`
  if (await machine.host.exists(home)) throw new TaskNotPossibleError(`${home} is there already`)
  const taken = await takenBarcodes(machine, conf.devices)
  try {
    const number = params.number ?? null
    const id = await machineId(machine)
    const planned = planLibrary(conf, {
      ...{ model, number, drives, generation, homeDirectory: home, machine: id },
    })
    const data = newMedia(
      { type: 'data', generation, prefix: params.barcode_prefix ?? null, count },
      taken,
    )
    const media = [
      ...data,
      ...newMedia({ type: 'clean', generation, prefix: null, count: cleaning }, taken),
    ]
    const contents = newLibraryContents({
      ...{ drives, importExport: maps, slots, tags: media.map(({ barcode }) => barcode) },
    })
    const made = { number: planned.number, drives: planned.drives, home, size, media }
    const file = contentsPath(machine, planned.number)
    if (await machine.host.exists(file)) throw new TaskNotPossibleError(`${file} is there already`)
    return steps(made, [
      [
        `add library ${planned.number} (${model}, ${planned.serial}) with drives ${planned.drives.join(', ')} (LTO-${generation}) to ${path}`,
        {
          does: 'device-conf',
          ...{ text: renderDeviceConf(planned.conf), replaces: machine.digest(text) },
        },
      ],
      [`make the folder ${home}`, { does: 'home' }],
      [
        `write ${file}: ${slots} slots, ${maps} import/export slots`,
        { does: 'contents', text: contents },
      ],
      [`make ${mediaText(media)} of ${size} MiB`, { does: 'media' }],
      ['have systemd know the new units', { does: 'units' }],
      [`start the daemons of library ${planned.number} and of its drives`, { does: 'start' }],
      ['look whether all of it is there', { does: 'look' }],
    ])
  } catch (error) {
    if (error instanceof RangeError || (error as { code?: unknown }).code === 'ERR_VTL_FILE') {
      throw new TaskNotPossibleError((error as Error).message)
    }
    throw error
  }
}

function steps(
  around: Omit<Made, 'does' | 'text' | 'replaces'>,
  all: readonly [string, Pick<Made, 'does'> & { text?: string; replaces?: string }][],
): Step[] {
  const { media, ...common } = around
  return all.map(([description, { does, ...more }], index) => ({
    name: `${does} ${index + 1}`,
    description,
    data: { ...common, does, ...more, media: does === 'media' || does === 'look' ? media : [] },
  }))
}

/** Barcodes of all libraries: one that is in two of them is one too many for whoever backs up. */
async function takenBarcodes(
  machine: VtlMachine,
  devices: readonly { kind: string; number: number; fields: ReadonlyMap<string, string> }[],
): Promise<Set<string>> {
  const taken = new Set<string>()
  for (const { kind, number, fields } of devices) {
    if (kind !== 'library') continue
    const home = fields.get('home directory')
    const { contents } = await readContents(machine, number)
    for (const { tag } of contents.elements) if (tag !== null) taken.add(tag)
    if (home !== undefined) for (const name of await machine.host.list(home)) taken.add(name)
  }
  return taken
}

/** Three characters that tell this machine from others, for serial numbers (machine-id(5)). */
async function machineId(machine: VtlMachine): Promise<string> {
  const id = await machine.host.readText('/etc/machine-id').catch(() => '')
  const value = Number.parseInt(machine.digest(id.trim()).slice(0, 8), 16) % 36 ** 3
  return value.toString(36).toUpperCase().padStart(3, '0')
}

async function run(machine: VtlMachine, { data }: Step, progress: Progress): Promise<void> {
  const made = data as unknown as Made
  const { number, drives, text = '' } = made
  const daemons: DaemonOf[] = [
    ...drives.map((drive) => ({ kind: 'drive' as const, number: drive })),
    { kind: 'library', number },
  ]
  const work = (): Promise<void> => {
    switch (made.does) {
      case 'device-conf': {
        const path = `${machine.configDir()}/device.conf`
        return machine.files.write(path, text, made.replaces ?? null)
      }
      case 'home':
        return machine.files.makeHome(number)
      case 'contents':
        return machine.files.write(contentsPath(machine, number), text, null)
      case 'media':
        return makeMedia(machine, { library: number, ...made }, progress)
      case 'units':
        return machine.run({ command: 'reload_units' })
      case 'start':
        return startDaemons(machine, daemons, progress)
      case 'look':
        return look(machine, made, progress)
    }
  }
  await told(work, () => standing(machine, made, daemons), progress)
}

async function look(machine: VtlMachine, made: Made, progress: Progress): Promise<void> {
  const { mhvtl } = await machine.readings()
  const library = mhvtl?.libraries.find(({ number }) => number === made.number)
  if (library === undefined) throw new Error(`library ${made.number} was made, and is not seen`)
  const there = new Set(library.mediaOnDisk ?? [])
  const missing = made.media.filter(({ barcode }) => !there.has(barcode))
  if (missing.length > 0) throw new Error(`${mediaText(missing)} are not on disk`)
  await progress.log(
    `library ${made.number} (${library.serial}) runs with ${made.drives.length} drives and ${made.media.length} media`,
  )
}

/** What of it is there, whatever became of the step. */
async function standing(
  machine: VtlMachine,
  { number, drives, home }: Made,
  daemons: readonly DaemonOf[],
): Promise<string> {
  const conf = parseDeviceConf(await machine.host.readText(`${machine.configDir()}/device.conf`))
  if (libraryIn(conf, number) === null) return 'device.conf is as it was'
  const there = drivesOf(conf, number).length
  const hasContents = await machine.host.exists(contentsPath(machine, number))
  const media = await mediaThere(machine, home)
  return [
    `device.conf has library ${number} and ${there} of its ${drives.length} drives`,
    `library_contents.${number} is ${hasContents ? '' : 'not '}there`,
    media === null ? `${home} is not there` : `${media} media are in ${home}`,
    await daemonStates(machine, daemons),
  ].join('; ')
}
