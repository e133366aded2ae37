import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError } from '../config/config-error.ts'
import { loadConfig } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import type { Host } from '../host/host.ts'
import { packageRoot } from '../package.ts'
import {
  configOptions,
  CONFIG_USAGE,
  EXIT_DONE,
  EXIT_FAILED,
  parseWords,
  type Command,
  type Surroundings,
} from './command.ts'
import { certificateChecks } from './certificate-checks.ts'
import { channelChecks } from './channel-checks.ts'
import { daemonChecks } from './daemon-checks.ts'
import { daemonUser, type DaemonUser } from './daemon-user.ts'
import { deviceChecks } from './device-checks.ts'
import { fail, findingOf, ok, type Check, type Finding } from './finding.ts'
import { machineChecks } from './machine-checks.ts'
import { privilegedChecks } from './privileged-checks.ts'
import { secretChecks } from './secret-checks.ts'
import { localClient, settingsOf, type ConfigValues } from './settings.ts'
import { printTable } from './table.ts'
import type { Style, Terminal } from './terminal.ts'
import { unitChecks } from './unit-checks.ts'
import { upkeepChecks } from './upkeep-checks.ts'

/** What takes longer hangs. */
const CHECK_TIMEOUT_MS = 20_000

/** Says what is in the way of the daemon on this machine. */
export const doctor: Command = {
  name: 'doctor',
  usage: `usage: storwarden doctor [options]

Looks at this machine as the user who runs it, and changes nothing; root looks at what the user
of the unit may. Exit status 1 when something has to be mended before storwardend can run or see.

${CONFIG_USAGE}`,

  async run(argv, around) {
    const { values } = parseWords(argv, configOptions)
    const looked = await lookAtConfig(values, around)
    const machine = around.openHost(looked.config)
    try {
      const findings = await examine(looked, around, machine.host)
      const failed = findings.some(({ status }) => status === 'fail')
      if (values.json) around.terminal.json({ ok: !failed, checks: findings })
      else print(around.terminal, findings)
      return failed ? EXIT_FAILED : EXIT_DONE
    } finally {
      await machine.stop()
    }
  },
}

/** Looks at everything at once, each for as long as it may take. */
export async function examine(
  { config, check }: LookedAt,
  around: Surroundings,
  host: Host,
): Promise<Finding[]> {
  const uid = process.getuid?.() ?? 0
  let asked: Promise<DaemonUser> | null = null
  const user = () => (asked ??= daemonUser(host, uid))
  const client = localClient(config, around)
  const checks = [
    check,
    ...machineChecks(host, {
      nodeVersion: process.versions.node,
      nodeWanted: await wantedNode(),
      scstConfigPath: config.scst.config_path,
      mhvtlConfigDir: config.mhvtl.config_dir,
    }),
    ...deviceChecks(host, user),
    ...privilegedChecks(config, uid),
    ...unitChecks(host),
    ...daemonChecks(host, config, client),
    ...certificateChecks(host, config, { user, now: around.now }),
    ...channelChecks(config, client, around.now),
    ...secretChecks(config, around),
    ...upkeepChecks(host, config, around.now),
  ]
  return await Promise.all(checks.map((one) => findingOf(one, CHECK_TIMEOUT_MS)))
}

/** The configuration that the rest is looked at with, and what is to be said of it. */
export interface LookedAt {
  config: Config
  check: Check
}

/** The configuration, or the defaults where it is broken: the rest is looked at all the same. */
export async function lookAtConfig(values: ConfigValues, around: Surroundings): Promise<LookedAt> {
  const name = 'configuration'
  try {
    const config = await settingsOf(values, around)
    return { config, check: { name, look: async () => ok('valid') } }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const { faults } = error
    const look = async () => fail(faults.join('; '), 'mend what is named')
    const stateDir = values['state-dir']
    const overrides = stateDir === undefined ? {} : { state_dir: stateDir }
    return { config: await loadConfig({ file: null, env: {}, overrides }), check: { name, look } }
  }
}

async function wantedNode(): Promise<string> {
  const text = await readFile(join(packageRoot, 'package.json'), 'utf8')
  return (JSON.parse(text) as { engines: { node: string } }).engines.node
}

const styles: Readonly<Record<Finding['status'], Style>> = {
  ok: 'good',
  unknown: 'faint',
  warn: 'warning',
  fail: 'bad',
}

function print(terminal: Terminal, findings: readonly Finding[]): void {
  printTable(
    terminal,
    [{ title: 'CHECK', whole: true }, { title: '' }, { title: 'FOUND' }],
    findings.map(({ check, status, message }) => [
      check,
      { text: status, style: styles[status] },
      message,
    ]),
  )
  const advised = findings.filter(({ advice }) => advice !== null)
  if (advised.length > 0) terminal.line()
  for (const { check, advice } of advised) terminal.line(`${check}: ${advice ?? ''}`)
}
