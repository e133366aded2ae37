import type { FleetState } from '../fleet/state.ts'
import type { Rule } from './rule.ts'

/** Nobody looks after a machine of which nothing is heard: whatever fails there is not known here. */
export const applianceSilent: Rule<'fleet'> = {
  alert: 'ApplianceSilent',
  name: 'Nothing is heard of an appliance',
  subject: 'fleet',
  severity: 'critical',
  source: 'storwarden',
  forSeconds: 0,
  description:
    'Nothing is known of the appliance: what is shown of it, its alerts too, is as it was then. It may be down, cut off ' +
    'from the servers of the fleet, or its daemon does not run.',
  action:
    'See whether the machine answers and its daemon runs (`systemctl status storwardend`), and whether it reaches the ' +
    'servers of the fleet. One that is gone for good is forgotten with `storwarden fleet forget NAME`.',

  check({ silentSeconds, appliances }) {
    return appliances
      .filter(({ state }) => state === 'silent')
      .map(({ name, about, lastHeardAt, silentSince }) => ({
        labels: { appliance: name },
        message: `Nothing has been heard of ${name} since ${lastHeardAt.toISOString().slice(0, 19)}Z.`,
        evidence: {
          last_heard_at: lastHeardAt.toISOString(),
          silent_since: silentSince?.toISOString() ?? null,
          allowed_seconds: silentSeconds,
          ...{ url: about?.url ?? null, version: about?.version ?? null },
          source: 'what the appliance told by way of NATS',
        },
      }))
  },
}

/** So long after it was last heard another machine is taken to use the name still: it is told to be quiet. */
const OTHER_SECONDS = 3600

/** What one of two says is left out, so that they are not mixed up: of that one nothing is known. */
export const applianceNameTaken: Rule<'fleet'> = {
  alert: 'ApplianceNameTaken',
  name: 'Two machines use one name in the fleet',
  subject: 'fleet',
  severity: 'warning',
  source: 'storwarden',
  forSeconds: 0,
  description:
    'Another machine tells under the name of an appliance. What it says is left out, and what happens there is not ' +
    'known here.',
  action:
    'Give one of them another name (`fleet.name`). Where a machine has taken the place of another for good, forget the ' +
    'old one: `storwarden fleet forget NAME`.',

  check({ at, appliances }: FleetState) {
    return appliances.flatMap(({ name, other, about }) => {
      if (other === null || at.getTime() - other.heardAt.getTime() > OTHER_SECONDS * 1000) return []
      return [
        {
          labels: { appliance: name },
          message: `Another machine calls itself ${name} in the fleet.`,
          evidence: {
            other_heard_at: other.heardAt.toISOString(),
            other_identity: other.identity,
            url: about?.url ?? null,
            source: 'what was told by way of NATS under this name',
          },
        },
      ]
    })
  },
}
