import { element, show, table } from './dom.ts'
import { bytes, count } from './format.ts'

/** A target as `GET /api/v1/hardware/targets` tells it. */
export interface Target {
  id: string
  driver: string
  name: string
  enabled: boolean | null
  luns: readonly Lun[]
  groups: readonly { name: string; initiators: readonly string[]; luns: readonly Lun[] }[]
}

interface Lun {
  lun: number
  device: string | null
  read_only: boolean | null
}

/** A session as `GET /api/v1/hardware/sessions` tells it. */
export interface Session {
  driver: string
  target: string
  initiator: string
  group: string | null
  active_commands: number
  connections: readonly { ip: string; state: string | null }[]
  counters: { read_bytes: number; written_bytes: number }
}

/** Draws each target with its LUNs, initiator groups and sessions. */
export function showTargets(
  targets: readonly Target[],
  sessions: readonly Session[],
  error: string | null,
): void {
  const cards = targets.map((target) =>
    targetCard(
      target,
      sessions.filter(
        ({ driver, target: name }) => driver === target.driver && name === target.name,
      ),
    ),
  )
  const none = element('p', { class: 'quiet' }, 'No SCST target on this machine.')
  show(
    'targets',
    error === null ? null : element('p', { class: 'notice' }, error),
    ...(cards.length === 0 && error === null ? [none] : cards),
  )
}

function targetCard(target: Target, sessions: readonly Session[]): HTMLElement {
  const { driver, name, enabled, luns, groups } = target
  const state = enabled === false ? 'disabled' : 'enabled'
  const groupRows = groups.map((group) => [
    group.name,
    group.initiators.join(', '),
    lunText(group.luns),
  ])
  return element(
    'div',
    { class: 'card' },
    element(
      'h3',
      {},
      `${driver} ${name}: `,
      element('span', { class: enabled === false ? 'quiet' : 'good' }, state),
    ),
    table(['Group', 'Initiators', 'LUNs'], [['default', 'any other', lunText(luns)], ...groupRows]),
    element('p', {}, sessions.length === 0 ? 'No session.' : `Sessions: ${count(sessions.length)}`),
    sessions.length === 0
      ? null
      : table(
          ['Initiator', 'Group', 'From', 'In flight', 'Read', 'Written'],
          sessions.map((session) => [
            session.initiator,
            session.group ?? 'default',
            session.connections.map(({ ip, state }) => `${ip} ${state ?? ''}`).join(', '),
            count(session.active_commands),
            bytes(session.counters.read_bytes),
            bytes(session.counters.written_bytes),
          ]),
        ),
  )
}

function lunText(luns: readonly Lun[]): string {
  if (luns.length === 0) return 'none'
  return luns
    .map(
      ({ lun, device, read_only }) => `${lun}: ${device ?? '?'}${read_only ? ' (read-only)' : ''}`,
    )
    .join(', ')
}
