import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { Config } from '../config/schema.ts'
import { NotFoundError, type Host } from '../host/host.ts'
import { CertificateError, type Pair } from '../tls/pair.ts'
import { filePair, selfSignedFile, selfSignedKey } from '../tls/sources.ts'
import type { DaemonUser } from './daemon-user.ts'
import { fail, ok, unknown, warn, type Check } from './finding.ts'
import { age } from './times.ts'

/** Renewed by a timer it would have four weeks left. */
const SOON_MS = 21 * 86_400_000

/** What is looked at besides the files. */
interface Around {
  user: () => Promise<DaemonUser>
  now: () => Date
}

/** The certificate of the server: until when it is valid, for which names, and who can read its key. */
export function certificateChecks(host: Host, config: Config, around: Around): Check[] {
  return [{ name: 'certificate', look: () => lookAtCertificate(host, config, around) }]
}

async function lookAtCertificate(host: Host, config: Config, around: Around) {
  const { listen, state_dir: stateDir } = config
  const { self_signed: selfSigned, cert_file: certificateFile, key_file: keyFile } = listen.tls
  if (certificateFile !== null && keyFile !== null) {
    return await lookAtFiles(host, config, { certificateFile, keyFile, selfSigned: false }, around)
  }
  if (selfSigned) {
    const files = { certificateFile: selfSignedFile(stateDir), keyFile: selfSignedKey(stateDir) }
    if (!(await host.exists(files.certificateFile)))
      return unknown('the daemon makes one at its first start')
    return await lookAtFiles(host, config, { ...files, selfSigned: true }, around)
  }
  if (/^(?:127\..*|::1|localhost)$/.test(listen.host)) {
    return ok(`none, and only this machine can reach ${listen.host}`)
  }
  return warn(
    `${listen.host}: plain HTTP, so that passwords and tokens can be read on their way`,
    'set listen.tls.cert_file and key_file, or listen.tls.self_signed: docs/security.md',
  )
}

interface Files {
  certificateFile: string
  keyFile: string
  selfSigned: boolean
}

async function lookAtFiles(host: Host, config: Config, files: Files, { user, now }: Around) {
  const { certificateFile, keyFile, selfSigned } = files
  const daemon = await user()
  for (const path of [certificateFile, keyFile]) {
    const may = await daemon.may(path, 'read').catch(() => null)
    if (may !== false || !(await host.exists(path))) continue
    if (daemon.account === null) {
      return unknown(`${path}: ${daemon.name} may not read it; root looks at it for the daemon`)
    }
    const mend = path === keyFile ? `chown ${daemon.account} ${path}; chmod 600 ${path}` : ''
    return fail(
      `${path}: ${daemon.name} may not read it: storwardend does not start`,
      mend === '' ? `chmod 644 ${path}, and let its folders be passed through` : mend,
    )
  }
  const open = await openKey(host, keyFile, daemon)
  if (open !== null) return open
  let pair: Pair
  try {
    const passphrase = config.listen.tls.key_passphrase
    pair = await filePair({ certificateFile, keyFile, passphrase }).read(now())
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error
    return fail(
      error.message,
      selfSigned
        ? 'systemctl restart storwardend, which makes another one'
        : 'put a certificate and its key there: openssl x509 -noout -text -in FILE shows one',
    )
  }
  return pairFinding(pair, config, files, now())
}

/** What is wrong with who can read the key; null when nothing is. */
async function openKey(host: Host, keyFile: string, { account }: DaemonUser) {
  const stat = await host.stat(keyFile).catch((error: unknown) => {
    if (error instanceof NotFoundError) return null
    throw error
  })
  if (stat === null) return null
  const mode = (stat.mode & 0o7777).toString(8).padStart(4, '0')
  if ((stat.mode & 0o007) !== 0) {
    return fail(
      `${keyFile}: everybody on this machine can use the key (mode ${mode})`,
      `chmod o-rwx ${keyFile}, and have a new key certified: who has this one can be the appliance`,
    )
  }
  if ((stat.mode & 0o070) === 0) return null
  const groups = await host.readText('/etc/group').catch(() => '')
  const entry = groups.split('\n').find((line) => line.split(':')[2] === String(stat.gid))
  const [name = String(stat.gid), , , members = ''] = entry?.split(':') ?? []
  const others = members.split(',').filter((member) => !['', 'root', account].includes(member))
  if (others.length === 0) return null
  return warn(
    `${keyFile}: group ${name} can use the key too (mode ${mode}): ${others.join(', ')}`,
    `gpasswd --delete USER ${name}, or chmod 600 ${keyFile} and chown it to the user of storwardend`,
  )
}

function pairFinding(pair: Pair, config: Config, files: Files, now: Date) {
  const { facts } = pair
  const { certificateFile: path, selfSigned } = files
  const renew = selfSigned
    ? 'systemctl restart storwardend, which makes another one'
    : `renew it (certbot renew, where that made it); ${path} is read again by itself`
  const left = facts.notAfter.getTime() - now.getTime()
  if (left <= 0) return fail(`${path}: ended ${age(facts.notAfter, now)}`, renew)
  if (facts.notBefore > now) {
    return fail(`${path}: is not valid before ${facts.notBefore.toISOString()}`, `date; ${renew}`)
  }
  const missing = namesOf(config).filter((name) => !isFor(pair, name))
  if (missing.length > 0) {
    return warn(
      `${path}: is not for ${missing.join(', ')}, but for ${facts.names.join(', ')}`,
      selfSigned
        ? 'name them in listen.tls.self_signed_names'
        : 'have one made with them as subjectAltName, or mend listen.hosts and notifications.public_url',
    )
  }
  const ends = `ends ${age(facts.notAfter, now)}`
  if (left <= SOON_MS && !selfSigned) return warn(`${path}: ${ends}`, renew)
  return ok(`${path}: ${ends}, for ${facts.names.join(', ')}`)
}

/** By which names people come. */
function namesOf({ listen, notifications }: Config): string[] {
  const { public_url: url } = notifications
  const own = url?.startsWith('https:') === true ? [new URL(url).hostname] : []
  return [...new Set([...listen.hosts, ...own].map((name) => name.replace(/^\[(.*)\]$/, '$1')))]
}

function isFor({ cert }: Pair, name: string): boolean {
  const x509 = new X509Certificate(cert)
  const match = isIP(name) === 0 ? x509.checkHost(name) : x509.checkIP(name)
  return match !== undefined
}
