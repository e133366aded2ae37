/** Disk repositories, on the pages of storage. */
export const repositories = {
  view: 'Repositories',
  kind: 'Repository',
  none: 'There is no repository',
  noneText:
    'A repository is a file system that holds backups or virtual media: the configuration names them, or every one counts that is not part of the system.',
  create: 'Create a repository',
  grow: 'Make it larger',
  /** By `state`. */
  states: { mounted: 'mounted', missing: 'not mounted', unknown: 'not known' },
  missingText: 'It is configured, and nothing is mounted there.',
  volume: 'Logical volume',
  group: 'Volume group',
  freeIn: 'Free in its group',
  free: (bytes: string, extents: string | null) =>
    extents === null ? `${bytes} free` : `${bytes} free, ${extents} extents`,
  noVolume: 'none that LVM has',
  unit: 'Mount unit',
  noUnit: 'none',
  by: { unit: 'by a unit of its own', fstab: 'from fstab' },
  source: 'Known from',
  sources: {
    mountinfo: 'what the kernel has mounted',
    unit: 'its mount unit',
    fstab: 'fstab',
    configuration: 'the configuration',
  },
  volumesRead: 'Volumes read',
  filesystem: 'As a file system',
} as const
