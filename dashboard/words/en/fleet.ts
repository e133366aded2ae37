/** The page of a fleet, and where its appliances are named elsewhere. */
export const fleet = {
  appliance: 'Appliance',
  all: 'All appliances',
  own: 'This daemon’s own',
  ownShort: 'own',
  atAppliance: 'This is known at the appliance.',
  atApplianceText: (name: string) =>
    `What ${name} does not tell the fleet is shown by its own console.`,
  untold: 'It has not told how it came about.',
  silent: (name: string) => `${name} (silent)`,
  silentSince: (name: string, ago: string) =>
    `${name} fell silent ${ago}: what is shown is from before, and how it is now is unknown.`,
  notKnown: (name: string) => `Nothing was heard of an appliance ${name}.`,
  none: 'No appliance has been heard of',
  noneText:
    'An appliance is listed here as soon as it tells something: set fleet.servers in its configuration.',
  noneMatches: 'No appliance matches',
  search: 'Search appliances',
  deaf: (ago: string) =>
    `The connection to the servers of the fleet was lost ${ago}: how the appliances are now is unknown.`,
  columns: {
    name: 'Appliance',
    state: 'State',
    health: 'Health',
    alerts: 'Alerts that fire',
    heard: 'Last heard',
    version: 'Version',
    lag: 'On their way',
    missing: 'Missing',
    console: 'Console',
  },
  states: { reporting: 'Reports', silent: 'Silent' },

  stateFilter: 'State',
  troubleOnly: 'In trouble',
  health: { up: 'Up', degraded: 'Degraded', down: 'Down', unknown: 'Unknown' } as Readonly<
    Record<string, string>
  >,
  noAlerts: 'None',
  events: (count: string) => (count === '1' ? '1 event' : `${count} events`),
  noLag: 'None',
  open: 'Open',
  openOf: (name: string) => `Open the console of ${name}`,
  noUrl: 'It has not told where its console is.',
  twice: 'Name used twice',
  other: (name: string, ago: string) =>
    `Another machine also calls itself ${name}, last ${ago}: what it tells is left out.`,
  unreadable: (count: string) => `${count} messages could not be read.`,
  sums: {
    reporting: (count: string, total: string) => `${count} of ${total} report`,
    silent: (count: string) => `${count} silent`,
    firing: (count: string) => `${count} alerts fire`,
  },
  alertOf: (name: string) =>
    `This is an alert of ${name}, which alone can acknowledge or resolve it.`,
  toAppliance: (name: string) => `To the console of ${name}`,
  toldThere: 'Whom it told is known at the appliance.',
  tasksThere: (name: string) =>
    `These are the tasks of ${name} as far as its events tell of them. Their steps and logs, and starting or cancelling one, are at its own console.`,
  tasksNone: (name: string) => `${name} has told of no task`,
  loadsThere: 'The loads are known at the appliance.',
}
