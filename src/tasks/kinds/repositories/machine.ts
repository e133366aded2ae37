import {
  mountUnitName,
  TAG_NEW,
  volumeNode,
  type RepositoryChanges,
  type VolumeName,
} from '../../../host/repository-changes.ts'
import type { Facts } from '../../../repositories/plan.ts'
import { sizeText } from '../../../repositories/sizes.ts'
import { volumeOf } from '../../../repositories/volumes.ts'
import { TaskNotPossibleError } from '../../kind.ts'

/** What tasks about repositories work with. */
export interface RepositoryMachine {
  changes: RepositoryChanges
  /** What LVM, the kernel, fstab and the mount units say now. Rejects where one of them says nothing. */
  facts(): Promise<Facts>
  /** Has what was changed be seen by those who look: the collectors. */
  touched(): Promise<void>
  /** The volume group of what is mounted there, as it was read last; null where that is not known. */
  groupOf(mountPoint: string): string | null
  /** Mount points that the configuration names; none where all count. */
  named(): readonly string[]
}

/** The machine that is changed. Throws TaskNotPossibleError where a recording is played. */
export function changeable(machine: RepositoryMachine | null): RepositoryMachine {
  if (machine !== null) return machine
  throw new TaskNotPossibleError('this daemon plays a recording: there is nothing to change')
}

/** All that is known of the machine. Rejects with TaskNotPossibleError: what is not known is not changed. */
export async function knownFacts(machine: RepositoryMachine): Promise<Facts> {
  try {
    return await machine.facts()
  } catch (error) {
    throw new TaskNotPossibleError(`what is there is not known: ${(error as Error).message}`)
  }
}

/** What of a repository is on the machine now, in a sentence; parts that cannot be found out are said to be unknown. */
export async function standing(
  machine: RepositoryMachine,
  { group, volume, mountPoint }: VolumeName & { mountPoint: string },
): Promise<string> {
  const facts = await machine.facts()
  const found = facts.volumes.find((one) => one.group === group && one.name === volume)
  if (found === undefined) {
    return `there is no logical volume ${group}/${volume}; nothing of it is mounted or configured`
  }
  const content = await machine.changes.volume({ group, volume }).then(
    ({ signature, tags }) => {
      const on = signature === null ? 'has no file system' : `has ${signature} on it`
      return tags.includes(TAG_NEW) ? `${on}, and is marked as not finished (${TAG_NEW})` : on
    },
    (error: unknown) => `has on it what is not known (${(error as Error).message})`,
  )
  const configured = facts.configured.find((one) => one.mountPoint === mountPoint)
  const mounts = facts.mounts.filter((one) => one.mountPoint === mountPoint)
  const isMounted = mounts.some(({ source }) => volumeOf(source, [found]) !== null)
  return [
    `${volumeNode({ group, volume })} is there, of ${sizeText(found.sizeBytes)}, and ${content}`,
    configured === undefined
      ? `there is no ${mountUnitName(mountPoint)}`
      : `${configured.by} has it mounted at ${mountPoint}`,
    isMounted ? `it is mounted at ${mountPoint}` : `it is not mounted at ${mountPoint}`,
  ].join('; ')
}

/** Throws TaskNotPossibleError with all reasons, where there are any. */
export function planOf<Plan>(planned: { plan: Plan } | { reasons: readonly string[] }): Plan {
  if ('plan' in planned) return planned.plan
  throw new TaskNotPossibleError(planned.reasons.join('; '))
}
