#!/usr/bin/env node
import { join } from 'node:path'
import { startDaemon } from './app.ts'
import { DAEMON_USAGE, parseDaemonArguments } from './arguments.ts'
import { loadConfig } from './config/load.ts'
import { isClone, packageRoot, version } from './package.ts'

// Bad usage and configuration are the operator's to mend; restarting would not help.
const EXIT_USAGE = 2

try {
  const given = parseDaemonArguments(process.argv.slice(2))
  const sources = {
    file: given.config ?? undefined,
    env: process.env,
    overrides: given.overrides,
    defaultStateDir: isClone ? join(packageRoot, 'var') : undefined,
  }
  const config = await loadConfig(sources)
  if (given.help) process.stdout.write(DAEMON_USAGE)
  else if (given.version) process.stdout.write(`storwardend ${version}\n`)
  else if (given.checkConfig) process.stdout.write('the configuration is valid\n')
  else {
    const daemon = await startDaemon(config, given)
    process.on('SIGHUP', () => void daemon.reload(() => loadConfig(sources)))
    // Ctrl-C reaches us twice, from the terminal and from npm: the second must not cut the stop short.
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => void daemon.stop().then(() => process.exit(0), fail))
    }
  }
} catch (error) {
  fail(error)
}

function fail(error: unknown): never {
  const { code = '', message } = error as Error & { code?: string }
  process.stderr.write(`storwardend: ${message}\n`)
  process.exit(['ERR_USAGE', 'ERR_CONFIG'].includes(code) ? EXIT_USAGE : 1)
}
