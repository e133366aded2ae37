import { grouped } from '../../ui/grouped.ts'
import type { Session, Target } from '../../wire/types.ts'

/** A mapping of a device to a LUN. */
export type Lun = Target['luns'][number]

/** The LUNs that some initiators of a target see: those of an initiator group, or the default LUNs. */
export interface LunSet {
  /** That of the target, with the group behind it. */
  id: string
  target: Target
  /** Null for the default LUNs. */
  group: string | null
  luns: readonly Lun[]
  /** Who may, by name or pattern, and who is logged in, in the order of names. */
  initiators: readonly Access[]
}

/** An initiator at a LUN set. */
export interface Access {
  /** A name, or a pattern of names as it is configured. */
  initiator: string
  /** It stands in the group; initiators at default LUNs stand nowhere. */
  configured: boolean
  /** None while it is not logged in. */
  sessions: readonly Session[]
}

/** The LUN sets of each target: groups first, in the order of SCST, then the default LUNs if there are any. */
export function lunSets(
  targets: readonly Target[],
  sessions: readonly Session[],
): readonly LunSet[] {
  const bySet = grouped(sessions, ({ driver, target, group }) =>
    setId(`${driver}/${target}`, group),
  )
  return targets.flatMap((target) => {
    const at = (group: string | null) => bySet.get(setId(target.id, group)) ?? []
    const groups = target.groups.map(({ name, luns, initiators }) => {
      const id = setId(target.id, name)
      return { id, target, group: name, luns, initiators: accesses(initiators, at(name)) }
    })
    const others = { id: setId(target.id, null), target, group: null, luns: target.luns }
    const without = { ...others, initiators: accesses([], at(null)) }
    return without.luns.length + without.initiators.length === 0 ? groups : [...groups, without]
  })
}

function setId(target: string, group: string | null): string {
  // No name of a group is empty.
  return `${target}/${group ?? ''}`
}

function accesses(configured: readonly string[], sessions: readonly Session[]): Access[] {
  const byInitiator = grouped(sessions, ({ initiator }) => initiator)
  const names = new Set([...configured, ...byInitiator.keys()])
  return [...names].sort().map((initiator) => ({
    initiator,
    configured: configured.includes(initiator),
    sessions: byInitiator.get(initiator) ?? [],
  }))
}

/** Whether it stands for names; SCST knows `*`, `?` and `!`. */
export function isPattern(initiator: string): boolean {
  return /[*?!]/.test(initiator)
}

/** As many letters of a name as there is room for: the end of a name tells it from its like. */
export function shortened(name: string, most: number): string {
  if (name.length <= most) return name
  const head = Math.floor((most - 1) / 3)
  return `${name.slice(0, head)}…${name.slice(name.length - (most - 1 - head))}`
}

/** The Fibre Channel port that is a target: SCST calls it by its WWPN, with colons and without 0x. */
export function portOf<P extends { port_name?: string }>(
  target: string,
  ports: readonly P[],
): P | null {
  const wwpn = digitsOf(target)
  return ports.find(({ port_name: name }) => name !== undefined && digitsOf(name) === wwpn) ?? null
}

function digitsOf(wwn: string): string {
  return wwn.toLowerCase().replace(/^0x/, '').replaceAll(':', '')
}
