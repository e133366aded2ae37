#!/usr/bin/env node
import { privilegedProgram } from '../applied-config.ts'
import { loadNative } from '../host/load-native.ts'
import { LinuxHost } from '../host/linux-host.ts'
import { throughPrivileged } from '../host/privileged/through.ts'
import { version } from '../package.ts'
import { clientAt } from './client.ts'
import { EXIT_FAILED } from './command.ts'
import { askSecret } from './secret-prompt.ts'
import { runProgram } from './program.ts'
import { terminalOn } from './terminal.ts'

// Whoever reads has read enough, as `head` does.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', () => process.exit(EXIT_FAILED))
}

// The first time what takes long comes to its end early; the second time is meant.
const interrupted = new AbortController()
let under = 0
const onInterrupt = (): void => {
  under += 1
  interrupted.abort()
  if (under > 1) process.exit(130)
}

const now = () => new Date()
const status = await runProgram(process.argv.slice(2), {
  env: process.env,
  terminal: terminalOn(process.stdout, process.stderr, process.env),
  now,
  connect: clientAt,
  openHost: (config) => {
    process.on('SIGINT', onInterrupt)
    const addon = loadNative()
    const machine = new LinuxHost({ native: 'native' in addon ? addon.native : null })
    const given = privilegedProgram(() => config)
    // Root does itself what it would have done for it.
    const socket = process.getuid?.() === 0 ? null : given.socket
    const { host, stop } = throughPrivileged(machine, { ...given, socket, version, now })
    return { host, stop: () => stop().then(() => machine.stop()) }
  },
  askSecret: (prompt) => askSecret(prompt, process.stdin, process.stderr),
  interrupted: interrupted.signal,
})
// A file call that never came back would keep the process.
process.exit(status)
