import {
  chmod,
  cp,
  lstat,
  mkdir,
  readFile,
  readlink,
  rename,
  stat,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { chooseAccount, parsePasswd } from '../../src/db/embedded/account.ts'
import { findBinaries, parseServerVersion } from '../../src/db/embedded/binaries.ts'
import { prepareDirectories } from '../../src/db/embedded/directories.ts'
import { findSetpriv, launcherFor } from '../../src/db/embedded/launch.ts'
import { LogFile } from '../../src/db/embedded/log-file.ts'
import { parseProcessStat } from '../../src/db/embedded/orphans.ts'
import { copyPackage, packageDirectory } from '../../src/db/embedded/package.ts'
import { makeStateDirectory } from '../support/database.ts'

const root = process.getuid?.() === 0
const passwd = await readFile('/etc/passwd', 'utf8')
const self = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
const launcher = launcherFor(chooseAccount(self, [], passwd), findSetpriv())

t.test('the account', (t) => {
  const users = 'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:\npostgres:x:101:104::/:\n'
  const rootOwns = [{ uid: 0, gid: 0 }]

  t.test('is the daemon’s own when that is not root', (t) => {
    const account = { uid: 7, gid: 8, name: '7', drop: false }
    t.strictSame(chooseAccount({ uid: 7, gid: 8 }, [{ uid: 101, gid: 104 }], users), account)
    t.end()
  })

  t.test('is the owner’s when the daemon is root and the owner is not', (t) => {
    const owner = { uid: 1000, gid: 1001 }
    const account = { ...owner, name: '1000', drop: true }
    t.strictSame(chooseAccount({ uid: 0, gid: 0 }, [...rootOwns, owner], users), account)
    t.end()
  })

  t.test('is postgres, else nobody, when all is root’s', (t) => {
    const choose = (text: string) => chooseAccount({ uid: 0, gid: 0 }, rootOwns, text)
    t.strictSame(choose(users), { uid: 101, gid: 104, name: 'postgres', drop: true })
    const without = users.replace(/^postgres.*\n/m, '')
    t.strictSame(choose(without), { uid: 65534, gid: 65534, name: 'nobody', drop: true })
    t.throws(() => choose('root:x:0:0::/root:/bin/sh\n'), {
      message: /there is no user postgres or nobody/,
    })
    t.throws(() => choose('nobody:x:0:0::/:\n'), { code: 'ERR_EMBEDDED_DATABASE' })
    t.end()
  })

  t.test('any text of /etc/passwd gives accounts with numbers', (t) => {
    const text = fc.string({ unit: fc.constantFrom('a', ':', '1', '\n', '-') })
    t.doesNotThrow(() => {
      fc.assert(
        fc.property(text, (text) =>
          parsePasswd(text).every(({ uid, gid }) => Number.isInteger(uid) && Number.isInteger(gid)),
        ),
      )
    })
    t.end()
  })

  t.end()
})

t.test('/proc/<pid>/stat of a command with blanks and brackets', (t) => {
  t.strictSame(parseProcessStat('12 (a) (b c) S 7 12 12 0 -1\n'), { command: 'a) (b c', parent: 7 })
  t.end()
})

t.test('versions of servers', (t) => {
  t.strictSame(parseServerVersion('postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)'), {
    major: 15,
    version: '15.18',
  })
  t.strictSame(parseServerVersion('postgres (PostgreSQL) 18.4'), { major: 18, version: '18.4' })
  t.strictSame(parseServerVersion('postgres (PostgreSQL) 19beta1'), {
    major: 19,
    version: '19beta1',
  })
  t.equal(parseServerVersion('psql (PostgreSQL) 15.18'), null)
  t.end()
})

t.test('the log keeps one older file, neither beyond its size', async (t) => {
  const path = join(t.testdir({}), 'server.log')
  // Eight bytes a line: twelve lines fit.
  const log = new LogFile(path, 100)
  log.open()
  for (let n = 10; n < 40; n += 1) log.write(`line ${n}`)
  t.match(await readFile(path, 'utf8'), /^line 34\n[^]*line 39\n$/)
  t.match(await readFile(`${path}.1`, 'utf8'), /^line 22\n[^]*line 33\n$/)

  const next = new LogFile(path, 100)
  next.open()
  for (let n = 40; n < 47; n += 1) next.write(`line ${n}`)
  t.equal(await readFile(path, 'utf8'), 'line 46\n')
  t.match(await readFile(`${path}.1`, 'utf8'), /^line 34\n[^]*line 45\n$/)
})

t.test('a log that cannot be written costs its lines only', (t) => {
  const log = new LogFile('/proc/none/server.log')
  log.open()
  t.doesNotThrow(() => {
    log.write('lost')
  })
  t.end()
})

t.test('the machine’s servers, newest first, of the major version that is needed', async (t) => {
  const machine = await makeStateDirectory(t)
  await fake(machine, '14', '14.9')
  await fake(machine, '16', '16.1')
  await fake(machine, '9', '9.6')
  const places = { launcher, only: null, machine, copyTo: machine }
  const find = (major: number | null) => findBinaries({ ...places, major, native: null })

  t.match(await find(null), { directory: join(machine, '16', 'bin'), major: 16, version: '16.1' })
  t.match(await find(14), { directory: join(machine, '14', 'bin'), major: 14, version: '14.9' })
  t.match(await findBinaries({ ...places, major: null }), { major: 16 }, 'before the package')
  await t.rejects(find(15), {
    code: 'ERR_EMBEDDED_DATABASE',
    message:
      /^embedded database: cannot find the server of PostgreSQL 15, which the database needs: \S+\/16\/bin has PostgreSQL 16\.1; .*apt install postgresql-15/,
  })
})

/** Programs that say no more than their version. */
async function fake(machine: string, major: string, version: string): Promise<void> {
  const bin = join(machine, major, 'bin')
  await mkdirOpen(bin)
  for (const name of ['initdb', 'postgres']) {
    await writeFile(join(bin, name), `#!/bin/sh\necho "postgres (PostgreSQL) ${version}"\n`)
    await chmod(join(bin, name), 0o755)
  }
}

const native = packageDirectory()

t.test('the package as npm unpacks it', { skip: native === null && 'not installed' }, async (t) => {
  const here = await makeStateDirectory(t)
  // As the registry has it: no links, and here for its owner alone.
  const unpacked = join(here, 'package', 'native')
  await cp(join(native ?? '', '..'), join(here, 'package'), {
    recursive: true,
    filter: async (path) => !(await lstat(path)).isSymbolicLink(),
  })
  const copyTo = join(here, 'home')
  await mkdirOpen(copyTo)
  const find = () =>
    findBinaries({ launcher, major: null, only: null, machine: '/none', native: unpacked, copyTo })

  t.match(await find(), { directory: join(unpacked, 'bin'), major: 18 })
  t.equal(await readlink(join(unpacked, 'lib', 'libicuuc.so.60')), 'libicuuc.so.60.2')

  await t.test('is copied when the account cannot get at it', async (t) => {
    await chmod(join(here, 'package'), root ? 0o700 : 0o500)
    if (!root) await chmod(join(unpacked, 'bin', 'postgres'), 0o644)
    const found = await find()
    t.match(found, { directory: /\/home\/server-18\.[^/]*\/bin$/, major: 18 })
    t.equal((await stat(join(found.directory, 'postgres'))).mode & 0o777, 0o755)
    t.strictSame(await find(), found, 'once')
    await chmod(join(here, 'package'), 0o755)
  })

  await t.test('is copied whole or not at all', async (t) => {
    await rename(join(unpacked, 'share'), join(unpacked, 'gone'))
    await writeFile(join(unpacked, 'share'), '')
    await t.rejects(copyPackage(unpacked, join(here, 'nowhere')), { code: 'ERR_EMBEDDED_DATABASE' })
    await t.rejects(stat(join(here, 'nowhere')), { code: 'ENOENT' })
  })
})

t.test('a state directory closed to the account', { skip: !root && 'not root' }, async (t) => {
  const here = await makeStateDirectory(t)
  const stateDir = join(here, 'closed', 'state')
  await mkdirOpen(stateDir)
  await chmod(join(here, 'closed'), 0o700)
  const told: string[] = []
  const prepare = () =>
    prepareDirectories(
      stateDir,
      launcher,
      (message) => {
        told.push(message)
      },
      join(here, 'elsewhere'),
    )

  const first = await prepare()

  t.match(first.home, /\/elsewhere\/db-\w{6}$/)
  t.equal(await readlink(join(stateDir, 'postgresql', 'data')), first.data)
  t.match(told, [/ cannot enter .*\/closed\/state\/postgresql: the database is in /])
  t.strictSame(await prepare(), first, 'stays where it is')
  t.equal(told.length, 1)

  await chmod(first.home, 0o700)
  await t.rejects(prepare(), {
    code: 'ERR_EMBEDDED_DATABASE',
    message: new RegExp(`, who runs PostgreSQL, cannot enter ${first.home}$`),
  })
})

t.test('without setpriv the account is dropped to all the same', async (t) => {
  const { output } = await launcherFor(launcher.account, null).run(['id', '-u'])
  t.equal(output, String(launcher.account.uid))
  const missing = await launcherFor(launcher.account, null).run(['/none/postgres', '--version'])
  t.match(missing, { status: null, output: /ENOENT/ })
})

t.test('what is started has neither the daemon’s environment nor its rights', async (t) => {
  process.env.PGOPTIONS = '-c fsync=off'
  t.teardown(() => {
    delete process.env.PGOPTIONS
  })
  const { output } = await launcher.run(['env'])
  t.match(output, /^LC_ALL=C$/m)
  t.notMatch(output, /^(?:PGOPTIONS|HOME|USER)=/m)
  const status = await launcher.run(['cat', '/proc/self/status'])
  t.match(status.output, /^CapEff:\t0+$/m)
  t.match(status.output, /^CapAmb:\t0+$/m)
  t.match(status.output, /^NoNewPrivs:\t1$/m)
})

/** Makes every directory of the path that is not there, passable whatever the umask. */
async function mkdirOpen(path: string): Promise<void> {
  if ((await mkdir(path, { recursive: true })) === undefined) return
  await chmod(path, 0o755)
}
