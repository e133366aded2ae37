import type { Service } from '../collectors/services.ts'
import type { Finding, Rule } from './rule.ts'

/** Units of mhvtl's daemons: what their being down means is told by VtlDaemonDown. */
const VTL_DAEMON = /^vtl(?:library|tape)@/

/** On the way up or doing well; `reloading` and `activating` end by themselves or become `failed`. */
const ALIVE = ['active', 'reloading', 'activating', 'refreshing']

/** A unit that failed, or one that the configuration of the appliance calls for and that does not run. */
export const serviceDown: Rule<'services'> = {
  alert: 'ServiceDown',
  name: 'Service down',
  subject: 'services',
  severity: 'critical',
  source: 'system',
  forSeconds: 0,
  description:
    'A service that the appliance needs does not run, and what it serves is missing until it does.',
  action:
    'See why with `systemctl status` and `journalctl -u` of the unit, mend the cause, and start the unit with ' +
    '`systemctl start`.',

  check(services) {
    return services.filter(isDown).map(finding)
  },
}

function isDown({ unit, active, expected }: Service): boolean {
  if (VTL_DAEMON.test(unit)) return false
  if (active === 'failed') return true
  return expected !== null && !ALIVE.includes(active)
}

function finding({ unit, load, active, sub, description, expected }: Service): Finding {
  const reason = active === 'failed' || expected === null ? '' : `, though ${expected}`
  const state = load === 'not-found' ? 'not installed' : `${active} (${sub})`
  return {
    labels: { unit },
    message: `${unit} is ${state}${reason}.`,
    evidence: {
      load_state: load,
      active_state: active,
      sub_state: sub,
      description,
      expected,
      source: 'systemctl',
    },
  }
}
