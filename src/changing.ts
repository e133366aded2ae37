import { moving, type MovingParts } from './moving.ts'
import { managingScst } from './managing-scst.ts'
import { repositoryTaskKinds } from './repository-keeping.ts'
import { vtlKinds } from './vtl-keeping.ts'
import type { Through } from './host/privileged/through.ts'
import type { TaskKind } from './tasks/kind.ts'
import type { ScstMachine } from './tasks/scst/machine.ts'

/** What changing the machine needs. */
export interface ChangingParts extends Omit<MovingParts, 'media'> {
  through: Through
  /** Whether a recording is played, of which nothing is changed. */
  replayed: boolean
}

/** The kinds of tasks that change the machine, and SCST as it is written to; null where nothing is. */
export function changing(parts: ChangingParts): {
  kinds: readonly TaskKind[]
  scst: ScstMachine | null
} {
  const { through, replayed } = parts
  const [scst, media] = replayed ? [null, null] : [through.scst, through.media]
  const managed = managingScst({ ...parts, scst })
  return {
    kinds: [
      ...vtlKinds({ ...parts, files: through.vtl }),
      ...moving({ ...parts, media }),
      ...managed.kinds,
      ...repositoryTaskKinds({ ...parts, changes: through.repositories }),
    ],
    scst: managed.machine,
  }
}
