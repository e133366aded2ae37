import type { Host } from '../host/host.ts'
import { DAEMON_UNIT, unitProperties } from './daemon-user.ts'
import { ok, unknown, warn, type Check } from './finding.ts'

/** What the unit of the package is below, by `systemd-analyze security`. */
const EXPOSED = 2

/** Whether the unit confines the daemon as it was made to. */
export function unitChecks(host: Host): Check[] {
  return [{ name: 'unit', look: () => lookAtUnit(host) }]
}

async function lookAtUnit(host: Host) {
  const properties = await unitProperties(host, DAEMON_UNIT, [
    ...['User', 'NeedDaemonReload', 'DropInPaths', 'UnitFileState'],
  ])
  if (properties === null) {
    return unknown(`systemd does not run here, or has no ${DAEMON_UNIT}`)
  }
  const of = (name: string) => properties.get(name) ?? ''
  if (of('NeedDaemonReload') === 'yes') {
    return warn('its files have changed since systemd read them', 'systemctl daemon-reload')
  }
  const exposure = await exposureOf(host)
  const dropIns = of('DropInPaths') === '' ? '' : `, changed by ${of('DropInPaths')}`
  if (['', 'root'].includes(of('User'))) {
    return warn(
      `the daemon runs as root${dropIns}: whoever gets into it has the machine`,
      `systemctl revert ${DAEMON_UNIT}; systemctl enable --now storwarden-privileged.socket does what takes root`,
    )
  }
  if (exposure === null) {
    return unknown(`how exposed it is: systemd-analyze does not say${dropIns}`)
  }
  if (exposure > EXPOSED) {
    return warn(
      `exposed by ${exposure.toFixed(1)} of 10, not by ${EXPOSED.toFixed(1)} at most as it is delivered${dropIns}`,
      `systemd-analyze security ${DAEMON_UNIT} says by what; systemctl revert ${DAEMON_UNIT} undoes changes`,
    )
  }
  if (of('UnitFileState') === 'disabled') {
    return warn(
      'it is not started with the machine',
      `systemctl enable ${DAEMON_UNIT}, if it ought to be`,
    )
  }
  return ok(`user ${of('User')}, exposed by ${exposure.toFixed(1)} of 10${dropIns}`)
}

/** From 0 to 10; null where it is not told. */
async function exposureOf(host: Host): Promise<number | null> {
  const words = ['systemd-analyze', 'security', '--no-pager', DAEMON_UNIT]
  const said = await host.run(words, { timeoutMs: 15_000, exitCodes: () => true }).catch(() => null)
  const [, number] =
    /Overall exposure level for \S+: (\d+(?:\.\d+)?)/.exec(said?.stdout ?? '') ?? []
  return number === undefined ? null : Number(number)
}
