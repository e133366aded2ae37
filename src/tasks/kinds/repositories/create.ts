import { Type } from 'typebox'
import {
  LVM_NAME,
  MOST_MOUNT_POINT,
  REPOSITORY_FILESYSTEMS,
  TAG_NEW,
  UNIT_DIRECTORY,
  volumeNode,
  type Place,
  type RepositoryFilesystem,
} from '../../../host/repository-changes.ts'
import { planCreate, type CreateWish } from '../../../repositories/plan.ts'
import { sizeText } from '../../../repositories/sizes.ts'
import { volumeOf } from '../../../repositories/volumes.ts'
import type { Progress, TaskKind } from '../../kind.ts'
import type { Step, TaskParams } from '../../task.ts'
import { told } from '../vtl/daemons.ts'
import { changeable, knownFacts, planOf, standing, type RepositoryMachine } from './machine.ts'

type Params = CreateWish & TaskParams

/** What its steps are carried out with. */
interface Made extends Params {
  readonly does: 'volume' | 'signature' | 'filesystem' | 'unit' | 'mount' | 'look'
  readonly extents: number
}

/** A petabyte and more: what is larger than a double can count is a mistake of somebody. */
const MOST_BYTES = 2 ** 52

const schema = Type.Object(
  {
    volume_group: Type.String({
      pattern: LVM_NAME.source,
      description: 'The volume group that gives the space.',
    }),
    name: Type.String({
      ...{ minLength: 1, maxLength: 100 },
      description: 'Of the new logical volume.',
    }),
    size_bytes: Type.Integer({
      ...{ minimum: 1, maximum: MOST_BYTES },
      description: 'Rounded up to whole extents.',
    }),
    filesystem: Type.Unsafe<RepositoryFilesystem>({
      ...{ type: 'string', enum: [...REPOSITORY_FILESYSTEMS] },
    }),
    mount_point: Type.String({
      ...{ minLength: 2, maxLength: MOST_MOUNT_POINT },
      description: 'An absolute path; the folder is made where it is not there.',
    }),
  },
  { additionalProperties: false },
)

/** Makes a repository: a logical volume in free space, a file system on it, and a mount unit. */
export function repositoryCreate(machine: RepositoryMachine | null): TaskKind<Params> {
  return {
    name: 'repository_create',
    summary: 'Makes a logical volume with a file system in free space, and mounts it.',
    ...{ schema, destructive: false, repeatable: false, timeoutSeconds: 3_600 },
    advice:
      'Nothing that was made is removed again: the log says what is there now. docs/repositories.md says how each part is finished, or taken away, by hand.',
    resource: ({ volume_group: group }) => `volume group ${group}`,
    resources: ({ mount_point: path }) => [`mount point ${path}`],
    lookAfterLoss: (_, params) => standing(changeable(machine), named(params)),
    plan: (params) => plan(changeable(machine), params),
    run: (step, progress) => run(changeable(machine), step, progress),
  }
}

async function plan(machine: RepositoryMachine, params: Params): Promise<Step[]> {
  const facts = await knownFacts(machine)
  const place = await placeAt(machine, params.mount_point)
  const { extents, extentBytes, sizeBytes, unit } = planOf(planCreate(params, facts, place))
  const { volume_group: group, name, filesystem, mount_point: path, size_bytes: asked } = params
  const node = volumeNode({ group, volume: name })
  const rounded = sizeBytes === asked ? '' : `, rounded up from ${asked} bytes to whole extents`
  const steps: [Made['does'], string][] = [
    [
      'volume',
      `create logical volume ${group}/${name} of ${extents} extents of ${sizeText(extentBytes)} (${sizeText(sizeBytes)}${rounded})`,
    ],
    ['signature', `look whether something is left on ${node}: then it is not touched any more`],
    ['filesystem', `make ${filesystem} on ${node}`],
    ['unit', `write ${UNIT_DIRECTORY}/${unit}`],
    ['mount', `have systemd read ${unit}, enable it and mount ${node} at ${path}`],
    ['look', 'look whether it is mounted'],
  ]
  return steps.map(([does, description]) => ({
    ...{ name: does, description, data: { ...params, does, extents } },
  }))
}

/** Null where it is not permitted or cannot be looked at: the plan says why. */
async function placeAt({ changes }: RepositoryMachine, path: string): Promise<Place | null> {
  return await changes.place(path).catch(() => null)
}

async function run(machine: RepositoryMachine, { data }: Step, progress: Progress): Promise<void> {
  const made = data as unknown as Made
  await told(
    () => carryOut(machine, made, progress),
    () => standing(machine, named(made)),
    progress,
  )
}

async function carryOut(machine: RepositoryMachine, made: Made, progress: Progress): Promise<void> {
  const { changes } = machine
  const { does, volume_group: group, name: volume, filesystem, mount_point, extents } = made
  const of = { group, volume }
  switch (does) {
    case 'volume':
      await changes.change({ change: 'create_volume', ...of, extents })
      progress.affect(1)
      return
    case 'signature': {
      const { signature } = await changes.volume(of)
      if (signature === null) return
      throw new Error(
        `${signature} is left on ${volumeNode(of)}, of something that was in these extents before: ` +
          `the volume stays as it is (tag ${TAG_NEW}), for somebody who knows what that is`,
      )
    }
    case 'filesystem':
      return changes.change({ change: 'make_filesystem', ...of, filesystem })
    case 'unit':
      return changes.change({ change: 'write_mount_unit', ...of, filesystem, mount_point })
    case 'mount':
      return changes.change({ change: 'mount', mount_point })
    case 'look':
      return look(machine, made, progress)
  }
}

async function look(machine: RepositoryMachine, made: Made, progress: Progress): Promise<void> {
  const { volume_group: group, name, mount_point: path, filesystem } = made
  const { mounts, volumes } = await machine.facts()
  const mount = mounts.filter(({ mountPoint }) => mountPoint === path).at(-1)
  const volume = volumeOf(mount?.source ?? null, volumes)
  if (volume?.group !== group || volume.name !== name || mount?.type !== filesystem) {
    throw new Error(`${path} was mounted, and ${group}/${name} is not there`)
  }
  await machine.touched()
  await progress.log(
    `${volumeNode({ group, volume: name })} (${filesystem}, ${sizeText(volume.sizeBytes)}) is mounted at ${path}`,
  )
  const wanted = machine.named()
  if (wanted.length === 0 || wanted.includes(path)) return
  await progress.log(
    `monitoring.repositories names others, and not ${path}: add it there to have it counted`,
    'warning',
  )
}

function named({ volume_group: group, name: volume, mount_point: mountPoint }: Params) {
  return { group, volume, mountPoint }
}
