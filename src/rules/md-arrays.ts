import type { MdArray } from '../collectors/md-arrays.ts'
import type { Finding, Rule } from './rule.ts'
import { countText, percentText } from './words.ts'

/** One more failed disk, or not even that, and the data is gone. */
export const arrayDegraded: Rule<'md_arrays'> = {
  alert: 'ArrayDegraded',
  name: 'RAID array degraded',
  subject: 'md_arrays',
  severity: 'critical',
  source: 'storage',
  forSeconds: 0,
  description:
    'The array has lost members and with them its redundancy: one more failed disk, or not even that, and the ' +
    'data is gone.',
  action:
    'Find the failed disk with `mdadm --detail`, and make sure of its serial number before you pull it: pulling a good ' +
    'one ends the array. Replace it and add the new one with `mdadm --manage … --add`.',

  check(arrays) {
    return arrays.filter(({ degraded }) => degraded !== null && degraded > 0).map(degradedFinding)
  },
}

function degradedFinding(array: MdArray): Finding {
  const { name, level, raidDisks, degraded, syncAction, syncProgress } = array
  const faulty = array.members
    .filter(({ states }) => states.includes('faulty'))
    .map(({ device }) => device)
  const lost = faulty.length > 0 ? ` Failed: ${faulty.join(', ')}.` : ''
  const rebuild =
    syncAction === 'recover' && syncProgress !== null
      ? ` It is being rebuilt: ${percentText(syncProgress * 100)} done.`
      : ''
  const missing = countText(degraded ?? 0, 'member')
  return {
    labels: { array: name },
    message: `The ${level} array ${name} lacks ${missing} of ${raidDisks}.${lost}${rebuild}`,
    evidence: {
      id: array.id,
      level,
      array_state: array.state,
      member_count: raidDisks,
      missing_member_count: degraded,
      failed_devices: faulty,
      sync_action: syncAction,
      source: `/sys/block/${name}/md/degraded`,
    },
  }
}

/** An array that is assembled and does not run serves nothing. */
export const arrayInactive: Rule<'md_arrays'> = {
  alert: 'ArrayInactive',
  name: 'RAID array inactive',
  subject: 'md_arrays',
  severity: 'critical',
  source: 'storage',
  forSeconds: 0,
  description:
    'The array could not be started, usually because too few members were found: nothing that lies on it can be ' +
    'read or written.',
  action:
    'See `mdadm --detail`, `mdadm --examine` of its members and the kernel log, and look for disks and cables that ' +
    'are missing. Do not force it together, and do not create it anew: either can destroy what is on it.',

  check(arrays) {
    return arrays
      .filter(({ state }) => state === 'inactive')
      .map(({ id, name, level, members }) => ({
        labels: { array: name },
        message: `The array ${name} is there but not started; ${countText(members.length, 'member')} found.`,
        evidence: {
          id,
          level,
          members_found: members.map(({ device }) => device),
          source: `/sys/block/${name}/md/array_state`,
        },
      }))
  },
}
