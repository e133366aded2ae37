import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { basename, join } from 'node:path'
import t from 'tap'
import { migrationsFolder } from '../../src/cli/migrate.ts'
import { newestMigration } from '../../src/db/migrations.ts'
import { version } from '../../src/package.ts'
import { buildPackage, olderPackage } from '../support/built-package.ts'
import { noDebianRoot, openDebianRoot } from '../support/debian-root.ts'
import {
  AS_DAEMON,
  CONFIG,
  filesOf,
  installed,
  KEPT,
  onServer,
  ROWS,
  sql,
  started,
  STATE,
} from '../support/installed-package.ts'
import { lacks } from '../support/peer.ts'
import { countedCalls, permittedCalls } from '../support/syscall-filter.ts'
import { said } from '../support/unit-files.ts'

const skip = noDebianRoot || lacks('python3', '--version')
/** Debootstrap the first time, and a package of 100 MB several times over. */
t.setTimeout(1_200_000)

/** With events, alerts and inventory; what follows is what an upgrade has to do. */
const OLDEST = 3
t.test('installed, upgraded, removed', { skip }, async (t) => {
  const root = await openDebianRoot(t)
  if (typeof root === 'string') {
    t.plan(0, root)
    return
  }
  const output = t.testdir({})
  const file = buildPackage(output)
  const again = buildPackage(join(output, 'again'))
  t.ok(readFileSync(file).equals(readFileSync(again)), 'the same sources give the same bytes')
  rmSync(again)
  const older = olderPackage(file, output, '0.0.9', OLDEST)
  const before = filesOf(root)

  await t.test('lintian finds nothing', { skip: lacks('lintian', '--version') }, (t) => {
    const kinds = ['control', 'data'].map((kind) => `uses-no-compression-for-${kind}-tarball`)
    const words = ['--allow-root', '--fail-on', 'error,warning', '--suppress-tags', kinds.join(',')]
    t.strictSame(said('lintian', ...words, file), { status: 0, text: '' })
    t.equal(basename(file).split('_')[1], version)
    t.end()
  })

  await t.test('an older version is installed, and there is something to keep', (t) => {
    t.match(installed(root, older), 'user admin; the password is in')
    t.match(
      root.sh('id storwarden'),
      /^uid=\d+\(storwarden\) gid=\d+\(storwarden\) groups=\d+\(storwarden\)$/m,
    )
    t.equal(
      root.sh(`stat -c '%U:%G %a' ${CONFIG} ${STATE}`),
      'root:storwarden 640\nstorwarden:storwarden 750\n',
    )
    root.sh(`printf 'listen: {port: 0}\\n' > ${CONFIG}`)
    root.sh(`${AS_DAEMON} storwarden migrate`)
    t.equal(onServer(root, 'select max(number) from schema_migrations'), String(OLDEST))
    onServer(root, ROWS)
    t.end()
  })

  await t.test('an upgrade brings the database along, and keeps the rest', async (t) => {
    const text = installed(root, file)
    t.match(text, 'version 0.0.9 cannot read it then')
    t.equal(root.sh(`cat ${CONFIG}`), 'listen: {port: 0}\n')
    const { daemon, url } = await started(t, root)
    t.equal((await fetch(`${url}/health`)).status, 200)
    const newest = await newestMigration(migrationsFolder)
    t.equal(sql(root, 'select max(number) from schema_migrations'), String(newest))
    t.equal(sql(root, KEPT), '1000|100|50')
    t.equal(await daemon.stop(), 0)
  })

  await t.test('the version before refuses what it does not know', async (t) => {
    t.match(installed(root, older), /downgrading storwarden/)
    const daemon = root.start('storwarden', {}, '/usr/sbin/storwardend')
    t.equal(await daemon.ended, 1)
    t.match(
      daemon.lines.at(-1),
      /schema \d+ is newer than 3, .* restore a backup of before the upgrade/,
    )
    installed(root, file)
    const { daemon: again } = await started(t, root)
    t.equal(sql(root, KEPT), '1000|100|50', 'nothing was lost by it')
    t.equal(await again.stop(), 0)
  })

  await t.test('the command line works', async (t) => {
    t.equal(root.sh('storwarden --version'), `storwarden ${version}\n`)
    t.match(root.sh(`${AS_DAEMON} storwarden check-config`), /valid/)
    const token = root.sh(`${AS_DAEMON} storwarden token create --name t 2> /dev/null`).trim()
    const { daemon, url } = await started(t, root)
    t.match(root.sh(`STORWARDEN_TOKEN=${token} storwarden status --url ${url}`), /health/i)
    t.equal(await daemon.stop(), 0)
    t.end()
  })

  await t.test('nothing that is loaded when it is needed was left out', (t) => {
    const script = `import { readFileSync } from 'node:fs'
      const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
      for (const name of Object.keys(dependencies)) await import(name)
      process.stdout.write(String(Object.keys(dependencies).length))`
    writeFileSync(root.file('/usr/lib/storwarden/all.mjs'), script)
    t.match(root.sh('cd /usr/lib/storwarden; bin/node all.mjs; rm all.mjs'), /^\d\d$/)
    t.end()
  })

  await t.test('pages and completions are where they are looked for', (t) => {
    for (const page of ['storwarden', 'storwardend', 'storwarden.yaml']) {
      t.match(root.sh(`man ${page}`), new RegExp(`^NAME\\n +${page} - `, 'm'))
    }
    const script = `. /usr/share/bash-completion/bash_completion; _completion_loader storwarden
      COMP_WORDS=(storwarden silence e); COMP_CWORD=2; $(complete -p storwarden | sed 's/.*-F \\([^ ]*\\).*/\\1/')
      echo "\${COMPREPLY[@]}"`
    t.equal(root.run('bash', '-c', script).stdout, 'end\n')
    t.end()
  })

  await t.test('systemd and logrotate have nothing to say', (t) => {
    const verified = root.run('sh', '-c', 'systemd-analyze verify /lib/systemd/system/storwarden*')
    t.strictSame(verified, { ...verified, status: 0, stdout: '', stderr: '' })
    t.notMatch(root.run('logrotate', '-d', '/etc/logrotate.d/storwarden').stderr, /error/i)
    t.end()
  })

  await t.test('logs are rotated, and no line is lost', async (t) => {
    const log = '/var/log/storwarden/storwardend.log'
    writeFileSync(root.file(CONFIG), `listen: {port: 0}\nlog: {file: ${log}}\n`)
    const { daemon, messages } = await started(t, root)
    // What systemd would do, if it ran here.
    const hangUp = 'pkill -HUP -f "^/usr/lib/storwarden/bin/node .*/dist/src/main.js"'
    writeFileSync(
      root.file('/usr/local/bin/systemctl'),
      `#!/bin/sh\necho "$*" >> /tmp/asked; ${hangUp}\n`,
    )
    root.sh('chmod 755 /usr/local/bin/systemctl; mkdir -p /run/systemd/system')
    const rotate = `logrotate -f /etc/logrotate.d/storwarden; until [ -s ${log} ]; do sleep 0.05; done`
    root.sh(
      `(for i in $(seq 60); do ${hangUp}; sleep 0.05; done) & ${rotate}; ${rotate}; ${rotate}; wait`,
    )
    root.sh('rm -r /usr/local/bin/systemctl /run/systemd /var/lib/logrotate/status')
    t.equal(await daemon.stop(), 0)
    t.equal(root.sh('cat /tmp/asked; rm /tmp/asked'), 'reload storwardend.service\n'.repeat(3))
    const files = root.sh(`cd /var/log/storwarden; stat -c '%n %U %a' *`)
    const rotated = ['', '.1', '.2.gz', '.3.gz'].map(
      (end) => `storwardend.log${end} storwarden 640`,
    )
    t.strictSame(files.trimEnd().split('\n'), rotated)
    const lines = Number(
      root.sh(`zcat -f /var/log/storwarden/* | grep -c 'the configuration was read again'`),
    )
    const heard = (await messages()).filter((message) => message === 'READY=1').length
    t.ok(heard > 3, `${heard} times`)
    t.equal(lines, heard, 'a line each time')
  })

  await t.test('the daemon makes no call that its unit forbids', async (t) => {
    writeFileSync(root.file(CONFIG), 'listen: {port: 0}\n')
    const strace = ['strace', '-f', '-c', '-o', '/var/lib/storwarden/calls']
    const { daemon, url } = await started(t, root, strace)
    t.equal((await fetch(`${url}/health/detailed`)).status, 200)
    root.sh('pkill -TERM -f "^/usr/lib/storwarden/bin/node .*/dist/src/main.js"')
    t.equal(await daemon.ended, 0)
    const calls = countedCalls(root.sh('cat /var/lib/storwarden/calls'))
    t.ok(calls.length > 50, `${calls.length} calls`)
    const show = (set: string) => root.sh(`systemd-analyze syscall-filter ${set}`)
    const permitted = permittedCalls('storwardend.service', show)
    t.strictSame(
      calls.filter((call) => !permitted.has(call)),
      ['syslog'],
      'dmesg may not say anything to the user anyway',
    )
  })

  await t.test('configuring twice changes nothing', (t) => {
    const all = filesOf(root)
    root.sh('chmod 600 /etc/storwarden/config.yaml')
    root.sh('/var/lib/dpkg/info/storwarden.postinst configure 0.0.9')
    t.strictSame(filesOf(root), all)
    t.equal(root.sh(`stat -c %a ${CONFIG}`), '600\n', 'also what somebody has set otherwise')
    t.end()
  })

  await t.test('tasks are not ended without a word', async (t) => {
    const server = createServer((request, response) => {
      response.end(request.url === '/metrics' ? 'storwarden_tasks_in_progress 2\n' : '')
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const { port } = server.address() as { port: number }
    const asked = async () => {
      const prerm = root.start('root', {}, '/var/lib/dpkg/info/storwarden.prerm', 'upgrade', '9')
      t.equal(await prerm.ended, 0)
      return prerm.lines
    }
    writeFileSync(root.file(CONFIG), `listen: {port: ${port}}\n`)
    t.match(await asked(), [/carries out 2 tasks; it is stopped, and takes them up again/])
    await new Promise((closed) => server.close(closed))
    t.strictSame(await asked(), [], 'there is no daemon')
    writeFileSync(root.file(CONFIG), 'listen: {')
    t.match(await asked(), [/cannot be told/])
  })

  await t.test('removal keeps what was written, purging does not', async (t) => {
    t.match(root.sh('dpkg -r storwarden 2>&1'), /\/var\/lib\/storwarden and .* stay/)
    t.equal(existsSync(root.file('/usr/lib/storwarden')), false)
    t.match(readFileSync(root.file(CONFIG), 'utf8'), 'listen')
    t.ok(existsSync(root.file(`${STATE}/postgresql/data/PG_VERSION`)))
    const told = root.sh('dpkg -P storwarden 2>&1')
    for (const folder of [STATE, '/var/log/storwarden', '/etc/storwarden/credentials']) {
      t.match(told, `removes ${folder}\n`)
    }
    const left = filesOf(root).filter((name) => !before.includes(name))
    // Of the user, whose number must not become another's.
    t.strictSame(
      left.filter((name) => !/^\/etc\/(?:passwd|group|g?shadow)-$/.test(name)),
      [],
    )
    t.end()
  })
})
