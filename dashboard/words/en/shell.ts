/** What stands around the pages. */
export const shell = {
  product: 'storwarden',
  skip: 'Skip to the content',
  menu: 'Menu',
  close: 'Close',
  pages: 'Pages',
  groups: {
    now: 'Now',
    tape: 'Tape',
    storage: 'Storage',
    work: 'Work',
    daemon: 'Monitoring',
    rules: 'Alerting',
    access: 'Access',
  },
  connection: {
    connecting: 'Connecting…',
    live: 'Live',
    lost: (ago: string) => `No connection for ${ago}. What is shown is from before.`,
    ended: 'Not connected',
    again: 'Try now',
  },
  outdated: { text: 'The daemon was updated since this page was loaded.', reload: 'Load it again' },
  theme: { label: 'Colours', auto: 'As the system', light: 'Light', dark: 'Dark' },
  account: 'Account',
  logOut: 'Log out',
  keys: 'Keys',
  notFound: 'There is no such page.',
  toOverview: 'To the overview',
}

/** The forms before the pages. */
export const entrance = {
  title: 'Log in',
  user: 'User',
  password: 'Password',
  enter: 'Log in',
  hint: 'The first password of admin is in the file initial-admin-password of the state directory.',
  ended: 'The session has ended. Log in again.',
  unreachable: 'The daemon does not answer.',
  again: 'Try again',
  /** Why the identity provider has brought nobody in, by the word that the daemon sends the browser back with. */
  provider: {
    unavailable: 'The identity provider does not answer.',
    failed: 'The login at the identity provider did not succeed. Try again.',
    refused: 'The identity provider gives you no role here.',
    too_many_failures: 'Too many logins have failed. Try again in some minutes.',
  } as Readonly<Record<string, string>>,
  change: {
    title: 'Choose a password',
    why: 'Somebody else has made your password. Choose one that nobody knows.',
    current: 'Password',
    new: 'New password',
    save: 'Change',
  },
}
