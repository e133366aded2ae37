import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Answer } from '../../src/cli/answer.ts'
import { certificateChecks } from '../../src/cli/certificate-checks.ts'
import { channelChecks } from '../../src/cli/channel-checks.ts'
import type { Client } from '../../src/cli/client.ts'
import { daemonUser, type DaemonUser } from '../../src/cli/daemon-user.ts'
import { deviceChecks } from '../../src/cli/device-checks.ts'
import { findingOf, type Check } from '../../src/cli/finding.ts'
import { unitChecks } from '../../src/cli/unit-checks.ts'
import { loadConfig } from '../../src/config/load.ts'
import type { Config } from '../../src/config/schema.ts'
import type { Host } from '../../src/host/host.ts'
import { LinuxHost } from '../../src/host/linux-host.ts'
import { makeCertificate } from '../support/certificate.ts'
import { makeStateDirectory } from '../support/database.ts'
import { machineOf } from '../support/machine.ts'
import { lacks } from '../support/peer.ts'

const NOW = new Date('2026-11-28T12:00:00Z')

async function found([check]: readonly Check[]) {
  if (check === undefined) throw new Error('there is no check')
  const { status, message, advice } = await findingOf(check, 10_000)
  return { status, message, advice }
}

async function configOf(env: Readonly<Record<string, string>> = {}): Promise<Config> {
  return await loadConfig({ file: null, env })
}

/** The daemon's user, who may what is said. */
const userWho = (may: DaemonUser['may']) => async (): Promise<DaemonUser> =>
  await Promise.resolve({ name: 'user storwarden', account: 'storwarden', may })
const everything = userWho(() => Promise.resolve(true))

/** This machine, but for what is said. */
function overLinux(linux: LinuxHost, changes: Partial<Host>): Host {
  const stat: Host['stat'] = (path) => linux.stat(path)
  const exists: Host['exists'] = (path) => linux.exists(path)
  return Object.assign(machineOf({}), { stat, exists }, changes)
}

const sysfs = {
  '/sys/class/scsi_generic/sg0/device/type': '0\n',
  '/sys/class/scsi_generic/sg1/device/type': '1\n',
  '/sys/class/scsi_generic/sg2/device/type': '8\n',
  '/sys/class/scsi_tape/st0/dev': '9:0\n',
}
const nodes = { '/dev/sg0': '', '/dev/sg1': '', '/dev/sg2': '' }
const rule = { '/usr/lib/udev/rules.d/60-storwarden.rules': '' }

t.test('nodes of tape drives and libraries, by what access(2) says', async (t) => {
  const asked: string[] = []
  const well = userWho((path, use) => {
    asked.push(`${use} ${path}`)
    return Promise.resolve(true)
  })
  t.strictSame(
    await found(deviceChecks(machineOf({ files: { ...sysfs, ...nodes, ...rule } }), well)),
    {
      status: 'ok',
      message: 'user storwarden may read and write 2 nodes: /dev/sg1 (drive), /dev/sg2 (library)',
      advice: null,
    },
  )
  t.strictSame(asked, ['read and write /dev/sg1', 'read and write /dev/sg2'], 'and of no disk')

  const one = userWho((path) => Promise.resolve(path === '/dev/sg2'))
  const refused = (files: object) =>
    found(deviceChecks(machineOf({ files: { ...sysfs, ...nodes, ...files } }), one))
  const message = 'user storwarden may not read and write /dev/sg1 (drive): they cannot be asked'
  t.strictSame(await refused(rule), {
    ...{ status: 'fail', message },
    advice:
      'udevadm control --reload; udevadm trigger --subsystem-match=scsi_generic, which has 60-storwarden.rules ' +
      'do it again (apt install acl); or setfacl --modify group:storwarden:rw /dev/sg1',
  })
  t.strictSame(await refused({}), {
    ...{ status: 'fail', message },
    advice:
      'setfacl --modify group:storwarden:rw /dev/sg1; so that it stays so, put 60-storwarden.rules of the ' +
      'package into /etc/udev/rules.d',
  })
})

t.test('drives without a generic node, nodes that are not there, and no drive', async (t) => {
  const at = (files: Record<string, string>, may = everything) =>
    found(deviceChecks(machineOf({ files }), may))
  t.match(await at({ '/sys/class/scsi_tape/st0/dev': '9:0\n' }), {
    status: 'fail',
    advice: /^modprobe sg/,
  })
  t.match(await at({ ...sysfs, '/dev/sg1': '' }), {
    status: 'fail',
    message: 'not there: /dev/sg2 (library)',
  })
  t.match(await at({ '/sys/class/scsi_generic/sg0/device/type': '0\n' }), {
    status: 'ok',
    message: 'user storwarden; there is no tape library or drive',
  })
  const nobody = userWho(() => Promise.reject(new Error('setpriv: not found')))
  t.match(await at({ ...sysfs, ...nodes }, nobody), { status: 'unknown', advice: null })
})

const UNIT =
  'systemctl show storwardend.service --property=LoadState,User,Group,SupplementaryGroups'
const noLists = process.getuid?.() !== 0 ? 'takes root' : lacks('setfacl', '--version')

t.test(
  'root asks for the user of the unit, lists and groups included',
  { skip: noLists },
  async (t) => {
    const file = join(await makeStateDirectory(t), 'node')
    writeFileSync(file, '')
    chmodSync(file, 0o660)
    const linux = new LinuxHost()
    t.teardown(() => linux.stop())
    const asUnit = async (stdout: string) => {
      const unit = machineOf({ commands: { [UNIT]: { stdout } } })
      const run: Host['run'] = (argv, options) =>
        (argv[0] === 'systemctl' ? unit : linux).run(argv, options)
      return await daemonUser(overLinux(linux, { run }), 0)
    }
    const nobody = await asUnit('LoadState=loaded\nUser=nobody\nGroup=nogroup\n')
    t.match(nobody, { name: 'user nobody', account: 'nobody' })
    t.equal(await nobody.may(file, 'read'), false)
    execFileSync('setfacl', ['--modify', 'group:nogroup:r', file])
    t.equal(await nobody.may(file, 'read'), true, 'by a list')
    t.equal(await nobody.may(file, 'read and write'), false)
    execFileSync('setfacl', ['--modify', 'group:nogroup:rw', file])
    t.equal(await nobody.may(file, 'read and write'), true)
    execFileSync('setfacl', ['--modify', 'mask::r', file])
    t.equal(await nobody.may(file, 'read and write'), false, 'which the mask takes away again')

    execFileSync('setfacl', ['--remove-all', file])
    chmodSync(file, 0o660)
    chownSync(file, 0, Number(execFileSync('sh', ['-c', 'getent group tape | cut -d: -f3'])))
    t.equal(await nobody.may(file, 'read'), false)
    const more = await asUnit(
      'LoadState=loaded\nUser=nobody\nGroup=nogroup\nSupplementaryGroups=tape\n',
    )
    t.equal(await more.may(file, 'read and write'), true, 'by a group that the unit adds')
    const gone = await asUnit('LoadState=loaded\nUser=no-such-user\nGroup=\n')
    await t.rejects(gone.may(file, 'read'), /no-such-user/)
    t.match(await asUnit('LoadState=not-found\nUser=\n'), { name: 'root', account: null })
    const oneself = await daemonUser(linux, 1000)
    t.match(oneself, { name: 'user 1000', account: null })
    t.equal(await oneself.may('/nonexistent', 'read'), false)
  },
)

const SHOW =
  'systemctl show storwardend.service --property=LoadState,User,NeedDaemonReload,DropInPaths,UnitFileState'
const SECURITY = 'systemd-analyze security --no-pager storwardend.service'

t.test('the unit confines the daemon as it was made to', async (t) => {
  const at = (properties: Record<string, string>, exposure: string | null) => {
    const lines = Object.entries({
      ...{ LoadState: 'loaded', User: 'storwarden', NeedDaemonReload: 'no', DropInPaths: '' },
      ...{ UnitFileState: 'enabled', ...properties },
    }).map(([name, value]) => `${name}=${value}\n`)
    const says = `\n→ Overall exposure level for storwardend.service: ${exposure ?? ''} OK :-)\n`
    const analyze = exposure === null ? {} : { [SECURITY]: { stdout: says } }
    const commands = { [SHOW]: { stdout: lines.join('') }, ...analyze }
    return found(unitChecks(machineOf({ commands })))
  }
  t.strictSame(await at({}, '1.9'), {
    ...{ status: 'ok', message: 'user storwarden, exposed by 1.9 of 10', advice: null },
  })
  const dropIn = '/etc/systemd/system/storwardend.service.d/x.conf'
  t.strictSame(await at({ DropInPaths: dropIn }, '6.3'), {
    status: 'warn',
    message: `exposed by 6.3 of 10, not by 2.0 at most as it is delivered, changed by ${dropIn}`,
    advice:
      'systemd-analyze security storwardend.service says by what; systemctl revert storwardend.service undoes changes',
  })
  t.match(await at({ User: '' }, '1.9'), { status: 'warn', message: /^the daemon runs as root: / })
  t.match(await at({ NeedDaemonReload: 'yes' }, '1.9'), { advice: 'systemctl daemon-reload' })
  t.match(await at({ UnitFileState: 'disabled' }, '1.9'), { status: 'warn' })
  t.match(await at({}, null), { status: 'unknown', message: /systemd-analyze does not say$/ })
  t.match(await at({ LoadState: 'not-found' }, '1.9'), { status: 'unknown' })
  t.match(await found(unitChecks(machineOf({}))), { status: 'unknown', advice: null })
})

/** A daemon that says this of its channels; null does not answer. */
function daemonWith(components: object | null): Client {
  const get = () => {
    const answer = Answer.of({ components })
    return components === null || answer === null
      ? Promise.reject(new Error('ECONNREFUSED'))
      : Promise.resolve(answer)
  }
  return { get } as unknown as Client
}

t.test('channels: none, well, failing, and not known', async (t) => {
  const env = {
    STORWARDEN_NOTIFICATIONS_WEBHOOK_URL: 'https://example.org/secret-path',
    STORWARDEN_NOTIFICATIONS_SYSLOG_HOST: 'log',
  }
  const at = async (components: object | null, more: Record<string, string> = env) =>
    found(channelChecks(await configOf(more), daemonWith(components), () => NOW))
  const up = (last: string | null) => ({
    ...{ status: 'up', message: last === null ? 'nothing was sent yet' : 'messages are taken' },
    details: { waiting: 0, failing_since: null, last_delivered_at: last },
  })
  t.match(await at({}, {}), { status: 'warn', message: /^no channel is set up: / })
  const well = { notifications_webhook: up('2026-11-28T11:00:00Z'), notifications_syslog: up(null) }
  t.match(await at(well), {
    status: 'ok',
    message: /^webhook: last delivery .* \(1 h ago\); syslog: nothing was sent yet$/,
    advice: null,
  })
  const webhook = {
    ...{ status: 'degraded', message: 'messages are not taken' },
    details: {
      ...{ waiting: 3, failing_since: '2026-11-28T11:30:00Z' },
      last_delivered_at: '2026-11-28T10:00:00Z',
    },
  }
  t.match(await at({ ...well, notifications_webhook: webhook }), {
    status: 'warn',
    message:
      /^webhook: failing since .* \(30 min ago\), 3 messages waiting, last delivery .* \(2 h ago\)$/,
    advice:
      'storwarden notifications tells what the other side said; then storwarden notifications test webhook',
  })
  t.match(await at(null), { status: 'unknown', message: /^webhook, syslog: set up; .* not known/ })
  t.match(await at({ notifications_webhook: up(null) }), {
    status: 'warn',
    message: 'syslog: set up, and not in the daemon that runs',
  })
  const unknown = { status: 'unknown', message: 'not looked at yet' }
  t.match(await at({ ...well, notifications_syslog: unknown }), { status: 'unknown' })
})

t.test('the certificate: its end, its names, and who can read its key', async (t) => {
  const { certFile, keyFile } = makeCertificate(t)
  const made = new Date()
  const at = async (
    more: Record<string, string> = {},
    { now = made, user = everything, files = {} } = {},
  ) => {
    const env = {
      STORWARDEN_LISTEN_TLS_CERT_FILE: certFile,
      STORWARDEN_LISTEN_TLS_KEY_FILE: keyFile,
      ...more,
    }
    const linux = new LinuxHost()
    const made = machineOf({ files })
    const readText: Host['readText'] = (path) =>
      path === '/etc/group' ? made.readText(path) : linux.readText(path)
    try {
      const host = overLinux(linux, { readText })
      return await found(certificateChecks(host, await configOf(env), { user, now: () => now }))
    } finally {
      await linux.stop()
    }
  }
  const later = (days: number) => new Date(made.getTime() + days * 86_400_000)
  t.match(await at({}, { now: later(-20) }), { status: 'fail', message: /is not valid before / })
  t.match(await at(), {
    status: 'warn',
    message: `${certFile}: ends in 47 h`,
    advice: /^renew it /,
  })
  t.match(await at({}, { now: later(3) }), { status: 'fail', message: /: ended 24 h ago$/ })
  const other = { STORWARDEN_LISTEN_HOSTS: 'localhost,127.0.0.1,vault.example.org' }
  t.match(await at(other), {
    status: 'warn',
    message: `${certFile}: is not for vault.example.org, but for localhost, 127.0.0.1`,
  })

  chmodSync(keyFile, 0o644)
  t.match(await at(), {
    status: 'fail',
    message: /everybody .* \(mode 0644\)/,
    advice: /^chmod o-rwx /,
  })
  chmodSync(keyFile, 0o640)
  const group = { '/etc/group': 'root:x:0:jo,storwarden\n' }
  t.match(await at({}, { files: group }), { status: 'warn', message: /group root .*: jo$/ })
  t.match(await at(), { message: /ends in/ }, 'a group of nobody else is well')
  const onlyCertificate = userWho((path) => Promise.resolve(path !== keyFile))
  t.match(await at({}, { user: onlyCertificate }), {
    status: 'fail',
    message: `${keyFile}: user storwarden may not read it: storwardend does not start`,
    advice: `chown storwarden ${keyFile}; chmod 600 ${keyFile}`,
  })
  chmodSync(keyFile, 0o600)
  writeFileSync(certFile, 'nonsense')
  t.match(await at(), { status: 'fail', message: `${certFile}: the certificate is not PEM` })
})

t.test('without a certificate it matters who can reach the daemon', async (t) => {
  const at = async (env: Record<string, string>) =>
    found(
      certificateChecks(machineOf({}), await configOf(env), { user: everything, now: () => NOW }),
    )
  t.match(await at({}), {
    status: 'ok',
    message: 'none, and only this machine can reach 127.0.0.1',
  })
  t.match(await at({ STORWARDEN_LISTEN_HOST: '0.0.0.0' }), {
    status: 'warn',
    message: /^0\.0\.0\.0: plain HTTP/,
  })
  t.match(await at({ STORWARDEN_LISTEN_TLS_SELF_SIGNED: 'true' }), { status: 'unknown' })
})
