import type { Disk } from '../collectors/disks.ts'
import type { FcHost } from '../collectors/fc-hosts.ts'
import type { FileSystem } from '../collectors/filesystems.ts'
import type { MdArray } from '../collectors/md-arrays.ts'
import type { NetworkInterface } from '../collectors/network.ts'
import type { Service } from '../collectors/services.ts'
import { matched, type Happening } from './happening.ts'

/** What is worth telling of a kind of things: who each is, and the one word about it that matters. */
interface Kind<T> {
  type: Happening['type']
  /** Begins the words of the stream: `disk_added`, `disk_removed`, `disk_changed`. */
  noun: string
  nameOf: (thing: T) => string
  idOf: (thing: T) => string
  labels: (thing: T) => Readonly<Record<string, string>>
  /** Its state in a word; null where it has none, or none is known. */
  stateOf?: (thing: T) => string | null
  /** Whether the state is as it should be. */
  isWell?: (state: string) => boolean
}

/** What became of the things of a kind. */
function happeningsOf<T>(kind: Kind<T>) {
  const of = (
    thing: T,
    what: string,
    level: Happening['level'],
    said: string,
    more: Record<string, unknown> = {},
  ): Happening => ({
    type: kind.type,
    event: `${kind.noun}_${what}`,
    level,
    fromList: what !== 'changed',
    message: `${kind.nameOf(thing)} ${said}.`,
    data: { ...kind.labels(thing), ...more },
  })
  const changed = (before: T, after: T): Happening[] => {
    const was = kind.stateOf?.(before) ?? null
    const is = kind.stateOf?.(after) ?? null
    if (was === null || is === null || was === is) return []
    const level = (kind.isWell?.(is) ?? true) ? 'info' : 'warning'
    return [of(after, 'changed', level, `is ${is}, it was ${was}`, { state: is, before: was })]
  }
  return (before: readonly T[], after: readonly T[]): Happening[] => {
    const { gone, come, both } = matched(before, after, kind.idOf)
    return [
      ...gone.map((thing) => of(thing, 'removed', 'warning', 'is gone')),
      ...come.map((thing) => of(thing, 'added', 'info', 'is there')),
      ...both.flatMap(([earlier, later]) => changed(earlier, later)),
    ]
  }
}

/** Disks that came or went, or that the kernel took offline. */
export const diskHappenings = happeningsOf<Disk>({
  type: 'storage',
  noun: 'disk',
  idOf: ({ id }) => id,
  nameOf: ({ name, model, id }) => `Disk ${name} (${[model, id].filter(Boolean).join(' ')})`,
  labels: ({ id }) => ({ serial: id }),
  stateOf: ({ state }) => state,
  isWell: (state) => ['running', 'live'].includes(state),
})

/** Arrays that lost or regained a member, or are synchronised. */
export const arrayHappenings = happeningsOf<MdArray>({
  type: 'storage',
  noun: 'array',
  idOf: ({ id }) => id,
  nameOf: ({ name, level }) => `Array ${name} (${level})`,
  labels: ({ name }) => ({ array: name }),
  stateOf: ({ degraded, syncAction }) => {
    const members = degraded === null || degraded === 0 ? 'complete' : `${degraded} short`
    return syncAction === null || syncAction === 'idle' ? members : `${members}, ${syncAction}`
  },
  isWell: (state) => state.startsWith('complete'),
})

/** File systems that were mounted, unmounted or became read-only. */
export const fileSystemHappenings = happeningsOf<FileSystem>({
  type: 'storage',
  noun: 'filesystem',
  idOf: ({ mountPoint, device }) => JSON.stringify([mountPoint, device]),
  nameOf: ({ mountPoint, device }) => `File system ${mountPoint} (${device})`,
  labels: ({ mountPoint }) => ({ mountpoint: mountPoint }),
  stateOf: ({ readOnly }) => (readOnly ? 'read-only' : 'writable'),
  isWell: (state) => state === 'writable',
})

/** Units that started, stopped or failed. */
export const serviceHappenings = happeningsOf<Service>({
  type: 'system',
  noun: 'service',
  idOf: ({ unit }) => unit,
  nameOf: ({ unit }) => `Service ${unit}`,
  labels: ({ unit }) => ({ unit }),
  stateOf: ({ active }) => active,
  isWell: (state) => state !== 'failed',
})

/** Fibre Channel ports whose link came or went. */
export const portHappenings = happeningsOf<FcHost>({
  type: 'system',
  noun: 'port',
  idOf: ({ id }) => id,
  nameOf: ({ name, id }) => `Port ${name} (${id})`,
  labels: ({ id }) => ({ port: id }),
  stateOf: ({ state }) => state,
  isWell: (state) => state === 'Online',
})

/** Network interfaces whose link came or went. */
export const interfaceHappenings = happeningsOf<NetworkInterface>({
  type: 'system',
  noun: 'interface',
  idOf: ({ id }) => id,
  nameOf: ({ name }) => `Interface ${name}`,
  labels: ({ name }) => ({ interface: name }),
  stateOf: ({ state }) => (state === 'unknown' ? null : state),
  isWell: (state) => state === 'up',
})
