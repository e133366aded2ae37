import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { makeSelfSigned } from '../../src/tls/self-signed.ts'
import { ServerCertificate, type CertificateChange } from '../../src/tls/server-certificate.ts'
import { filePair, selfSignedFile, selfSignedPair } from '../../src/tls/sources.ts'
import { Clock } from '../support/clock.ts'
import type { Teardown } from '../support/database.ts'
import { lacks, run } from '../support/peer.ts'

const start = new Date('2026-11-28T03:00:00Z')

/** A certificate in files, and everything that is told of it. */
function watched(t: Teardown, folder: string, passphrase: string | null = null) {
  const clock = new Clock()
  clock.now = start
  const changes: string[] = []
  let wake: () => void = () => undefined
  const certificate = new ServerCertificate({
    name: 'listen',
    source: filePair({
      ...{ certificateFile: join(folder, 'fullchain.pem'), keyFile: join(folder, 'privkey.pem') },
      passphrase,
    }),
    minVersion: 'TLSv1.2',
    now: () => clock.now,
    settleMs: 20,
    onChange({ kind, error, facts }: CertificateChange) {
      changes.push(
        error === null
          ? `${kind}: ${facts.subject}`
          : `${kind}: ${error.slice(error.indexOf('pem: ') + 5)}`,
      )
      wake()
    },
  })
  t.teardown(() => certificate.stop())
  return {
    certificate,
    clock,
    changes,
    /** Resolves with the changes when there are so many. */
    told: async (count: number) => {
      while (changes.length < count) await new Promise<void>((resolve) => (wake = resolve))
      return changes
    },
  }
}

function write(folder: string, name: string, now = start) {
  const { certificate, key } = makeSelfSigned([name], now)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'fullchain.pem'), certificate)
  writeFileSync(join(folder, 'privkey.pem'), key)
}

t.test('a pair that is written over is used, and half of one is not', async (t) => {
  const folder = t.testdir()
  write(folder, 'one')
  const { certificate, changes, told } = watched(t, folder)
  await certificate.start()
  let replaced = 0
  certificate.onReplaced(() => (replaced += 1))
  const first = certificate.secureContext()
  const other = makeSelfSigned(['two'], start)
  writeFileSync(join(folder, 'fullchain.pem'), other.certificate)
  t.strictSame(await told(1), ['refused: the key is not that of the certificate'])
  t.strictSame(certificate.secureContext(), first, 'the old one stays')
  t.match(certificate.state(), {
    subject: 'CN=one',
    error: /fullchain.pem: the key is not that of the certificate$/,
    failingSince: start,
  })
  writeFileSync(join(folder, 'privkey.pem'), other.key)
  t.strictSame((await told(2))[1], 'replaced: CN=two')
  t.match(certificate.state(), { subject: 'CN=two', error: null, failingSince: null })
  t.strictSame(certificate.secureContext(), {
    ...{ cert: other.certificate, key: other.key, minVersion: 'TLSv1.2' },
  })
  t.equal(replaced, 1)
  await certificate.reload()
  t.equal(changes.length, 2, 'the same again is no news')
})

t.test('certbot swaps links', async (t) => {
  const folder = t.testdir({ live: {} })
  const link = (name: string, version: number) => {
    symlinkSync(`../archive/${version}/${name}`, join(folder, 'live', `${name}.new`))
    renameSync(join(folder, 'live', `${name}.new`), join(folder, 'live', name))
  }
  write(join(folder, 'archive', '1'), 'one')
  write(join(folder, 'archive', '2'), 'two')
  for (const name of ['fullchain.pem', 'privkey.pem']) link(name, 1)
  const { certificate, told } = watched(t, join(folder, 'live'))
  await certificate.start()
  for (const name of ['privkey.pem', 'fullchain.pem']) link(name, 2)
  t.strictSame(await told(1), ['replaced: CN=two'], 'not one word of the moment between')
})

t.test('what cannot be a pair is named, and told of once', async (t) => {
  const folder = t.testdir()
  write(folder, 'one')
  const { certificate, changes } = watched(t, folder)
  await certificate.start()
  const file = (name: string) => join(folder, name)
  const good = readFileSync(file('fullchain.pem'), 'utf8')
  const key = readFileSync(file('privkey.pem'), 'utf8')
  const tries: [string, string, string][] = [
    ['', key, 'the certificate is not PEM'],
    [good.slice(0, 300), key, 'the certificate is cut short'],
    [good.replace(/\n[^-].*/, '\nAAAA'), key, 'the certificate cannot be read'],
    [good, 'nothing', 'the key cannot be read'],
    [good, key.slice(0, 100), 'the key cannot be read'],
    ['x'.repeat(2_000_000), key, 'is too large'],
  ]
  for (const [certificateText, keyText, reason] of tries) {
    writeFileSync(file('fullchain.pem'), certificateText)
    writeFileSync(file('privkey.pem'), keyText)
    await certificate.reload()
    t.match(certificate.state().error, reason)
    const { length } = changes
    await certificate.reload()
    t.equal(changes.length, length, `${reason}: not told of again`)
  }
  rmSync(file('fullchain.pem'))
  await certificate.reload()
  t.match(certificate.state().error, /fullchain.pem: cannot be read: ENOENT$/)
  t.equal(certificate.state().subject, 'CN=one')
  t.notMatch(changes.join('\n'), /BEGIN|MHc|nothing/, 'nothing of a key is told')
})

t.test(
  'a certificate that has ended, or not begun, does not replace one that is good',
  async (t) => {
    const folder = t.testdir()
    write(folder, 'one')
    const { certificate } = watched(t, folder)
    await certificate.start()
    write(folder, 'old', new Date('2020-01-01T00:00:00Z'))
    await certificate.reload()
    t.equal(certificate.state().error, 'the certificate ended on 2021-02-01T00:00:00.000Z')
    write(folder, 'new', new Date('2030-01-01T00:00:00Z'))
    await certificate.reload()
    t.equal(
      certificate.state().error,
      'the certificate is not valid before 2029-12-31T23:00:00.000Z',
    )
    t.equal(certificate.state().subject, 'CN=one')
  },
)

t.test(
  'at the start one that has ended is better than none, and no pair ends the start',
  async (t) => {
    const folder = t.testdir()
    write(folder, 'old', new Date('2020-01-01T00:00:00Z'))
    const old = watched(t, folder)
    await old.certificate.start()
    t.ok(old.certificate.state().remainingSeconds < 0)
    rmSync(join(folder, 'privkey.pem'))
    await t.rejects(watched(t, folder).certificate.start(), {
      code: 'ERR_CERTIFICATE',
      message: `${join(folder, 'privkey.pem')}: cannot be read: ENOENT`,
    })
  },
)

t.test('a key with a passphrase', { skip: lacks('openssl', 'version') }, async (t) => {
  const folder = t.testdir()
  write(folder, 'one')
  const key = join(folder, 'privkey.pem')
  run('openssl', [
    'pkcs8',
    '-topk8',
    '-in',
    key,
    '-out',
    `${key}.locked`,
    '-passout',
    'pass:swordfish',
  ])
  renameSync(`${key}.locked`, key)
  const { certificate } = watched(t, folder, 'swordfish')
  await certificate.start()
  t.equal(certificate.secureContext().passphrase, 'swordfish')
  await t.rejects(watched(t, folder).certificate.start(), {
    message: /the key needs a passphrase$/,
  })
  await t.rejects(watched(t, folder, 'cod').certificate.start(), {
    message: /the passphrase does not open the key$/,
  })
})

t.test(
  'a pair of our own is made once, for those names, and anew a month before its end',
  async (t) => {
    const stateDir = t.testdir()
    let names = ['appliance', '127.0.0.1', 'fe80:0::1']
    const source = selfSignedPair(stateDir, () => names)
    const made = await source.read(start)
    const mode = (file: string) => (statSync(join(stateDir, 'tls', file)).mode & 0o777).toString(8)
    t.strictSame([mode('key.pem'), mode('certificate.pem')], ['600', '644'])
    t.equal(readFileSync(selfSignedFile(stateDir), 'utf8'), made.cert)
    t.strictSame((await source.read(start)).facts, made.facts, 'the same is read again')
    names = [...names, 'other.example.org']
    const wider = await source.read(start)
    t.match(wider.facts.names, [
      'appliance',
      '127.0.0.1',
      'FE80:0:0:0:0:0:0:1',
      'other.example.org',
    ])
    t.strictSame((await source.read(new Date('2027-11-30T02:00:00Z'))).facts, wider.facts)
    const renewed = await source.read(new Date('2027-11-30T04:00:00Z'))
    t.strictSame(renewed.facts.notAfter, new Date('2028-12-31T04:00:00Z'))
    writeFileSync(join(stateDir, 'tls', 'key.pem'), 'half')
    t.not(
      (await source.read(start)).facts.fingerprint,
      renewed.facts.fingerprint,
      'what is broken is made anew',
    )
  },
)
