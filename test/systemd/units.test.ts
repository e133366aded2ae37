import { appendFileSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { lacks } from '../support/peer.ts'
import { rootWithUnits, said, systemd, units, valuesOf, wordsOf } from '../support/unit-files.ts'

const DAEMON = 'storwardend.service'
const noSystemd = lacks('systemd-analyze', '--version')
const notRoot = process.getuid?.() !== 0 && 'takes root'

t.test('systemd has nothing to say about the units', { skip: noSystemd }, (t) => {
  const root = t.testdir({})
  const folder = rootWithUnits(root)
  // Its exit status is 0 where it only warns of a key that it does not know.
  const verified = () => said('systemd-analyze', 'verify', '--man=no', `--root=${root}`, ...units)
  t.strictSame(verified(), { status: 0, text: '' })
  appendFileSync(join(folder, DAEMON), '\n[Service]\nWatchdogSecs=1\n')
  t.match(verified().text, /storwardend\.service:\d+: Unknown key 'WatchdogSecs'/)
  t.end()
})

t.test('they are exposed by 2.0 or less', { skip: noSystemd }, (t) => {
  const ours = [DAEMON, 'storwarden-backup.service', 'storwarden-report.service']
  for (const unit of ours) {
    const path = join(systemd, unit)
    const { status, text } = said(
      ...['systemd-analyze', 'security', '--offline=true', '--threshold=20', '--no-pager', path],
    )
    t.equal(status, 0, text.trimEnd().split('\n').at(-1) ?? unit)
  }
  t.end()
})

t.test('what is watched comes first where it is there, and is not needed', (t) => {
  const watched = ['postgresql.service', 'scst.service', 'mhvtl.target', 'network-online.target']
  const after = wordsOf(DAEMON, 'After')
  t.strictSame(
    watched.filter((unit) => !after.includes(unit)),
    [],
  )
  const needed = ['Requires', 'Requisite', 'Wants', 'BindsTo', 'PartOf', 'Upholds', 'Conflicts']
  for (const unit of units) {
    const foreign = needed
      .flatMap((key) => wordsOf(unit, key))
      .filter((other) => !other.startsWith('storwarden'))
    t.strictSame(foreign, [], unit)
  }
  t.end()
})

t.test('a configuration that is wrong is not tried again, a watchdog that bites is', (t) => {
  const main = readFileSync(join(systemd, '../src/main.ts'), 'utf8')
  const [, usage = ''] = /EXIT_USAGE = (\d+)/.exec(main) ?? []
  t.strictSame(valuesOf(DAEMON, 'RestartPreventExitStatus'), [usage])
  // systemd.service(5): on-failure includes watchdog and core dump.
  t.strictSame(valuesOf(DAEMON, 'Restart'), ['on-failure'])
  t.strictSame(valuesOf(DAEMON, 'WatchdogSec'), ['2min'])
  t.strictSame(valuesOf(DAEMON, 'Type'), ['notify'])
  t.strictSame(valuesOf(DAEMON, 'NotifyAccess'), ['main'])
  t.strictSame(valuesOf(DAEMON, 'ExecReload'), ['/bin/kill -HUP $MAINPID'])
  t.strictSame(
    valuesOf(DAEMON, 'KillMode'),
    ['mixed'],
    'the daemon stops its database, not systemd',
  )
  t.end()
})

t.test('tape nodes stay closed', (t) => {
  t.strictSame(valuesOf(DAEMON, 'DevicePolicy'), ['closed'])
  t.strictSame(valuesOf(DAEMON, 'DeviceAllow'), ['char-sg rw'])
  t.strictSame(valuesOf(DAEMON, 'SupplementaryGroups'), [], 'tape above all')
  const rules = readFileSync(join(systemd, 'udev/60-storwarden.rules'), 'utf8')
  const subsystems = [...rules.matchAll(/^[^#]*SUBSYSTEM=="([^"]*)"/gm)].map(([, name]) => name)
  t.strictSame(subsystems, ['scsi_generic'])
  t.end()
})

t.test('mounts of the machine can be seen', (t) => {
  for (const key of ['ProtectProc', 'ProcSubset', 'PrivateUsers', 'MemoryDenyWriteExecute']) {
    t.strictSame(valuesOf(DAEMON, key), [], key)
    t.match(readFileSync(join(systemd, DAEMON), 'utf8'), new RegExp(`^# .*\\b${key}=`, 'm'))
  }
  t.end()
})

t.test('each timer starts something, at a time there is', { skip: noSystemd }, (t) => {
  const timers = units.filter((unit) => unit.endsWith('.timer'))
  t.strictSame(timers, ['storwarden-backup.timer', 'storwarden-report.timer'])
  for (const timer of timers) {
    t.ok(units.includes(timer.replace(/timer$/, 'service')), timer)
    t.strictSame(valuesOf(timer, 'Persistent'), ['yes'])
    for (const time of valuesOf(timer, 'OnCalendar')) {
      t.match(said('systemd-analyze', 'calendar', time), { status: 0, text: /Next elapse: / })
    }
  }
  t.end()
})

t.test(
  'the user and its folders',
  { skip: lacks('systemd-sysusers', '--version') || notRoot },
  (t) => {
    const root = t.testdir({ etc: {}, var: {} })
    const made = (program: string, folder: string, ...words: string[]) =>
      said(program, `--root=${root}`, ...words, join(systemd, folder, 'storwarden.conf'))
    t.equal(made('systemd-sysusers', 'sysusers.d').status, 0)
    const passwd = readFileSync(join(root, 'etc/passwd'), 'utf8')
    const [, uid = '', gid = ''] =
      /^storwarden:x:(\d+):(\d+):storwarden:\/var\/lib\/storwarden:\/usr\/sbin\/nologin$/m.exec(
        passwd,
      ) ?? []
    t.not(uid, '', passwd)
    t.notMatch(
      readFileSync(join(root, 'etc/group'), 'utf8'),
      /:.*storwarden$/m,
      'in no other group',
    )

    t.equal(made('systemd-tmpfiles', 'tmpfiles.d', '--create').status, 0)
    const owner = (folder: string) => {
      const { uid, gid, mode } = statSync(join(root, folder))
      return [uid, gid, (mode & 0o7777).toString(8)]
    }
    t.strictSame(owner('etc/storwarden/credentials'), [0, 0, '700'])
    t.strictSame(owner('var/lib/storwarden'), [+uid, +gid, '750'])
    t.strictSame(owner('var/log/storwarden'), [+uid, +gid, '755'])
    const group = readFileSync(join(root, 'etc/group'), 'utf8')
    const [, tape = ''] = /^tape:x:(\d+):/m.exec(group) ?? []
    t.strictSame(owner('run/storwarden'), [0, 0, '755'])
    t.strictSame(owner('run/storwarden/changer-locks'), [+uid, +tape, '2750'])
    t.end()
  },
)

t.test('udev can read the rules', { skip: lacks('udevadm', '--version') || notRoot }, (t) => {
  // In a mount namespace of its own: those of the machine are left alone.
  const script = `mount --bind "$1" /etc/udev/rules.d && udevadm test /sys/devices/virtual/mem/null`
  const test = (folder: string) =>
    said('unshare', '--mount', 'sh', '-c', script, 'sh', folder).text.split('\n')
  const told = test(join(systemd, 'udev'))
  t.ok(
    told.some((line) => line.includes('Reading rules file: /etc/udev/rules.d/60-storwarden.rules')),
  )
  t.strictSame(
    told.filter((line) => /60-storwarden\.rules:\d+/.test(line)),
    [],
  )
  const wrong = t.testdir({ '60-storwarden.rules': 'SUBSYSTEM=="mem", GRUOP="x"\n' })
  t.ok(
    test(wrong).some((line) => line.includes('60-storwarden.rules:1')),
    'it would say so',
  )
  t.end()
})
