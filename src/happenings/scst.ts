import type { Scst, ScstLun, ScstTarget } from '../collectors/scst.ts'
import type { ScstSession, ScstSessions } from '../collectors/scst-sessions.ts'
import { matched, type Happening } from './happening.ts'

/** What was written into scst.conf, and which targets, LUNs and devices came, went or were switched. */
export function scstHappenings(before: Scst, after: Scst): Happening[] {
  return [...configChange(before, after), ...runningChanges(before, after)]
}

/** A file that could not be read, or understood, is not known to have changed. */
function configChange({ config: was }: Scst, { config: is }: Scst): Happening[] {
  if (was.digest === null || is.digest === null || was.digest === is.digest) return []
  return [of('scst_config_changed', 'info', `${is.path} was changed`, { path: is.path })]
}

function runningChanges(before: Scst, after: Scst): Happening[] {
  if (before.running !== after.running) {
    const said = after.running ? 'SCST runs' : 'SCST does not run any more'
    const level = after.running ? 'info' : 'warning'
    return [of(after.running ? 'scst_started' : 'scst_stopped', level, said, {})]
  }
  const targets = matched(before.targets, after.targets, ({ id }) => id)
  const devices = matched(before.devices, after.devices, ({ name }) => name)
  return [
    ...targets.gone.map((target) => ofTarget(target, 'target_gone', 'warning', 'is gone')),
    ...targets.come.map((target) => ofTarget(target, 'target_added', 'info', 'was added')),
    ...targets.both.flatMap(([earlier, later]) => [
      ...switched(earlier, later),
      ...lunChanges(earlier, later),
    ]),
    ...devices.gone.map(({ name }) =>
      of('device_gone', 'warning', `Device ${name} is gone`, { device: name }),
    ),
    ...devices.come.map(({ name }) =>
      of('device_added', 'info', `Device ${name} was added`, { device: name }),
    ),
  ]
}

/** Which initiators logged in and out. A session that was replaced by another of the same initiator is none. */
export function sessionHappenings(before: ScstSessions, after: ScstSessions): Happening[] {
  const { gone, come } = matched(before.sessions, after.sessions, sessionKey)
  return [
    ...gone.map((session) => ofSession(session, 'session_closed', 'logged out of')),
    ...come.map((session) => ofSession(session, 'session_opened', 'logged in to')),
  ]
}

function sessionKey({ id, initiator }: ScstSession): string {
  return `${id} ${initiator}`
}

function switched(before: ScstTarget, after: ScstTarget): Happening[] {
  if (before.enabled === null || after.enabled === null || before.enabled === after.enabled) {
    return []
  }
  return after.enabled
    ? [ofTarget(after, 'target_enabled', 'info', 'was enabled')]
    : [ofTarget(after, 'target_disabled', 'warning', 'was disabled')]
}

function lunChanges(before: ScstTarget, after: ScstTarget): Happening[] {
  const { gone, come, both } = matched(lunsOf(before), lunsOf(after), ({ key }) => key)
  // A device whose link was gone while it was read is not another one.
  const other = both.filter(
    ([{ lun: was }, { lun: is }]) =>
      was.device !== null && is.device !== null && was.device !== is.device,
  )
  const change = (event: string, verb: string) => (mapped: MappedLun) => {
    const { group, lun } = mapped
    const where = group === null ? '' : ` for group ${group}`
    return ofTarget(
      after,
      event,
      'info',
      `${verb} LUN ${lun.lun}${where} (${lun.device ?? 'device unknown'})`,
      { lun: String(lun.lun), device: lun.device, ...(group === null ? {} : { group }) },
    )
  }
  return [
    ...gone.map(change('lun_unmapped', 'does not map any more')),
    ...[...come, ...other.map(([, is]) => is)].map(change('lun_mapped', 'maps')),
  ]
}

interface MappedLun {
  key: string
  group: string | null
  lun: ScstLun
}

function lunsOf(target: ScstTarget): MappedLun[] {
  const mapped = (group: string | null) => (lun: ScstLun) => ({
    key: JSON.stringify([group, lun.lun]),
    group,
    lun,
  })
  return [
    ...target.luns.map(mapped(null)),
    ...target.groups.flatMap(({ name, luns }) => luns.map(mapped(name))),
  ]
}

function ofTarget(
  { driver, name }: ScstTarget,
  event: string,
  level: Happening['level'],
  what: string,
  more: Record<string, unknown> = {},
): Happening {
  return of(event, level, `Target ${name} (${driver}) ${what}`, { driver, target: name, ...more })
}

function ofSession(session: ScstSession, event: string, what: string): Happening {
  const { driver, target, initiator } = session
  const addresses = session.connections.map(({ ip }) => ip)
  return of(event, 'info', `Initiator ${initiator} ${what} ${target}`, {
    ...{ driver, target, initiator, addresses },
    session: session.session,
  })
}

function of(
  event: string,
  level: Happening['level'],
  said: string,
  data: Happening['data'],
): Happening {
  const fromList = !/^scst_|abled$/.test(event)
  return { type: 'scst', event, level, message: `${said}.`, data, fromList }
}
