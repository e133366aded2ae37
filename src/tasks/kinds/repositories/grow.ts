import { Type } from 'typebox'
import {
  MOST_MOUNT_POINT,
  volumeNode,
  type FilesystemFacts,
  type RepositoryFilesystem,
} from '../../../host/repository-changes.ts'
import {
  findGrowable,
  planGrow,
  type Growable,
  type GrowWish,
} from '../../../repositories/plan-grow.ts'
import { sizeText } from '../../../repositories/sizes.ts'
import { TaskNotPossibleError, type Progress, type TaskKind } from '../../kind.ts'
import type { Step, TaskParams } from '../../task.ts'
import { told } from '../vtl/daemons.ts'
import { changeable, knownFacts, planOf, type RepositoryMachine } from './machine.ts'

type Params = GrowWish & TaskParams

/** What its steps are carried out with. */
interface Grown extends TaskParams {
  readonly does: 'extend' | 'grow' | 'look'
  readonly group: string
  readonly volume: string
  readonly filesystem: RepositoryFilesystem
  readonly mount_point: string
  readonly extents: number | null
  readonly extent_bytes: number
}

const bytes = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum: 2 ** 52, description }))

const schema = Type.Object(
  {
    mount_point: Type.String({
      ...{ minLength: 2, maxLength: MOST_MOUNT_POINT },
      description: 'Where the repository is mounted.',
    }),
    size_bytes: bytes('How large it is to be afterwards; or add_bytes.'),
    add_bytes: bytes('How much larger it is to be.'),
  },
  { additionalProperties: false },
)

/** Makes a repository larger, while it is in use. */
export function repositoryGrow(machine: RepositoryMachine | null): TaskKind<Params> {
  return {
    name: 'repository_grow',
    summary: 'Makes the logical volume of a repository larger, and its file system with it.',
    ...{ schema, destructive: false, repeatable: false, timeoutSeconds: 7_200 },
    advice:
      'What is on the repository is as it was. Where its volume is larger already and its file system is not, asked for once more only the second half is done.',
    resource: ({ mount_point: path }) => `mount point ${path}`,
    resources: ({ mount_point: path }) => {
      const group = machine?.groupOf(path) ?? null
      return group === null ? [] : [`volume group ${group}`]
    },
    lookAfterLoss: (_, params) => standing(changeable(machine), params.mount_point),
    plan: (params) => plan(changeable(machine), params),
    run: (step, progress) => run(changeable(machine), step, progress),
  }
}

async function plan(machine: RepositoryMachine, params: Params): Promise<Step[]> {
  if ((params.size_bytes === undefined) === (params.add_bytes === undefined)) {
    throw new TaskNotPossibleError('either size_bytes or add_bytes says how large it is to be')
  }
  const facts = await knownFacts(machine)
  const growable = planOf(findGrowable(params.mount_point, facts))
  const found = await filesystemAt(machine, growable, params.mount_point)
  const made = planOf(planGrow(params, growable, { facts, found }))
  const { volume, filesystem, extents, extentBytes, fromBytes, toBytes, filesystemBytes } = made
  const { group, name } = volume
  const path = params.mount_point
  const tool = filesystem === 'xfs' ? 'xfs_growfs' : 'resize2fs'
  const steps: [Grown['does'], string][] = [
    ...(extents === null
      ? []
      : [
          [
            'extend',
            `make logical volume ${group}/${name} larger: from ${sizeText(fromBytes)} to ${extents} extents of ${sizeText(extentBytes)} (${sizeText(toBytes)}${roundedText(params, toBytes)})`,
          ] as [Grown['does'], string],
        ]),
    [
      'grow',
      extents === null
        ? `the volume is of ${sizeText(toBytes)} already, and its file system of ${sizeText(filesystemBytes)}: only make that as large as the volume (${tool})`
        : `make the file system at ${path} as large as its volume (${tool})`,
    ],
    ['look', 'look how large it is'],
  ]
  const data = {
    ...{ group, volume: name, filesystem, mount_point: path, extents, extent_bytes: extentBytes },
  }
  return steps.map(([does, description]) => ({
    ...{ name: does, description, data: { ...data, does } },
  }))
}

function roundedText({ size_bytes: asked }: Params, toBytes: number): string {
  if (asked === toBytes) return ''
  return asked === undefined ? ', in whole extents' : `, rounded up from ${asked} bytes`
}

async function filesystemAt(
  { changes }: RepositoryMachine,
  { volume, filesystem }: Growable,
  path: string,
): Promise<FilesystemFacts> {
  const { group, name } = volume
  try {
    return await changes.filesystem({ group, volume: name, filesystem, mount_point: path })
  } catch (error) {
    throw new TaskNotPossibleError(
      `how the file system at ${path} is is not known: ${(error as Error).message}`,
    )
  }
}

async function run(machine: RepositoryMachine, { data }: Step, progress: Progress): Promise<void> {
  const grown = data as unknown as Grown
  await told(
    () => carryOut(machine, grown, progress),
    () => standing(machine, grown.mount_point),
    progress,
  )
}

async function carryOut(
  machine: RepositoryMachine,
  grown: Grown,
  progress: Progress,
): Promise<void> {
  const { group, volume, filesystem, mount_point, extents } = grown
  const of = { group, volume, mount_point }
  switch (grown.does) {
    case 'extend':
      await machine.changes.change({ change: 'extend_volume', ...of, extents: extents ?? 0 })
      progress.affect(1)
      return
    case 'grow':
      return machine.changes.change({ change: 'grow_filesystem', ...of, filesystem })
    case 'look':
      return look(machine, grown, progress)
  }
}

async function look(machine: RepositoryMachine, grown: Grown, progress: Progress): Promise<void> {
  const path = grown.mount_point
  const { volume, found } = await sizesAt(machine, path)
  await machine.touched()
  // The last piece of a file system can be too small for it to use.
  if (volume.sizeBytes - found.sizeBytes >= 2 * Math.max(grown.extent_bytes, 16 * 1024 * 1024)) {
    throw new Error(
      `${volumeNode({ group: volume.group, volume: volume.name })} is of ${sizeText(volume.sizeBytes)}, and the file system at ${path} of ${sizeText(found.sizeBytes)}`,
    )
  }
  await progress.log(`the file system at ${path} is of ${sizeText(found.sizeBytes)} now`)
}

async function sizesAt(machine: RepositoryMachine, path: string) {
  const { volume, filesystem } = planOf(findGrowable(path, await machine.facts()))
  return { volume, found: await filesystemAt(machine, { volume, filesystem }, path) }
}

/** How large volume and file system are, in a sentence. */
async function standing(machine: RepositoryMachine, path: string): Promise<string> {
  const facts = await machine.facts()
  const growable = findGrowable(path, facts)
  if ('reasons' in growable) return growable.reasons.join('; ')
  const { volume } = growable.plan
  const found = await filesystemAt(machine, growable.plan, path).then(
    ({ sizeBytes }) => `of ${sizeText(sizeBytes)}`,
    (error: unknown) => `of a size that is not known (${(error as Error).message})`,
  )
  return `the volume of ${path} is of ${sizeText(volume.sizeBytes)}, and its file system ${found}`
}
