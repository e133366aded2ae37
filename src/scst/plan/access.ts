import type { GroupConfig, LunConfig, TargetConfig } from '../config.ts'
import { initiatorMatches } from '../initiator-pattern.ts'
import type { RunningSession } from '../running.ts'
import { attributeSteps } from './attributes.ts'
import { lunSteps } from './luns.ts'
import type { Planning } from './plan.ts'
import { paired, step, type ScstStep } from './step.ts'

/** Which target it is about. */
export interface TargetPlace {
  driver: string
  name: string
  path: string
  /** Whether the target itself is removed, and with it who is in which group. */
  isRemoved: boolean
}

/** Who sees what of a target: its LUNs, its initiator groups with theirs, and who is in which group. */
export function groupSteps(
  planning: Planning,
  { driver, name, path, isRemoved }: TargetPlace,
  want: TargetConfig,
  has: TargetConfig,
): ScstStep[] {
  const sessions = planning.running.sessions.filter(
    (session) => session.driver === driver && session.target === name,
  )
  const moves = isRemoved ? [] : membership(want.groups, has.groups)
  const own = lunSteps(planning, {
    ...{ path, what: `the target ${name}`, want: want.luns, has: has.luns },
    // Whoever is in no group sees these, so each change of a group changes who does.
    isShared: moves.length > 0,
    loses: initiatorsIn(sessions, null),
  })
  const groups = paired(want.groups, has.groups, (group) => group.name).flatMap((pair) => {
    const at = `${path}/ini_groups/${pair.name}`
    const what = `the group ${pair.name} of ${name}`
    const loses = initiatorsIn(sessions, pair.name)
    const luns = lunSteps(planning, {
      ...{ path: at, what, want: pair.want?.luns ?? [], has: pair.has?.luns ?? [], loses },
      isShared: moves.some(({ from, to }) => from === pair.name || to === pair.name),
    })
    return [...frame(path, what, pair, { loses, isRemoved }), ...luns]
  })
  const members = moves.map((move) => memberStep(path, name, move, { sessions, luns: has.luns }))
  return [...own, ...groups, ...members]
}

/** The group itself. */
function frame(
  target: string,
  what: string,
  pair: { name: string; want: GroupConfig | undefined; has: GroupConfig | undefined },
  { loses, isRemoved }: { loses: readonly string[]; isRemoved: boolean },
): ScstStep[] {
  const { name, want, has } = pair
  const mgmt = `${target}/ini_groups/mgmt`
  if (want === undefined) {
    const words = `Remove ${what}.`
    const phase = isRemoved ? 'remove group of target' : 'remove group'
    return [step({ phase, path: mgmt, text: `del ${name}`, words, loses })]
  }
  const made = step({
    ...{ phase: 'add group', path: mgmt, text: `create ${name}` },
    words: `Add ${what}.`,
  })
  return [
    ...(has === undefined ? [made] : []),
    ...attributeSteps(`${target}/ini_groups/${name}`, 'set group', what, {
      wanted: want.attributes,
      running: has?.attributes ?? [],
    }),
  ]
}

/** An initiator that leaves a group, joins one, or both; null is no group. */
interface Move {
  initiator: string
  from: string | null
  to: string | null
}

function membership(want: readonly GroupConfig[], has: readonly GroupConfig[]): Move[] {
  const names = new Set(
    [...want, ...has].flatMap((group) => group.initiators.map((one) => one.name)),
  )
  const groupsOf = (groups: readonly GroupConfig[], initiator: string) =>
    groups
      .filter((group) => group.initiators.some(({ name }) => name === initiator))
      .map(({ name }) => name)
  return [...names].flatMap((initiator) => {
    const wanted = groupsOf(want, initiator)
    const running = groupsOf(has, initiator)
    const joins = wanted.filter((name) => !running.includes(name))
    const leaves = running.filter((name) => !wanted.includes(name))
    return Array.from({ length: Math.max(joins.length, leaves.length) }, (_, index) => ({
      initiator,
      from: leaves[index] ?? null,
      to: joins[index] ?? null,
    }))
  })
}

function memberStep(
  target: string,
  name: string,
  { initiator, from, to }: Move,
  { sessions, luns }: { sessions: readonly RunningSession[]; luns: readonly LunConfig[] },
): ScstStep {
  const mgmt = (group: string) => `${target}/ini_groups/${group}/initiators/mgmt`
  const affected = sessions.filter((one) => initiatorMatches(initiator, one.initiator))
  if (from !== null) {
    const loses = initiatorsIn(affected, from)
    const phase = to === null ? 'remove initiator' : 'move initiator'
    return to === null
      ? step({
          ...{ phase, path: mgmt(from), text: `del ${initiator}`, loses },
          words: `Take the initiator ${initiator} out of the group ${from} of ${name}.`,
        })
      : // In one write, so that it is never in none.
        step({
          ...{ phase, path: mgmt(from), text: `move ${initiator} ${to}`, loses },
          words: `Move the initiator ${initiator} from the group ${from} to ${to} of ${name}.`,
        })
  }
  return step({
    ...{ phase: 'add initiator', path: mgmt(to ?? ''), text: `add ${initiator}` },
    words: `Add the initiator ${initiator} to the group ${to ?? ''} of ${name}.`,
    // It sees no more what it sees as one of no group.
    loses: luns.length === 0 ? [] : initiatorsIn(affected, null),
  })
}

function initiatorsIn(sessions: readonly RunningSession[], group: string | null): string[] {
  return sessions.filter((one) => one.group === group).map(({ initiator }) => initiator)
}
