import type { ScstLun, ScstTarget } from '../collectors/scst.ts'
import type { Finding, Rule } from './rule.ts'
import { countText } from './words.ts'

/** A target that the file leaves disabled is nobody's loss. */
export const scstTargetDisabled: Rule<'scst'> = {
  alert: 'ScstTargetDisabled',
  name: 'SCST target disabled',
  subject: 'scst',
  severity: 'critical',
  source: 'scst',
  forSeconds: 0,
  description:
    'The configuration file enables the target, but it is disabled: its initiators cannot log in.',
  action:
    'Find out who disabled it and why. Then enable it again (`scstadmin -enable_target`), or disable it in the file ' +
    'as well.',

  check({ running, targets, config }) {
    if (!running) return []
    const configured = new Set(
      config.targets
        ?.filter(({ enabled }) => enabled)
        .map(({ driver, name }) => `${driver}/${name}`),
    )
    return targets
      .filter(
        ({ driver, name, enabled }) => enabled === false && configured.has(`${driver}/${name}`),
      )
      .map(({ driver, name }) => ({
        labels: { driver, target: name },
        message: `The target ${name} (${driver}) is disabled although ${config.path} enables it.`,
        evidence: {
          config: config.path,
          source: `/sys/kernel/scst_tgt/targets/${driver}/${name}/enabled`,
        },
      }))
  },
}

/** SCST's README says it twice: a set of LUNs without LUN 0 looks empty to an initiator. */
export const scstLunZeroMissing: Rule<'scst'> = {
  alert: 'ScstLunZeroMissing',
  name: 'LUN 0 missing',
  subject: 'scst',
  severity: 'critical',
  source: 'scst',
  forSeconds: 0,
  description:
    'Initiators ask LUN 0 what other LUNs there are; without it they find no device at all.',
  action:
    'Map a device to LUN 0 of this target or group (`scstadmin -add_lun 0`), and have the initiators rescan.',

  check({ targets }) {
    return targets.flatMap((target) =>
      lunSets(target)
        .filter(({ luns }) => luns.length > 0 && luns.every(({ lun }) => lun !== 0))
        .map(({ labels, words, luns, path }) => ({
          labels,
          message: `${words} has ${countText(luns.length, 'LUN')} but no LUN 0: initiators find nothing.`,
          evidence: { luns: luns.map(({ lun }) => lun), source: path },
        })),
    )
  },
}

function lunSets(target: ScstTarget) {
  const { driver, name, luns, groups } = target
  const labels = { driver, target: name }
  const path = `/sys/kernel/scst_tgt/targets/${driver}/${name}`
  const sets: {
    labels: Record<string, string>
    words: string
    luns: readonly ScstLun[]
    path: string
  }[] = [
    { labels, words: `The default set of the target ${name}`, luns, path: `${path}/luns` },
    ...groups.map((group) => ({
      labels: { ...labels, group: group.name },
      words: `The group ${group.name} of the target ${name}`,
      luns: group.luns,
      path: `${path}/ini_groups/${group.name}/luns`,
    })),
  ]
  return sets
}

/** Commands are taken and never answered: a test tool that must not be left on. */
export const scstBlackHole: Rule<'scst'> = {
  alert: 'ScstBlackHole',
  name: 'SCST swallows commands',
  subject: 'scst',
  severity: 'critical',
  source: 'scst',
  forSeconds: 0,
  description:
    'black_hole is set: SCST takes commands of these initiators and drops them on purpose, which is meant for tests. ' +
    'Their I/O hangs until it times out.',
  action:
    'Make sure that nobody tests with it at the moment, then write 0 to its `black_hole` attribute.',

  check({ targets }) {
    const findings: Finding[] = []
    for (const { driver, name, blackHole, groups } of targets) {
      const labels = { driver, target: name }
      const path = `/sys/kernel/scst_tgt/targets/${driver}/${name}`
      if (blackHole !== null && blackHole !== 0) {
        findings.push({
          labels,
          message: `The target ${name} (${driver}) swallows the commands of its initiators (black_hole ${blackHole}).`,
          evidence: { black_hole: blackHole, source: `${path}/black_hole` },
        })
      }
      for (const group of groups) {
        if (group.blackHole === null || group.blackHole === 0) continue
        findings.push({
          labels: { ...labels, group: group.name },
          message: `The group ${group.name} of the target ${name} swallows the commands of its initiators (black_hole ${group.blackHole}).`,
          evidence: {
            black_hole: group.blackHole,
            source: `${path}/ini_groups/${group.name}/black_hole`,
          },
        })
      }
    }
    return findings
  },
}
