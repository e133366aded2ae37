#!/usr/bin/env node
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { DAEMON_USAGE, parseDaemonArguments } from './arguments.ts'
import { lastWords } from './log/last-words.ts'
import { isClone, packageRoot, version } from './package.ts'

// What is read and thrown away again would let V8's young generation grow from 3 MB to 48, and the daemon by
// as much and more; it is loaded after this, as loading alone makes it grow.
setFlagsFromString('--semi-space-growth-factor=1')
const { configFileOf, loadConfig } = await import('./config/load.ts')

// Bad usage and configuration are the operator's to mend; restarting would not help.
const EXIT_USAGE = 2

const stopping = new AbortController()
// Node would write its stack line by line, each an entry of the journal without a priority.
process.on('uncaughtException', ({ stack, message }) => {
  process.stderr.write(lastWords(stack ?? message, process.env))
  process.exit(1)
})

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
    const { startDaemon } = await import('./app.ts')
    const daemon = startDaemon(config, {
      ...{ ...given, stopping: stopping.signal },
      configFile: configFileOf(sources.file),
      // Started anew it stands by.
      onSuperseded: () => fail(new Error('another storwardend has taken over the database')),
    })
    // Set before it has started: a signal would end us half way, the one of logrotate too.
    const reload = () => daemon.then((started) => started.reload(() => loadConfig(sources)))
    process.on('SIGHUP', () => void reload().catch(fail))
    // Ctrl-C reaches us twice, from the terminal and from npm: the second must not cut the stop short.
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        stopping.abort()
        void daemon.then((started) => started.stop()).then(() => process.exit(0), fail)
      })
    }
    await daemon
  }
} catch (error) {
  fail(error)
}

function fail(error: unknown): never {
  const { code = '', name, message } = error as Error & { code?: string }
  // What had started before it was told to stop has stopped again.
  if (stopping.signal.aborted && name === 'AbortError') process.exit(0)
  process.stderr.write(lastWords(message, process.env))
  process.exit(['ERR_USAGE', 'ERR_CONFIG'].includes(code) ? EXIT_USAGE : 1)
}
