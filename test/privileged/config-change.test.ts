import { createHash } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { Secrets } from '../../src/host/redact.ts'
import { StuckCalls } from '../../src/host/stuck-calls.ts'
import { replacingConfig } from '../../src/privileged/config-file.ts'

const FILE = `# ours
HANDLER vdisk_fileio {
	DEVICE old {
		filename /srv/elsewhere/old.img
	}
}
TARGET_DRIVER iscsi {
	TARGET t1 {
		IncomingUser "joe secretsecret"
	}
}
`
const TOLD = FILE.replace('joe secretsecret', 'joe REDACTED')

/** A file that the program may replace, and what it is asked with. */
function open(t: Pick<Test, 'testdir'>) {
  const folder = t.testdir({
    etc: { 'scst.conf': FILE },
    storage: { 'a.img': '' },
    other: { 'b.img': '' },
  })
  const path = join(folder, 'etc/scst.conf')
  chmodSync(path, 0o640)
  let minute = 0
  const now = () => new Date(Date.UTC(2026, 10, 20, 21, minute++))
  const storage = join(folder, 'storage')
  const replace = replacingConfig({ calls: new StuckCalls(now), storage: [storage], now })
  return {
    ...{ folder, path, storage },
    text: () => readFileSync(path, 'utf8'),
    write: (text: string, read = TOLD) => replace({ path, text, expected_sha256: sha256(read) }),
    kept: () => readdirSync(join(folder, 'etc')).filter((name) => name !== 'scst.conf'),
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function withDevice(handler: string, name: string, attributes = ''): string {
  return `${TOLD}HANDLER ${handler} {\n\tDEVICE ${name} {\n${attributes}\n}\n}\n`
}

t.test('it is replaced with its passwords, mode and old ones kept', async (t) => {
  const { path, text, write, kept } = open(t)
  t.equal(new Secrets().inFile(path, FILE), TOLD)
  const old = await write(`${TOLD}# more\n`)
  t.equal(text(), `${FILE}# more\n`)
  t.equal(statSync(path).mode & 0o777, 0o640)
  t.equal(readFileSync(old ?? '', 'utf8'), FILE)
  t.strictSame(kept(), ['scst.conf.storwarden-20261120T210000.000Z'])
  // Whoever may read it says what was read.
  await write(FILE, text())
  for (let count = 0; count < 12; count++) await write(TOLD)
  t.equal(kept().length, 10)
  t.equal(text(), FILE)
})

t.test('one that was changed meanwhile stays', async (t) => {
  const { text, write, kept } = open(t)
  await t.rejects(write('', `${TOLD}# else\n`), {
    code: 'ERR_REFUSED',
    message: /changed meanwhile/,
  })
  t.strictSame([text(), kept()], [FILE, []])
})

t.test('what makes no sense, and a password that nobody knows, are refused', async (t) => {
  const { write, text } = open(t)
  await t.rejects(write('HANDLER x {'), { code: 'ERR_REFUSED', message: /not closed/ })
  await t.rejects(write(TOLD.replace('joe', 'eva')), { message: /no password of eva of t1/ })
  await t.rejects(write(TOLD.replace('TARGET t1', 'TARGET t2')), {
    message: /no password of joe of t2/,
  })
  t.equal(text(), FILE)
})

t.test(
  'nothing of the machine is opened that was not, but libraries and what is below storage',
  async (t) => {
    const { write, text, folder, storage } = open(t)
    mkdirSync(join(folder, 'root'))
    symlinkSync(join(folder, 'other/b.img'), join(storage, 'link.img'))
    const refused = [
      withDevice('vdisk_blockio', 'd', 'filename /dev/sda'),
      withDevice('vdisk_fileio', 'd', 'filename /etc/shadow'),
      withDevice('vdisk_fileio', 'd', `filename ${folder}/other/b.img`),
      withDevice('vdisk_fileio', 'd', `filename ${storage}/../other/b.img`),
      withDevice('vdisk_fileio', 'd', `filename ${storage}/link.img`),
      withDevice('vdisk_fileio', 'd', `filename ${storage}/none.img`),
      withDevice('vdisk_fileio', 'd', `filename ${storage}/a.img\npr_file_name /etc/cron.d/x`),
      withDevice('dev_disk', '0:0:0:0'),
      withDevice('dev_tape', 'x'),
      withDevice('scst_user', 'x'),
      // Of another handler it is another thing.
      TOLD.replace('vdisk_fileio', 'vdisk_blockio'),
    ]
    for (const wanted of refused) await t.rejects(write(wanted), { code: 'ERR_REFUSED' }, wanted)
    t.equal(text(), FILE)
    const known = () => new Secrets().inFile('scst.conf', text())
    for (const wanted of [
      withDevice('vdisk_fileio_', 'd').replace('vdisk_fileio_', 'vdisk_nullio'),
      withDevice('dev_tape', '3:0:1:0'),
      withDevice('dev_changer', '3:0:0:0'),
      withDevice('vdisk_blockio', 'd', `filename ${storage}/a.img`),
      // Taken out and put back.
      '# nothing\n',
    ]) {
      await write(wanted, known())
      t.equal(text(), wanted.replace('joe REDACTED', 'joe secretsecret'))
    }
    await write(FILE, known())
    t.equal(text(), FILE)
  },
)

t.test('a link, and what is no file, are left alone', async (t) => {
  const { folder, text } = open(t)
  const now = () => new Date('2026-11-20T21:00:00Z')
  const replace = replacingConfig({ calls: new StuckCalls(now), storage: [], now })
  symlinkSync(join(folder, 'etc/scst.conf'), join(folder, 'link.conf'))
  const asked = { text: '', expected_sha256: sha256(FILE) }
  await t.rejects(replace({ path: join(folder, 'link.conf'), ...asked }))
  await t.rejects(replace({ path: join(folder, 'storage'), ...asked }), { code: 'ERR_REFUSED' })
  t.equal(text(), FILE)
  const fresh = join(folder, 'new.conf')
  t.equal(await replace({ path: fresh, text: '# first\n', expected_sha256: sha256('') }), null)
  t.equal(statSync(fresh).mode & 0o777, 0o600)
  writeFileSync(`${fresh}.storwarden-new`, 'left by a crash')
  await replace({ path: fresh, text: '# second\n', expected_sha256: sha256('# first\n') })
  t.equal(readFileSync(fresh, 'utf8'), '# second\n')
})
