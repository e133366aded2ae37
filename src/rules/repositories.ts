import type { Repositories } from '../collectors/repositories.ts'
import type { Rule } from './rule.ts'

/** What is written to its mount point goes to the file system of the system, and fills that. */
export const repositoryNotMounted: Rule<'repositories'> = {
  alert: 'RepositoryNotMounted',
  name: 'Repository not mounted',
  subject: 'repositories',
  severity: 'critical',
  source: 'storage',
  // When the machine starts mounts come one after the other.
  forSeconds: 60,
  description:
    'Backups that are written there now go to the file system below the mount point, fill it, and are hidden when the ' +
    'repository is mounted again; those that are in the repository cannot be read.',
  action:
    'Stop the jobs that write there. `systemctl status` of its mount unit and the kernel log say why it is not ' +
    'mounted; look at its disks, volume and file system, mount it, and look for what was written below it meanwhile.',

  check({ missing }: Repositories) {
    return (missing ?? []).map(({ mountPoint, device, source }) => ({
      labels: { mountpoint: mountPoint },
      message:
        source === 'configuration'
          ? `${mountPoint} is named as a repository, and nothing is mounted there.`
          : `${mountPoint} (${device ?? 'unknown device'}) is not mounted, and ${source === 'fstab' ? '/etc/fstab' : 'a mount unit'} has it.`,
      evidence: { device: device ?? 'unknown', configured_by: source, source: '/proc/1/mountinfo' },
    }))
  },
}
