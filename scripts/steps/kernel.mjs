import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { run, step } from './run.mjs'

const SCRATCH = '.new-'

/** A thing of Debian's that cannot be had here: no fault of the project, and nothing can be tested without. */
export class Unavailable extends Error {}

/**
 * Debian's newest kernel with its modules, unpacked beside other caches, where it stays for the next run. Where
 * apt knows none or cannot load it, that of an earlier run. Rejects with Unavailable.
 */
export async function kernelOf() {
  const name = (await newest()) ?? (await updated(newest))
  if (name !== null && isUnpacked(name)) return unpacked(name)
  const failure = name === null ? 'apt knows no linux-image-amd64' : await load(name)
  if (failure === null) {
    for (const other of earlier()) if (other !== name) remove(other)
    for (const other of forsaken()) remove(other)
    return unpacked(name)
  }
  const [other] = earlier()
  if (other === undefined) throw new Unavailable(failure)
  process.stderr.write(`${failure}\nvm: ${other} of an earlier run is used\n`)
  return unpacked(other)
}

function cache() {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'storwarden-vm')
}

function unpacked(name) {
  const release = name.replace('linux-image-', '')
  const place = join(cache(), name)
  return {
    release,
    place,
    image: join(place, 'boot', `vmlinuz-${release}`),
    modules: join(place, 'lib/modules'),
  }
}

function isUnpacked(name) {
  const { image, modules, release } = unpacked(name)
  return existsSync(image) && existsSync(join(modules, release, 'modules.dep'))
}

/** Kernels of earlier runs, the newest first. */
function earlier() {
  if (!existsSync(cache())) return []
  return readdirSync(cache())
    .filter(isUnpacked)
    .sort((one, other) => other.localeCompare(one, 'en', { numeric: true }))
}

/** What runs that were killed while they unpacked have left. */
function forsaken() {
  const yesterdayMs = Date.now() - 86_400_000
  return readdirSync(cache()).filter(
    (name) => name.startsWith(SCRATCH) && statSync(join(cache(), name)).mtimeMs < yesterdayMs,
  )
}

function remove(name) {
  rmSync(join(cache(), name), { recursive: true, force: true })
}

/** The package that Debian's newest kernel is in; not the one for clouds, which has no SCSI. Null where apt knows none. */
async function newest() {
  const { output } = await run(['apt-cache', 'depends', 'linux-image-amd64'])
  return /Depends: (linux-image-\S+)/.exec(output)?.[1] ?? null
}

/** The same after apt's lists were loaded, which takes root. */
async function updated(again) {
  if (process.getuid() !== 0) return null
  await step('vm', 'apt-get update', () => run(['apt-get', '-q', 'update']))
  return again()
}

/** Loads and unpacks a kernel; gives why it could not, or null. */
async function load(name) {
  mkdirSync(cache(), { recursive: true })
  // Of its own, for another run may be at the same.
  const scratch = mkdtempSync(join(cache(), SCRATCH))
  try {
    const script = 'cd "$1" && apt-get -q -o Acquire::Retries=3 download "$2"'
    const download = () => run(['sh', '-c', script, 'sh', scratch, name])
    return await step('vm', `${name}, once`, async () => {
      let loaded = await download()
      // What old lists name may be gone.
      if (loaded.status !== 0) loaded = (await updated(download)) ?? loaded
      if (loaded.status !== 0) return loaded.output.trimEnd()
      const unpack = 'cd "$1" && dpkg -x *.deb . && rm *.deb && depmod -b . "$2"'
      const { status, output } = await run([
        'sh',
        '-c',
        unpack,
        'sh',
        scratch,
        unpacked(name).release,
      ])
      if (status !== 0) throw new Error(`${name}: ${output.trimEnd()}`)
      if (isUnpacked(name)) return null
      remove(name)
      renameSync(scratch, unpacked(name).place)
      return null
    })
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
