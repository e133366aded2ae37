import type { Scst, ScstDriver } from '../collectors/scst.ts'
import type { Finding, Rule } from './rule.ts'
import { countText, listText } from './words.ts'

/** Zero targets are not a healthy state where a file says what should be exported. */
export const scstNotRunning: Rule<'scst'> = {
  alert: 'ScstNotRunning',
  name: 'SCST is not running',
  subject: 'scst',
  severity: 'critical',
  source: 'scst',
  forSeconds: 0,
  description:
    'There is a configuration of SCST, but its modules are not loaded: no initiator reaches its LUNs.',
  action:
    'See why with `systemctl status scst.service` and the kernel log (after a new kernel the modules have to be built ' +
    'for it), mend it, and start scst.service.',

  check({ running, config }) {
    if (running) return []
    const message = `SCST is not running although ${config.path} configures it.`
    const source = '/sys/kernel/scst_tgt is not there'
    return [{ labels: {}, message, evidence: { config: config.path, source } }]
  },
}

/** While it is suspended SCST starts no command of any initiator. */
export const scstSuspended: Rule<'scst'> = {
  alert: 'ScstSuspended',
  name: 'SCST is suspended',
  subject: 'scst',
  severity: 'critical',
  source: 'scst',
  forSeconds: 120,
  description:
    'While it is suspended SCST starts no command of any initiator, and they run into their time-outs. ' +
    'A change of the configuration suspends it for a moment; for minutes it is stuck.',
  action:
    'See in the kernel log what a change waits for, and whether scstadmin runs. Start no other change meanwhile: it ' +
    'would wait behind it.',

  check({ suspendCount }) {
    if (suspendCount === null || suspendCount === 0) return []
    return [
      {
        labels: {},
        message: 'SCST is suspended: the I/O of all initiators is frozen.',
        evidence: { suspend_count: suspendCount, source: '/sys/kernel/scst_tgt/suspend' },
      },
    ]
  },
}

/** One alert for the whole: what differs belongs together and is put right together. */
export const scstConfigurationDiffers: Rule<'scst'> = {
  alert: 'ScstConfigurationDiffers',
  name: 'SCST differs from its configuration file',
  subject: 'scst',
  severity: 'warning',
  source: 'scst',
  forSeconds: 0,
  description:
    'What runs is not what the file says, so a restart would change what initiators see.',
  action:
    'Look at each difference and decide which side is right. Then write the running configuration to the file ' +
    '(`scstadmin -write_config`, after a copy of the file), or apply the file (`scstadmin -config`), which can take ' +
    'LUNs from initiators that use them.',

  check({ running, config }) {
    const { path, differences } = config
    if (!running || differences.length === 0) return []
    const words = differences.map(
      ({ kind, path: place, configured, running: now }) =>
        `${place} ${
          kind === 'changed'
            ? `is ${now ?? 'not set'}, not ${configured ?? 'unset'}`
            : kind === 'missing'
              ? 'is missing'
              : 'is not in the file'
        }`,
    )
    return [
      {
        labels: {},
        message:
          `SCST differs from ${path} in ${countText(differences.length, 'place')}: ` +
          `${listText(words)}.`,
        evidence: { config: path, differences, source: `/sys/kernel/scst_tgt, ${path}` },
      },
    ]
  },
}

/** Targets below a driver that is off, or whose user space daemon is gone, take no logins. */
export const scstTargetDriverDown: Rule<'scst'> = {
  alert: 'ScstTargetDriverDown',
  name: 'SCST target driver down',
  subject: 'scst',
  severity: 'critical',
  source: 'scst',
  forSeconds: 0,
  description: 'No initiator can log in to the targets of this driver.',
  action:
    'For iSCSI see whether iscsi-scstd runs, and start it if it does not. Then enable the driver. Restarting ' +
    'scst.service instead ends the sessions of all drivers.',

  check(scst) {
    if (!scst.running) return []
    const findings: Finding[] = []
    for (const driver of scst.drivers) {
      const reason = whyDown(driver)
      const targets = countTargets(scst, driver.name)
      if (reason === null || targets === 0) continue
      findings.push({
        labels: { driver: driver.name },
        message: `The target driver ${driver.name} of ${countText(targets, 'target')} ${reason}.`,
        evidence: {
          enabled: driver.enabled,
          open_state: driver.openState,
          target_count: targets,
          source: `/sys/kernel/scst_tgt/targets/${driver.name}`,
        },
      })
    }
    return findings
  },
}

function whyDown({ enabled, openState }: ScstDriver): string | null {
  if (openState !== null && openState !== 'open') {
    return `has no daemon connected (${openState})`
  }
  return enabled === false ? 'is disabled' : null
}

/** Targets that ought to be served: those the file enables, without a file all there are. */
function countTargets({ config, targets }: Scst, driver: string): number {
  const wanted = config.targets?.filter(({ enabled }) => enabled) ?? targets
  return wanted.filter((target) => target.driver === driver).length
}
