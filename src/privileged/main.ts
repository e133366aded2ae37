#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { holdersIn } from '../host/device-holders.ts'
import { LinuxHost } from '../host/linux-host.ts'
import { loadNative } from '../host/load-native.ts'
import { ScstManagement } from '../host/scst-management.ts'
import { StuckCalls } from '../host/stuck-calls.ts'
import { version } from '../package.ts'
import { auditLog } from './audit.ts'
import { carryOut } from './carry-out.ts'
import { readConfigFile, replacingConfig } from './config-file.ts'
import { parseOptions, passedSocket, USAGE, userIdOf } from './options.ts'
import { repositoryChanges, REPOSITORY_PLACES } from './repositories.ts'
import { PrivilegedServer } from './server.ts'
import { configuredDevice, vtlFiles, VTL_PLACES } from './vtl-files.ts'

// Bad usage, and an installation that lacks a part, are the operator's to mend; starting it again would not help.
const EXIT_USAGE = 2

/** Below what the daemon waits for besides the time of the operation itself. */
const MAX_WAIT_MS = 12_000
const TIMES = { messageMs: 5_000, answerMs: 30_000, restMs: 60_000 }

try {
  const options = parseOptions(process.argv.slice(2))
  if (options.help) process.stdout.write(USAGE)
  else if (options.version) process.stdout.write(`storwarden-privileged ${version}\n`)
  else await serve(options)
} catch (error) {
  const { code, message } = error as Error & { code?: string }
  fail(message, code === 'ERR_USAGE' ? EXIT_USAGE : 1)
}

async function serve(options: ReturnType<typeof parseOptions>): Promise<void> {
  // What it makes Node load or listen to is done by then; whoever set it has to hear that it is not wanted.
  if (process.env.NODE_OPTIONS)
    fail('NODE_OPTIONS is set: it is not for a program with these rights')
  const addon = loadNative()
  if ('missing' in addon)
    fail(`without the addon nobody can be told who connects: ${addon.missing}`)
  const { native } = addon
  const descriptor = passedSocket(process.env, process.pid)
  native.takeListener(descriptor)
  const { user, scstConfigPath, scstStorage: storage, idleMs } = options
  const vtl = { ...VTL_PLACES, configDir: options.vtlConfigDir, homePath: options.vtlHomePath }
  const users = new Set([0])
  if (user !== null) users.add(userIdOf(user, readFileSync('/etc/passwd', 'utf8')))
  process.umask(0o077)
  process.chdir('/')

  const now = () => new Date()
  const audit = auditLog((line) => process.stdout.write(line), now)
  const host = new LinuxHost({ native, now, maxWaitMs: MAX_WAIT_MS })
  const calls = new StuckCalls(now)
  const machine = {
    host,
    scst: new ScstManagement({ now }),
    media: { move: host.move.bind(host), ...holdersIn() },
    readConfig: (path: string) => readConfigFile(path, calls),
    vtl: {
      ...vtlFiles(vtl, calls, now),
      configured: (device: number) => configuredDevice(vtl.configDir, device),
    },
    repositories: repositoryChanges({
      ...{ host, calls, confined: true, places: REPOSITORY_PLACES },
    }),
    replaceConfig: replacingConfig({ calls, storage, now }),
  }
  const server = new PrivilegedServer({
    ...{ version, scstConfigPath, audit, users, idleMs, times: TIMES },
    credentialsOf: (connected) => native.peerOf(connected),
    carryOut: (request, limits) => carryOut(request, limits, { machine, scstConfigPath }),
    // What never came back is not asked again, and what fails is left alone for a while.
    remembers: () =>
      host.stuck().length + calls.stuck().length > 0 ||
      host.breakers().some(({ state }) => state !== 'closed'),
    onFailure(error) {
      process.stderr.write(`storwarden-privileged: ${String((error as Error).stack ?? error)}\n`)
    },
    onIdle() {
      audit({ event: 'end', reason: 'idle' })
      process.exit(0)
    },
  })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      audit({ event: 'end', reason: signal })
      void server
        .stop()
        .then(() => host.stop())
        .then(() => process.exit(0))
    })
  }
  await server.start({ fd: descriptor })
  audit({ event: 'start', version, users: [...users], scst_config: scstConfigPath })
}

function fail(message: string, status = EXIT_USAGE): never {
  process.stderr.write(`storwarden-privileged: ${message}\n`)
  process.exit(status)
}
