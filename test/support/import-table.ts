import { composition } from './composition.ts'

/** What a unit may import, and why no more. */
export interface Row {
  /** Folders and top-level modules of src; "type x" admits nothing of x but its types. */
  imports: string[]
  /** Packages and modules of Node; "node" stands for all of the latter. */
  packages: string[]
  because: string
}

const SHAPES = [
  ...['type snapshot', 'type collectors', 'type inventory', 'type tape-alerts'],
  ...['type cartridges', 'type consistency', 'type history', 'type incidents', 'type notify'],
  'type tasks',
  'type tls',
  'type backups',
  'type fleet',
  'type db',
]

/** What a folder of src, a module at its top, or the web page may import from outside itself. */
export const table: Record<string, Row> = {
  scsi: {
    imports: [],
    packages: [],
    because: 'bytes in, objects out: it can be tested from a hex dump',
  },
  scst: {
    imports: ['type collectors'],
    packages: [],
    because: 'what is wanted and what is running are text and data to it',
  },
  repositories: {
    imports: ['host', 'type collectors'],
    packages: [],
    because: 'what LVM, mount units and file systems say are text and data to it',
  },
  vtl: {
    imports: ['type collectors'],
    packages: [],
    because: 'files of mhvtl are text and data to it',
  },
  config: {
    imports: [],
    packages: ['node', 'typebox', 'ajv', 'yaml', 'croner'],
    because: 'a leaf: sections of it are handed down, nothing is handed to it',
  },
  manual: {
    imports: ['config', 'cli', 'arguments', 'privileged'],
    packages: [],
    because: 'pages and completions are made of the help and the schema, and of nothing else',
  },
  db: {
    imports: ['make-directory'],
    packages: ['node', 'pg'],
    because: 'a leaf, and the only one that knows pg; it starts the embedded server itself',
  },
  archive: { imports: [], packages: ['node'], because: 'bytes in, files out' },
  backups: {
    imports: ['archive', 'db', 'make-directory'],
    packages: ['node'],
    because: 'it writes down what is in a database, whatever that is, and files',
  },
  lifecycle: { imports: [], packages: [], because: 'a leaf' },
  log: {
    imports: ['make-directory', 'printable'],
    packages: ['node', 'pino'],
    because: 'it is told, and asks nobody',
  },
  'loop-delay': {
    imports: [],
    packages: ['node'],
    because: 'a leaf: a clock, and nothing of ours',
  },
  networks: { imports: [], packages: ['node'], because: 'a leaf' },
  'make-directory': { imports: [], packages: ['node'], because: 'a leaf' },
  package: { imports: [], packages: ['node'], because: 'a leaf' },
  printable: { imports: [], packages: [], because: 'a leaf: text in, text out' },
  arguments: { imports: [], packages: ['node'], because: 'a leaf: words in, options out' },
  host: {
    imports: [],
    packages: ['node', 'systeminformation'],
    because: 'the machine does not know what it is asked for',
  },
  privileged: {
    imports: ['arguments', 'host', 'package', 'repositories', 'scst', 'vtl'],
    packages: ['node', 'ajv', 'typebox'],
    because: 'what runs as root is as little as can be',
  },
  collectors: {
    imports: ['host', 'repositories', 'scsi', 'scst', 'snapshot'],
    packages: ['node:timers/promises'],
    because: 'what reaches past its Host cannot be replayed',
  },
  snapshot: {
    imports: [
      ...['type cartridges', 'type collectors', 'type inventory', 'type tape-alerts'],
      ...['type consistency', 'type history', 'type host', 'type incidents', 'type notify'],
      ...['type db', 'type tasks', 'type tls', 'type backups'],
      'type fleet',
    ],
    packages: [],
    because: 'it is a shape',
  },
  numbers: {
    imports: ['snapshot', 'collectors', 'repositories'],
    packages: [],
    because: 'a count of what the snapshot holds',
  },
  rules: {
    imports: [...SHAPES, 'snapshot'],
    packages: ['chevrotain', 're2js'],
    because: 'a rule is a function of the snapshot: no clock, no database, no I/O',
  },
  alerts: {
    imports: ['rules', 'db', 'events', 'snapshot', 'type collectors', 'type history'],
    packages: ['node', 'croner'],
    because: 'it does not know who will be told',
  },
  healing: {
    imports: ['alerts', 'db', 'events'],
    packages: [],
    because: 'it decides from alerts and what was done before; tasks do it',
  },
  cartridges: {
    imports: ['db', 'collectors', 'snapshot'],
    packages: [],
    because: 'it remembers what snapshots held; counters are compared by those who read them',
  },
  happenings: {
    imports: ['db', 'events', 'type auth', 'type collectors', 'snapshot'],
    packages: [],
    because: 'what happened is told by two readings, by uevents and by the audit trail',
  },
  'tape-alerts': {
    imports: ['host', 'scsi', 'db', 'events', 'type snapshot', 'type collectors'],
    packages: ['node'],
    because:
      'who reads what is cleared by reading has to keep it, and tells of it with what it keeps',
  },
  notify: {
    imports: [
      ...['db', 'networks', 'type events', 'type alerts', 'type config', 'type rules'],
      'type reports',
    ],
    packages: ['node', 'nodemailer', 'net-snmp', 'croner'],
    because: 'it does not know why',
  },
  reports: {
    imports: [
      ...['alerts', 'auth', 'backups', 'cartridges', 'db', 'history', 'incidents', 'notify'],
      ...['consistency', 'rules', 'tasks', ...SHAPES, 'snapshot'],
    ],
    packages: ['node', 'croner'],
    because: 'it puts together what the stores tell of a while, and asks no machine',
  },
  tape: {
    imports: ['collectors', 'db', 'host', 'scsi'],
    packages: ['node:timers/promises'],
    because: 'what is moved is decided by what was read just now, and by nothing else',
  },
  tasks: {
    imports: ['host', 'repositories', 'scst', 'vtl', 'db', 'events', 'tape', 'type snapshot'],
    packages: ['node:crypto', 'node:timers/promises', 'node:zlib', 'croner', 'typebox'],
    because: 'nobody else changes the machine',
  },
  operations: {
    imports: ['type collectors', 'type snapshot'],
    packages: [],
    because: 'it counts what it is told of',
  },
  incidents: {
    imports: ['alerts', 'auth', 'db', 'events'],
    packages: [],
    because: 'it puts together what alerts, people and events tell, and asks no machine',
  },
  inventory: {
    imports: ['db', ...SHAPES, 'snapshot'],
    packages: [],
    because: 'it remembers what snapshots held',
  },
  consistency: {
    imports: ['collectors', 'db', 'scst', 'snapshot', 'type host'],
    packages: ['node'],
    because:
      'what sides say is compared in one place; it reads media and changes nothing but its own',
  },
  history: {
    imports: ['db', 'type exporter', 'type numbers', 'snapshot', 'type collectors'],
    packages: [],
    because: 'it keeps the numbers that were exported',
  },
  events: {
    imports: ['db', 'type snapshot'],
    packages: [],
    because: 'what happened is data to it',
  },
  auth: {
    imports: ['db'],
    packages: ['node', '@node-rs/argon2', 'openid-client'],
    because: 'it knows who may, not what',
  },
  health: {
    imports: ['db', ...SHAPES, 'snapshot', 'type loop-delay'],
    packages: ['node'],
    because: 'one model of what is up, drawn from what was read',
  },
  fleet: {
    imports: ['config', 'db', 'events', 'history', 'type snapshot', 'alerts', 'type log'],
    packages: ['node', 'nats', 'ajv', 'typebox'],
    because:
      'it carries what the stores have from one daemon to another; the only one that knows nats',
  },
  exporter: {
    imports: [...SHAPES, 'snapshot', 'loop-delay', 'type alerts', 'type numbers'],
    packages: ['prom-client'],
    because: 'it shows what was read and reads nothing itself',
  },
  hub: {
    imports: ['auth', 'db', 'fleet'],
    packages: ['node', 'ws'],
    because: 'topics are data to it',
  },
  api: {
    imports: [
      ...['alerts', 'auth', 'cartridges', 'consistency', 'db', 'events', 'health', 'history'],
      ...['incidents', 'notify', 'rules', 'snapshot', 'operations', 'tasks', 'type collectors'],
      ...['log', 'networks', 'type tape-alerts', 'backups', 'repositories', 'reports', 'fleet'],
    ],
    packages: ['node', 'express', 'helmet', 'ajv', 'ajv-formats', 'marked', 'typebox'],
    because: 'it answers from the stores: never from host, never from collectors',
  },
  tls: {
    imports: ['make-directory'],
    packages: ['node'],
    because: 'a leaf: files in, a certificate and its key out',
  },
  cli: {
    imports: [
      ...['applied-config', 'archive', 'arguments', 'auth', 'backups', 'collectors', 'config'],
      ...['db', 'host', 'lifecycle', 'make-directory', 'package', 'printable', 'reports', 'tls'],
    ],
    packages: ['node'],
    because: 'it is a client; what works without the daemon takes the part that does it',
  },
  monitor: {
    imports: ['type alerts', 'collectors', ...SHAPES, 'type db'],
    packages: ['node:timers/promises'],
    because: 'it asks each store what a snapshot is made of, and evaluates it',
  },
  replay: { imports: ['type host'], packages: [], because: 'it turns the pages of a recording' },
  retention: {
    imports: [
      ...['type config', 'type db', 'alerts', 'auth', 'backups', 'cartridges', 'events'],
      ...['history', 'notify', 'tasks'],
    ],
    packages: [],
    because: 'it names what grows, and who forgets it',
  },
  nightly: {
    imports: ['type log'],
    packages: ['node-cron'],
    because: 'it knows when, not what',
  },
  'applied-config': {
    imports: [
      'config',
      'auth',
      'collectors',
      'type healing',
      'type incidents',
      'type notify',
      'rules',
    ],
    packages: ['node'],
    because: 'what settings change about collectors and rules is data to them',
  },
  dashboard: {
    imports: ['type hub'],
    packages: ['preact', '@preact/signals', 'uplot'],
    because: 'it is a client: it knows the daemon by what it says',
  },
  main: {
    imports: ['app', 'arguments', 'config', 'log', 'package'],
    packages: ['node'],
    because: 'arguments, configuration, signals, exit status',
  },
}

/** What only some of those that may import it by the table may import. */
export const reserved: Record<string, { by: string[]; because: string }> = {
  'node:child_process': { by: ['host', 'db'], because: 'host is the machine, db a server' },
  pg: { by: ['db'], because: 'what pg throws is translated in one place' },
  app: { by: ['main'], because: 'it is the composition root' },
  ...Object.fromEntries(
    Object.entries(composition).map(([part, because]) => [
      part,
      { by: ['app', ...Object.keys(composition)], because },
    ]),
  ),
}
