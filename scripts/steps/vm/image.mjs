import { createHash } from 'node:crypto'
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { mustRun, step } from '../run.mjs'
import { Archive } from './archive.mjs'
import { indexModules, modulesOf } from './modules.mjs'
import { download, UNWANTED, WANTED } from './packages.mjs'

/** What the machine boots: a kernel, and an archive of all that does not change with the sources. */
const KERNEL = 'vmlinuz'
const BASE = 'base.cpio'

const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'storwarden-vm')
const KEPT_DAYS = 14
const DAY_MS = 86_400_000

/**
 * The kernel and the archive, out of the cache where they were made before of the same packages and the same Node.
 * Rejects with MissingError where they cannot be had.
 */
export async function findImage() {
  const directory = join(CACHE, keyOf())
  const image = { kernel: join(directory, KERNEL), base: join(directory, BASE) }
  if (!existsSync(directory)) {
    mkdirSync(CACHE, { recursive: true })
    const work = mkdtempSync(join(CACHE, 'making-'))
    try {
      await make(work)
      await moveTo(join(work, 'image'), directory)
    } finally {
      rmSync(work, { recursive: true, force: true })
    }
  }
  utimesSync(directory, new Date(), new Date())
  forgetOthers()
  return image
}

/** What the image is made of and how. */
function keyOf() {
  const hash = createHash('sha256')
  for (const name of ['image', 'archive', 'modules', 'packages'])
    hash.update(readFileSync(join(import.meta.dirname, `${name}.mjs`)))
  const { size, mtimeMs } = statSync(process.execPath)
  hash.update(JSON.stringify([WANTED, UNWANTED.source, process.version, size, mtimeMs]))
  return hash.digest('hex').slice(0, 16)
}

async function make(work) {
  const packages = await step('vm', 'packages of Debian for the image', () => download(work))
  const root = join(work, 'root')
  await step('vm', `image of ${packages.length} packages`, async () => {
    await unpack(packages, root)
    mkdirSync(join(work, 'image'))
    const boot = readdirSync(join(root, 'boot')).find((name) => name.startsWith('vmlinuz-'))
    copyFileSync(join(root, 'boot', boot), join(work, 'image', KERNEL))
    const release = boot.replace('vmlinuz-', '')
    await indexModules(root, release)
    const file = openSync(join(work, 'image', BASE), 'w')
    fill(new Archive(file), root, release)
    closeSync(file)
  })
}

/** Nothing of a package is run, and the links from /bin to /usr/bin are made before anything is put there. */
async function unpack(packages, root) {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(root, 'usr', name), { recursive: true })
    symlinkSync(`usr/${name}`, join(root, name))
  }
  const tar =
    'dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink --no-same-owner -C "$2"'
  for (const file of packages)
    await mustRun(`unpacking ${file}`, ['bash', '-o', 'pipefail', '-c', tar, 'unpack', file, root])
}

function fill(archive, root, release) {
  for (const name of ['dev', 'proc', 'sys', 'tmp', 'run', 'root', 'var']) archive.directory(name)
  // The kernel opens it for the first process, before anything is mounted.
  archive.add('dev/console', 0o20600, undefined, [5, 1])
  archive.tree(
    root,
    '',
    (path) => !/^(boot|dev|run|tmp|var|usr\/share|usr\/lib\/modules)\//.test(path),
  )
  for (const path of modulesOf(root, release)) archive.copy(join(root, path), path)
  archive.add('usr/bin/node', 0o100755, readFileSync(process.execPath))
  archive.end()
}

/** Whoever made the same meanwhile is left alone. */
async function moveTo(made, directory) {
  try {
    renameSync(made, directory)
  } catch (error) {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
  }
}

/** Removes what nobody has used for a while. */
function forgetOthers() {
  for (const name of readdirSync(CACHE)) {
    const path = join(CACHE, name)
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (age > KEPT_DAYS * DAY_MS) rmSync(path, { recursive: true, force: true })
  }
}
