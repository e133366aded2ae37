import type { Rule } from './rule.ts'
import { countText } from './words.ts'

/** A bond goes on with fewer members, so nobody notices until the last one goes. */
export const bondDegraded: Rule<'network'> = {
  alert: 'BondDegraded',
  name: 'Bond degraded',
  subject: 'network',
  severity: 'warning',
  source: 'system',
  forSeconds: 60,
  description:
    'A member of the bond has no link: redundancy or throughput is lost, and with the last member the network is.',
  action: 'Check the cable and the switch port of the members that are down.',

  check(interfaces) {
    return interfaces
      .filter(({ bondMembersDown }) => bondMembersDown.length > 0)
      .map(({ name, bondMode, bondMembersDown }) => ({
        labels: { interface: name },
        message:
          `The bond ${name} has ${countText(bondMembersDown.length, 'member')} down: ` +
          `${bondMembersDown.join(', ')}.`,
        evidence: {
          mode: bondMode,
          members_down: bondMembersDown,
          source: `/sys/class/net/${name}/bonding`,
        },
      }))
  },
}
