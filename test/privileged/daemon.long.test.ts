import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import t, { type Test } from 'tap'
import { packageRoot } from '../../src/package.ts'
import { makeStateDirectory } from '../support/database.ts'
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts'
import { layOut, recordedTools } from '../support/laid-out.ts'
import {
  DAEMON_USER,
  inOwnMounts,
  noOtherUsers,
  startProgram,
} from '../support/privileged-program.ts'
import { recorded } from '../support/recorded.ts'
import { shortFolder } from '../support/short-folder.ts'

const RECORDING = '01-steady'
const SECRET = 'hidden-secret'
const USER = ['setpriv', `--reuid=${DAEMON_USER}`, `--regid=${DAEMON_USER}`, '--clear-groups']
// Without what tap would have processes of Node load, which writes where this user may not.
const AS_USER = [...USER, 'env', '-u', 'NODE_OPTIONS']
/** What these say to who is not root (util-linux 2.38, LVM 2.03.16, smartmontools 7.3). */
const WARNING = 'WARNING: Running as a non-root user. Functionality may be unavailable.'
const LVM = `echo '  ${WARNING}' >&2; echo '{"report":[]}'; exit 5`
const TOOLS = {
  dmesg: "echo 'dmesg: read kernel buffer failed: Operation not permitted' >&2; exit 1",
  smartctl: 'case $* in --scan*) ;; *) echo \'{"smartctl":{"exit_status":2}}\'; exit 2;; esac',
  ...{ vgs: LVM, lvs: LVM, pvs: LVM },
}

function noDaemonOfOthers(): string | false {
  const main = join(packageRoot, 'dist/src/main.js')
  const reachable = () =>
    spawnSync(USER[0] ?? '', [...USER.slice(1), 'test', '-r', main]).status === 0
  return noOtherUsers() || (reachable() ? false : 'other users cannot read this folder')
}

interface Machine {
  folder: string
  tools: Record<string, string>
  files: Record<string, string>
  scstConfig: string
}

/** The machine of the recording: its sysfs, its commands and its configuration of SCST, which is root's alone. */
function machineOf(t: Test): Machine {
  const folder = shortFolder(t)
  layOut(RECORDING, '/sys/', join(folder, 'tree'))
  const answers = join(folder, 'answers')
  mkdirSync(answers)
  const tools = recordedTools(RECORDING, TOOLS, answers)
  const scstConfig = join(folder, 'scst.conf')
  const configured = (recorded(RECORDING).file('/etc/scst.conf') ?? '').replace(
    'TARGET_DRIVER iscsi {',
    `$&\n\tIncomingUser "joe ${SECRET}"`,
  )
  writeFileSync(scstConfig, configured, { mode: 0o600 })
  // initdb wants to know who runs it.
  const passwd = join(folder, 'passwd')
  const entry = `storwarden:x:${DAEMON_USER}:${DAEMON_USER}::/:/usr/sbin/nologin\n`
  writeFileSync(passwd, `${readFileSync('/etc/passwd', 'utf8').trimEnd()}\n${entry}`)
  const files = { '/sys': join(folder, 'tree/sys'), '/etc/passwd': passwd }
  return { folder, tools, files, scstConfig }
}

async function daemonOn(
  t: Test,
  machine: Machine,
  { user, socket }: { user: readonly string[]; socket: string | null },
): Promise<TestDaemon> {
  const folder = shortFolder(t)
  const config = join(folder, 'config.yaml')
  writeFileSync(
    config,
    JSON.stringify({
      scst: { config_path: machine.scstConfig },
      host: { privileged_socket: socket },
    }),
  )
  const stateDir = await makeStateDirectory(t)
  if (user.length > 0) chownSync(stateDir, DAEMON_USER, DAEMON_USER)
  const under = inOwnMounts(folder, machine, user)
  return await startTestDaemon(t, { arguments: ['--config', config], stateDir, under })
}

/** Everything that it knows of hardware, without when it was read. */
async function readings(daemon: TestDaemon): Promise<Record<string, unknown>> {
  const kinds = [
    'targets',
    'devices',
    'sessions',
    'disks',
    'arrays',
    'volume-groups',
    'enclosures',
    'ports',
  ]
  const found = await Promise.all(
    kinds.map(async (kind) => {
      const said = await daemon.get<object>(`/api/v1/hardware/${kind}`).catch(String)
      return [kind, JSON.parse(JSON.stringify(said, withoutTimes))] as const
    }),
  )
  return Object.fromEntries(found)
}

/** Times, and counters of the machine that the tests run on. */
function withoutTimes(key: string, value: unknown): unknown {
  return key === 'io' || /(?:_at|since|age_seconds)$/.test(key) ? undefined : value
}

await t.test('a daemon that is not root', { skip: noDaemonOfOthers() }, async (t) => {
  const machine = machineOf(t)
  const program = await startProgram(t, {
    ...{ tools: machine.tools, files: machine.files, mode: '666' },
    words: ['--user', 'storwarden', '--scst-config', machine.scstConfig],
  })
  const root = await daemonOn(t, machine, { user: [], socket: null })
  const expected = await readings(root)
  t.match(expected, {
    disks: { total: 15, state: 'read', error: null },
    'volume-groups': { total: 1, state: 'read', error: null },
    targets: { state: 'read', error: null },
  })
  await root.end('SIGTERM')

  await t.test('sees with the privileged program what root sees', async (t) => {
    const daemon = await daemonOn(t, machine, { user: AS_USER, socket: program.socket })
    const status = readFileSync(`/proc/${daemon.pid}/status`, 'utf8')
    t.match(status, new RegExp(`^Uid:(?:\\s+${DAEMON_USER}){4}$`, 'm'))
    t.match(status, /^CapEff:\s+0{16}$/m)
    t.strictSame(await readings(daemon), expected)

    const requests = program.audited().filter(({ event }) => event === 'request')
    t.strictSame(
      [
        ...new Set(
          requests.map(({ operation, decision }) => `${String(operation)} ${String(decision)}`),
        ),
      ].sort(),
      ['kernel_log', 'lvm_report', 'read_scst_config', 'smart_report', 'smart_scan'].map(
        (operation) => `${operation} granted`,
      ),
    )
    const pids = requests.map(({ peer }) => (peer as { pid: number }).pid)
    t.strictSame([...new Set(pids)], [daemon.pid])
    t.notOk(JSON.stringify([program.audited(), daemon.log]).includes(SECRET))
    await daemon.end('SIGTERM')
  })

  await t.test('says without it what it may not see', async (t) => {
    const daemon = await daemonOn(t, machine, { user: AS_USER, socket: null })
    t.match(await readings(daemon), {
      'volume-groups': { total: null, state: 'failed', error: 'vgs: permission denied' },
      targets: { error: `${machine.scstConfig}: permission denied` },
      disks: { items: [{ smart: { state: 'unknown' } }] },
    })
    await daemon.end('SIGTERM')
  })

  await t.test('says what to start where it is not running', async (t) => {
    const socket = join(machine.folder, 'nobody')
    const daemon = await daemonOn(t, machine, { user: AS_USER, socket })
    const words = `storwarden-privileged at ${socket}: there is no such socket: systemctl start storwarden-privileged.socket`
    t.match(await readings(daemon), {
      'volume-groups': { total: null, state: 'failed', error: words },
      targets: { error: words },
    })
  })
})
