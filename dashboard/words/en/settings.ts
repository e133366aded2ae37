/** The configuration in force. */
export const settings = {
  text: 'As of the last reload. It is changed in the configuration file or by variables, not here; some settings are taken up at the next start only.',
  search: 'Search settings',
  onlyChanged: (count: number) => `Only what is changed (${count})`,
  none: 'No setting matches',
  changed: 'changed',
  byDefault: (value: string) => `by default ${value}`,
  secretSet: 'set (not shown)',
  secretNotSet: 'not set',
  empty: 'not set',
  emptyList: 'none',
  general: 'General',
  variable: 'Variable',
} as const
