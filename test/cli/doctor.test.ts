import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { findingOf, ok, type Finding } from '../../src/cli/finding.ts'
import { admits, machineChecks, type MachineFacts } from '../../src/cli/machine-checks.ts'
import { lockStateDirectory } from '../../src/db/state-lock.ts'
import type { Host } from '../../src/host/host.ts'
import { runCli, type CliOptions } from '../support/cli.ts'
import { machineOf } from '../support/machine.ts'

const facts: MachineFacts = {
  nodeVersion: '20.20.0',
  nodeWanted: '^20.19.0 || >=22.12.0',
  scstConfigPath: '/etc/scst.conf',
  mhvtlConfigDir: '/etc/mhvtl',
}
const healthy = {
  files: {
    '/sys/class/block/sda/size': '1\n',
    '/proc/stat': 'cpu 1\n',
  },
  commands: {
    'mtx --version': { stdout: 'mtx version 1.3.12\n' },
    'sg_raw --version': { stderr: 'sg_raw 0.4.34 (2021-01-03)\n' },
    'smartctl --version': { stdout: 'smartctl 7.3 2022-02-28 r5338\n' },
    'lsscsi --version': { stderr: 'release: 0.32\n' },
    'scstadmin --version': { exitCode: 1, stdout: 'no such option\n' },
    'lvs --version': { stdout: '  LVM version:     2.03.16(2)\n' },
  },
}

/** The machine, with so much free everywhere. */
function withFree(availableBytes: number): Host {
  const statfs = async () => ({
    totalBytes: 4e9,
    freeBytes: availableBytes,
    availableBytes,
    files: 10,
    filesFree: 10,
  })
  return Object.assign(machineOf(healthy), { statfs })
}

async function found(host: Host, changes: Partial<MachineFacts> = {}) {
  const checks = machineChecks(host, { ...facts, ...changes })
  const findings = await Promise.all(checks.map((check) => findingOf(check, 1000)))
  return new Map(findings.map((finding) => [finding.check, finding]))
}

const briefly = ({ status, message }: Finding) => `${status} ${message}`

t.test('a machine that has everything', async (t) => {
  const findings = [...(await found(machineOf(healthy))).values()]
  t.strictSame(
    findings.map((finding) => `${finding.check}: ${briefly(finding)}`),
    [
      'node: ok Node 20.20.0',
      'tool mtx: ok mtx version 1.3.12',
      'tool sg_raw: ok sg_raw 0.4.34 (2021-01-03)',
      'tool smartctl: ok smartctl 7.3 2022-02-28 r5338',
      'tool lsscsi: ok release: 0.32',
      'tool scstadmin: ok installed',
      'tool lvs: ok LVM version:     2.03.16(2)',
      'sysfs: ok readable, 1 class of devices',
      'scst.conf: ok there is no /etc/scst.conf',
      'device.conf: ok there is no /etc/mhvtl/device.conf',
    ],
  )
  t.strictSame(
    findings.map(({ advice }) => advice),
    findings.map(() => null),
  )
})

t.test('Node has to be one of those that the package names', (t) => {
  const cases = { '20.18.9': false, '20.19.0': true, '20.20.2': true, '21.9.0': false }
  const more = { '22.11.9': false, '22.12.0': true, '24.0.0': true, '18.20.0': false }
  for (const [version, admitted] of Object.entries({ ...cases, ...more })) {
    t.equal(admits('^20.19.0 || >=22.12.0', version), admitted, version)
  }
  t.equal(admits('*', '20.0.0'), false, 'a range that it cannot read')
  t.end()
})

t.test('a tool that is missing, and one that does not answer', async (t) => {
  // What a shell says of a command that is not installed.
  const commands = { ...healthy.commands, 'mtx --version': { exitCode: 127 } }
  const missing = await found(machineOf({ ...healthy, commands }))
  t.strictSame(missing.get('tool mtx'), {
    check: 'tool mtx',
    status: 'warn',
    message: 'not installed: needed for tape libraries, where raw SCSI is not possible',
    advice: 'apt install mtx, if this machine has them',
  })
  const hanging = Object.assign(machineOf(healthy), {
    run: () => new Promise<never>(() => undefined),
  })
  const checks = machineChecks(hanging, facts).filter(({ name }) => name.startsWith('tool '))
  const findings = await Promise.all(checks.map((check) => findingOf(check, 50)))
  t.strictSame(findings[0], {
    check: 'tool mtx',
    status: 'fail',
    message: 'no answer within 0.05 s',
    advice: 'look for what hangs: dmesg, ps with state D',
  })
})

t.test('files of SCST and mhvtl that make no sense', async (t) => {
  const files = {
    ...healthy.files,
    '/etc/scst.conf': 'HANDLER vdisk_fileio {\n  DEVICE a {\n',
    '/etc/mhvtl/device.conf': 'Library: 10 CHANNEL: 00 TARGET: 00 LUN: 00\n',
  }
  const bad = await found(machineOf({ ...healthy, files }))
  for (const name of ['scst.conf', 'device.conf']) t.match(bad.get(name), { status: 'fail' }, name)
  const good = await found(
    machineOf({
      ...healthy,
      files: {
        ...files,
        '/etc/scst.conf':
          'HANDLER vdisk_fileio {\n  DEVICE a {\n    filename /a\n  }\n}\nTARGET_DRIVER iscsi {\n  enabled 1\n  TARGET iqn.x {\n    enabled 1\n    LUN 0 a\n  }\n}\n',
        '/etc/mhvtl/device.conf':
          'VERSION: 5\n\nLibrary: 10 CHANNEL: 00 TARGET: 00 LUN: 00\n Vendor identification: STK\n Product identification: L700\n Unit serial number: X\n',
      },
    }),
  )
  t.equal(good.get('scst.conf')?.message, '/etc/scst.conf: 1 device, 1 target')
  t.equal(good.get('device.conf')?.message, '/etc/mhvtl/device.conf: 1 library, 0 drives')
})

t.test('a machine without sysfs', async (t) => {
  const { '/proc/stat': stat } = healthy.files
  const findings = await found(machineOf({ ...healthy, files: { '/proc/stat': stat } }))
  t.match(findings.get('sysfs'), { status: 'fail', message: '/sys/class is empty' })
})

t.test('a check that rejects has found something', async (t) => {
  const look = () => Promise.reject(new Error('no such thing'))
  t.match(await findingOf({ name: 'x', look }, 1000), { status: 'fail', message: 'no such thing' })
  t.match(await findingOf({ name: 'x', look: async () => ok('well') }, 1000), { advice: null })
})

/** What the command finds about the daemon's part, by check. */
async function doctor(
  argv: readonly string[],
  options: CliOptions = {},
): Promise<{ status: number; findings: Map<string, Finding> }> {
  const said = await runCli(['doctor', '--json', ...argv], { host: withFree(2e9), ...options })
  const { checks } = JSON.parse(said.out) as { checks: Finding[] }
  return { status: said.status, findings: new Map(checks.map((one) => [one.check, one])) }
}

const ready = (database: boolean) => ({
  '/health/ready': { status: database ? 'ready' : 'not_ready', checks: { database } },
})

t.test('before the first start', async (t) => {
  const directory = t.testdir({})
  const stateDir = join(directory, 'state')
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  t.teardown(() => server.close())
  const env = { STORWARDEN_LISTEN_PORT: String(port) }
  const taken = await doctor(['--config', '/dev/null', '--state-dir', stateDir], { env })
  t.equal(taken.status, 1)
  t.match(taken.findings.get('port'), {
    status: 'fail',
    message: `127.0.0.1 port ${port}: another program listens there`,
  })
  const free = await doctor(['--config', '/dev/null', '--state-dir', stateDir], {
    env: { STORWARDEN_LISTEN_PORT: '0' },
  })
  t.equal(free.status, 0)
  t.strictSame(
    ['configuration', 'state directory', 'port', 'database'].map((name) => {
      const finding = free.findings.get(name)
      return finding === undefined ? name : briefly(finding)
    }),
    [
      'ok valid',
      `ok ${stateDir}: is made at the first start, 1.86 GiB free`,
      'ok 127.0.0.1 port 0: free',
      'ok embedded: made at the first start of storwardend',
    ],
  )
  t.notOk(existsSync(stateDir), 'nothing was made')
})

t.test('beside a daemon that runs, and one that does not answer', async (t) => {
  const stateDir = t.testdir({})
  const argv = ['--config', '/dev/null', '--state-dir', stateDir]
  const env = { STORWARDEN_LISTEN_PORT: '0' }
  const lock = await lockStateDirectory(stateDir)
  t.teardown(() => lock.release())
  const silent = await doctor(argv, { env })
  t.strictSame(silent.findings.get('database'), {
    check: 'database',
    status: 'warn',
    message: `embedded: state directory ${stateDir}: in use by process ${process.pid}, and does not answer at http://127.0.0.1:0`,
    advice: 'if it listens elsewhere, say so in the configuration; else look into its log',
  })
  const well = await doctor(argv, { env, answers: ready(true) })
  t.match(well.findings.get('port'), { message: 'storwardend answers at http://127.0.0.1:0' })
  t.match(well.findings.get('database'), { status: 'ok' })
  const ill = await doctor(argv, { env, answers: ready(false) })
  t.match(ill.findings.get('database'), { status: 'fail' })
})

t.test('a broken configuration is one finding among the others', async (t) => {
  const directory = t.testdir({})
  const config = join(directory, 'config.yaml')
  writeFileSync(config, 'nonsense: 1\nlisten: {port: x}\n')
  const { status, findings } = await doctor(['--config', config, '--state-dir', directory], {
    env: {},
  })
  t.equal(status, 1)
  t.match(findings.get('configuration')?.message, /nonsense.*; .*port|port.*; .*nonsense/)
  t.match(findings.get('state directory'), { status: 'ok' })
})

t.test('a database that does not answer is named without its password', async (t) => {
  const { findings } = await doctor(['--config', '/dev/null', '--state-dir', t.testdir({})], {
    env: { DATABASE_URL: 'postgresql://jo:geheim@127.0.0.1:1/x' },
  })
  t.match(findings.get('database'), { status: 'fail', message: /ECONNREFUSED/ })
  t.notMatch(JSON.stringify([...findings.values()]), 'geheim')
})

t.test('people get a table, and what to do below it', async (t) => {
  const stateDir = t.testdir({})
  const said = await runCli(['doctor', '--config', '/dev/null', '--state-dir', stateDir], {
    host: withFree(1e6),
    env: { STORWARDEN_LISTEN_PORT: '0' },
  })
  t.equal(said.status, 0)
  t.match(said.out, /^CHECK +FOUND$/m)
  t.match(said.out, /^state directory +warn +\S+: 977 KiB free$/m)
  t.match(said.out, /^\nstate directory: make room: /m)
})
