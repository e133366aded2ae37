import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { alone } from './fresh.mjs'
import { root } from './root.mjs'
import { mustRun, step } from './run.mjs'

/** Installs what package-lock.json names, unless it is there. */
export async function install() {
  if (isInstalled()) return
  await alone(async () => {
    if (isInstalled()) return
    const what = 'npm ci, since node_modules is not what package-lock.json says'
    await step('install', what, () => mustRun('npm ci', [...npm(), 'ci', ...OPTIONS]))
  })
}

// No package needs its install scripts here, and npm 12 does not run them anyway. The build needs
// the packages of development also where NODE_ENV says production.
const OPTIONS = [
  '--ignore-scripts',
  '--include=dev',
  '--include=optional',
  '--no-audit',
  '--no-fund',
]

/** The npm that runs us, or the one on the path. */
export function npm() {
  const { npm_execpath: path = '' } = process.env
  return /npm-cli\.c?js$/.test(path) ? [process.execPath, path] : ['npm']
}

/** Whether npm's own note of what it installed agrees with the lock file. */
function isInstalled() {
  const wanted = packagesOf('package-lock.json')
  const installed = packagesOf('node_modules/.package-lock.json')
  if (installed === null) return false
  return Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
    if (path === '') return true
    const there = installed[path]
    // Optional ones are for other platforms.
    if (there === undefined) return optional === true
    return there.version === version && there.integrity === integrity
  })
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages
  } catch (error) {
    if (error.code === 'ENOENT') return null
    throw error
  }
}
