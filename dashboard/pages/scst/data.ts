import { useHistory } from '../../live/history.ts'
import { useLoaded, type Resource } from '../../live/resource.ts'
import { ask, type Answer } from '../../wire/request.ts'
import type { Behind } from './backing.ts'

/** What is known of SCST. */
export interface Scst {
  targets: Answer<'GET /hardware/targets'>
  devices: Answer<'GET /hardware/devices'>
  sessions: Answer<'GET /hardware/sessions'>
}

/** Asks for all of it; again when SCST changes, and with the numbers. */
export function useScst(): Resource<Scst> {
  return useLoaded(
    async (signal) => {
      const [targets, devices, sessions] = await Promise.all([
        ask('GET /hardware/targets', {}, signal),
        ask('GET /hardware/devices', {}, signal),
        ask('GET /hardware/sessions', {}, signal),
      ])
      return { targets, devices, sessions }
    },
    [],
    ['scst', 'metrics'],
  )
}

/** What devices may be made of. What cannot be read is not linked to. */
export function useBehind(): Resource<Behind> {
  return useLoaded(
    async (signal) => {
      const [drives, libraries, disks, arrays, groups, filesystems] = await Promise.all([
        ask('GET /hardware/drives', {}, signal),
        ask('GET /hardware/libraries', {}, signal),
        ask('GET /hardware/disks', {}, signal),
        ask('GET /hardware/arrays', {}, signal),
        ask('GET /hardware/volume-groups', {}, signal),
        ask('GET /hardware/filesystems', {}, signal),
      ])
      return {
        ...{ drives: drives.items, libraries: libraries.items, disks: disks.items },
        ...{ arrays: arrays.items, groups: groups.items, filesystems: filesystems.items },
      }
    },
    [],
    ['storage'],
  )
}

/** Until numbers are that old they tell how it is. */
const FRESH_MS = 180_000

/** Whether the I/O of all devices is suspended; null when that is not known. */
export function useSuspended(): boolean | null {
  const history = useHistory(SUSPENDED, HOUR).current.value
  if (history.state !== 'shown') return null
  const last = history.value.series[0]?.points.at(-1)
  if (last === undefined || history.value.to.getTime() - last[0].getTime() > FRESH_MS) return null
  return last[1] !== 0
}

const SUSPENDED = { name: 'storwarden_scst_suspended', aggregate: 'last' } as const
const HOUR = { seconds: 3600 }
