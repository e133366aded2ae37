import { hostname } from 'node:os'
import { basename, dirname, resolve } from 'node:path'
import { performance } from 'node:perf_hooks'
import { UsageError } from '../arguments.ts'
import { loadConfig } from '../config/load.ts'
import { ConfigError } from '../config/config-error.ts'
import type { Config } from '../config/schema.ts'
import { settings } from '../config/settings.ts'
import { valueAt, withValue, type Tree } from '../config/tree.ts'
import { Secrets } from '../host/redact.ts'
import { version } from '../package.ts'
import {
  commandItems,
  daemonItems,
  databaseItems,
  logItems,
  recordingItem,
} from './bundle-items.ts'
import { writeBundle, type BundleItem } from './bundle-writer.ts'
import {
  atLeastOne,
  configOptions,
  CONFIG_USAGE,
  EXIT_DONE,
  parseWords,
  type Command,
  type Surroundings,
} from './command.ts'
import { examine, lookAtConfig } from './doctor.ts'
import { recordInto } from './record.ts'
import { localClient, settingsOf, type ConfigValues } from './settings.ts'
import { bytes, counted } from './words.ts'

const DEFAULT_MEBIBYTES = 50
const RECORDING_MS = 55_000
/** One that is shorter may be a word like any other. */
const SECRET_LENGTH = 4

/** Writes down what a fault report needs. */
export const supportBundle: Command = {
  name: 'support-bundle',
  usage: `usage: storwarden support-bundle [options]

Writes one file for a fault report: what doctor says, the configuration, health, what the daemon
has read of each subject and when, alerts, events and tasks, ends of logs, units, a recording of this machine, and statistics of the database.
Changes nothing and opens no tape. Passwords, tokens and CHAP secrets are left out; names of
hosts, users, file systems and initiators are in it. What hangs, fails or is missing is noted in
its manifest.json and keeps nothing else out. With STORWARDEN_TOKEN the daemon is asked for more.

  --output FILE    where to; storwarden-support-HOST-TIME.tar.gz in this directory if not said
  --max-size MIB   what is in it at most, not compressed; ${DEFAULT_MEBIBYTES} if not said
  --no-recording   leaves the recording out, which takes up to a minute
${CONFIG_USAGE}`,

  async run(argv, around) {
    const { values } = parseWords(argv, {
      ...{ output: { type: 'string' }, 'max-size': { type: 'string' } },
      ...{ 'no-recording': { type: 'boolean' }, ...configOptions },
    })
    const mebibytes = atLeastOne('max-size', values['max-size']) ?? DEFAULT_MEBIBYTES
    if (mebibytes > 2048) throw new UsageError([`--max-size ${mebibytes}: must be at most 2048`])
    const { terminal, now } = around
    const time = now()
      .toISOString()
      .replaceAll(/[-:]|\.\d+/g, '')
    const output = resolve(values.output ?? `storwarden-support-${hostname()}-${time}.tar.gz`)
    const { config, fault } = await configOf(values, around)
    const machine = around.openHost(config)
    try {
      const items = itemsOf(config, fault, { values, around, host: machine.host })
      const { entries, size } = await writeBundle(items, {
        ...{ directory: dirname(output), name: basename(output), now },
        maxBytes: mebibytes * 1024 ** 2,
        redact: await redactor(config, machine.host),
        elapsedSeconds: () => performance.now() / 1000,
        progress: (name) => {
          if (values.json !== true) terminal.note(name)
        },
        about: { application: 'storwarden', version, host: hostname() },
      })
      const failed = entries.filter(({ error }) => error !== null)
      const short = entries.filter(({ cut_bytes: cut }) => cut > 0)
      if (values.json) terminal.json({ path: output, size_bytes: size, items: entries })
      else {
        terminal.line(`${output}: ${bytes(size)}, ${counted(entries.length, 'file')}`)
        for (const { name, error } of failed) terminal.line(`not in it: ${name}: ${error ?? ''}`)
        for (const { name, cut_bytes: cut } of short) {
          terminal.line(`too long: ${name}: ${bytes(cut)} left out`)
        }
      }
      return EXIT_DONE
    } finally {
      await machine.stop()
    }
  },
}

interface Asking {
  values: ConfigValues & { 'no-recording'?: boolean | undefined }
  around: Surroundings
  host: ReturnType<Surroundings['openHost']>['host']
}

function itemsOf(config: Config, fault: string | null, asking: Asking): BundleItem[] {
  const { values, around, host } = asking
  const token = (around.env.STORWARDEN_TOKEN ?? '').trim()
  const client = localClient(config, around, { token: token === '' ? null : token })
  const quick = { timeoutMs: 30_000, keeps: 'begin' } as const
  const recording = recordingItem(
    (directory, signal) => recordInto(directory, config, { around, host, signal }),
    RECORDING_MS,
  )
  return [
    {
      ...{ ...quick, name: 'doctor.json' },
      collect: async () =>
        JSON.stringify(await examine(await lookAtConfig(values, around), around, host), null, 2),
    },
    {
      ...{ ...quick, name: 'configuration.json' },
      async collect() {
        const shown = withoutSecrets(config)
        return await Promise.resolve(JSON.stringify({ fault, configuration: shown }, null, 2))
      },
    },
    ...daemonItems(client, token !== ''),
    ...databaseItems(config),
    ...logItems(config),
    ...commandItems(host),
    ...(values['no-recording'] === true ? [] : [recording]),
  ]
}

/** The configuration, or the defaults where it is broken: the rest is of interest all the same. */
async function configOf(
  values: ConfigValues,
  around: Surroundings,
): Promise<{ config: Config; fault: string | null }> {
  try {
    return { config: await settingsOf(values, around), fault: null }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const stateDir = values['state-dir']
    const overrides = stateDir === undefined ? {} : { state_dir: stateDir }
    return { config: await loadConfig({ file: null, env: {}, overrides }), fault: error.message }
  }
}

function withoutSecrets(config: Config): unknown {
  return settings.reduce<Tree>(
    (tree, { path, schema }) => {
      const isSet = schema.secret === true && typeof valueAt(tree, path) === 'string'
      return isSet ? withValue(tree, path, '…') : tree
    },
    config as unknown as Tree,
  )
}

/** Takes out what is known to be a secret, and what looks like one. */
async function redactor(
  config: Config,
  host: Asking['host'],
): Promise<(name: string, content: Uint8Array) => Uint8Array> {
  const secrets = new Secrets()
  const path = config.scst.config_path
  const text = await Promise.race([
    host.readText(path).catch(() => ''),
    new Promise<string>((resolve) => setTimeout(resolve, 5_000, '').unref()),
  ])
  secrets.learn(path, text)
  const own = settings.flatMap(({ path: of, schema }) => {
    const value = schema.secret === true ? valueAt(config, of) : null
    return typeof value === 'string' && value.length >= SECRET_LENGTH ? [value] : []
  })
  const passwords = own.flatMap((value) =>
    URL.canParse(value) && new URL(value).password !== ''
      ? [decodeURIComponent(new URL(value).password), new URL(value).password]
      : [],
  )
  // As JSON has them, too.
  const quoted = own.map((value) => JSON.stringify(value).slice(1, -1))
  const known = [...own, ...quoted, ...passwords].sort((a, b) => b.length - a.length)
  return (name, content) => {
    const text = Buffer.from(content).toString('latin1')
    const latin = known.map((one) => Buffer.from(one).toString('latin1'))
    let clean = text
    for (const one of latin) clean = clean.replaceAll(one, 'REDACTED')
    const bytes = clean === text ? content : Buffer.from(clean, 'latin1')
    return secrets.inBytes(name, bytes)
  }
}
