import type { TaskKind } from '../../kind.ts'
import { repositoryCreate } from './create.ts'
import { repositoryGrow } from './grow.ts'
import type { RepositoryMachine } from './machine.ts'

/** The kinds of tasks about repositories; there is nothing to change where a recording is played. */
export function repositoryKinds(machine: RepositoryMachine | null): TaskKind[] {
  return [repositoryCreate(machine), repositoryGrow(machine)] as TaskKind[]
}
