import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Unavailable } from './kernel.mjs'
import { run, step } from './run.mjs'

export { Unavailable }

const SUITE = 'bookworm'
const SCRATCH = '.new-'
/** What the package depends on and recommends, and what it is looked at with. */
const FIRST = [
  'acl',
  'bash-completion',
  'logrotate',
  'man-db',
  'procps',
  'strace',
  'systemd',
  'udev',
]
const SECOND = ['postgresql']
/** After so many days Debian has mended enough of what is in it. */
const STALE_DAYS = 30

/**
 * A root of Debian that packages are installed in, kept beside other caches; nothing is written to it afterwards.
 * Where none can be made, that of an earlier run. Rejects with Unavailable.
 */
export async function debianRoot() {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'storwarden-root')
  mkdirSync(cache, { recursive: true })
  const contents = [SUITE, ...FIRST, ...SECOND].join(' ')
  const name = `${SUITE}-${createHash('sha256').update(contents).digest('hex').slice(0, 12)}`
  const place = join(cache, name)
  if (existsSync(place) && ageDays(place) < STALE_DAYS) return place
  const failure = await make(cache, place)
  if (failure !== null && !existsSync(place)) throw new Unavailable(failure)
  for (const other of readdirSync(cache)) {
    if (other !== name && ageDays(join(cache, other)) > 1) remove(join(cache, other))
  }
  return place
}

/** Gives why it could not, or null. */
async function make(cache, place) {
  if (process.getuid() !== 0) return 'debootstrap takes root'
  const scratch = mkdtempSync(join(cache, SCRATCH))
  const root = join(scratch, 'root')
  try {
    return await step('root', `debootstrap ${SUITE}, once`, async () => {
      const words = ['--variant=minbase', `--include=${FIRST.join(',')}`, SUITE, root]
      const made = await run(['debootstrap', ...words]).catch((error) => ({
        ...{ status: 1, output: error.message },
      }))
      if (made.status !== 0) return `debootstrap: ${lastLines(made.output)}`
      // Neither a server nor a cluster of its own: the daemon is to make one.
      writeFileSync(join(root, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 })
      const folder = join(root, 'etc/postgresql-common')
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'createcluster.conf'), 'create_main_cluster = false\n')
      copyFileSync('/etc/resolv.conf', join(root, 'etc/resolv.conf'))
      const install = [
        'install',
        '-q',
        '-y',
        '--no-install-recommends',
        '-o',
        'Dpkg::Options::=--force-confold',
      ]
      const more = await run(['chroot', root, 'apt-get', ...install, ...SECOND], {
        environment: { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' },
      })
      if (more.status !== 0) return `apt-get: ${lastLines(more.output)}`
      await run(['chroot', root, 'apt-get', 'clean'])
      if (existsSync(place)) remove(place)
      renameSync(root, place)
      return null
    })
  } finally {
    remove(scratch)
  }
}

function remove(path) {
  rmSync(path, { recursive: true, force: true })
}

function ageDays(path) {
  return (Date.now() - statSync(path).mtimeMs) / 86_400_000
}

function lastLines(text) {
  return text.trimEnd().split('\n').slice(-5).join('\n')
}
