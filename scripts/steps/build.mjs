import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { hashOf, unlessFresh, writeStamp } from './fresh.mjs'
import { buildNative } from './native.mjs'
import { root } from './root.mjs'
import { mustRun, step } from './run.mjs'

const CONFIGURATION = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json']
const SOURCES = ['src', ...CONFIGURATION]
const EVERYTHING = ['test', 'bench', 'dashboard', ...SOURCES]
const DASHBOARD = ['dashboard', 'scripts/dashboard.mjs', 'package-lock.json']

/** What running the daemon takes: dist/src, dist/page and the native addon. */
export async function buildDaemon() {
  await buildNative()
  await unlessFresh('dist/.stamps/sources', SOURCES, () =>
    step('build', 'tsc, src to dist', () => tsc('tsconfig.build.json')),
  )
  await buildDashboard()
}

/** The daemon, and dist/test and dist/bench besides; checks the types of all of it. */
export async function buildEverything() {
  await buildNative()
  await unlessFresh('dist/.stamps/everything', EVERYTHING, async () => {
    const sources = hashOf(SOURCES)
    await step('build', 'tsc, src, test and bench to dist', () => tsc('tsconfig.json'))
    writeStamp('dist/.stamps/sources', sources)
  })
  await buildDashboard()
}

async function buildDashboard() {
  await unlessFresh('dist/.stamps/dashboard', DASHBOARD, () =>
    step('build', 'dashboard to dist/page', () =>
      mustRun('build of the dashboard', [process.execPath, 'scripts/dashboard.mjs']),
    ),
  )
}

async function tsc(project) {
  // What tsc remembers of earlier builds is of no use when their output is gone.
  if (!existsSync(join(root, 'dist/src/main.js')))
    rmSync(join(root, 'dist/.tsbuildinfo'), { force: true })
  await mustRun('tsc', [process.execPath, 'node_modules/typescript/bin/tsc', '-p', project])
  removeOrphans()
}

/** Removes what was built from files that are gone. */
function removeOrphans() {
  for (const folder of ['src', 'test', 'bench', 'dashboard']) {
    const built = join(root, 'dist', folder)
    if (!existsSync(built)) continue
    for (const file of readdirSync(built, { recursive: true })) {
      const source = join(root, folder, file.replace(/\.js(\.map)?$/, '.ts'))
      if (/\.js(\.map)?$/.test(file) && !existsSync(source)) rmSync(join(built, file))
    }
  }
}
