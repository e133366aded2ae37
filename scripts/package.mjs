// Builds dist-package/storwarden_<version>_<arch>.deb, the same bytes of the same sources each time
// (SOURCE_DATE_EPOCH, or the time of the last commit).
//   --output DIR          where to, instead of dist-package
//   --compression NAME    of dpkg-deb; xz if not said, none for trying out
import {
  chmodSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Tree } from './package/files.mjs'
import { fill } from './package/tree.mjs'
import { buildDaemon } from './steps/build.mjs'
import { checkNode } from './steps/engine.mjs'
import { install } from './steps/install.mjs'
import { buildNative } from './steps/native.mjs'
import { root } from './steps/root.mjs'
import { fail, mustRun, run, step } from './steps/run.mjs'

const PROGRAM = /^(?:usr\/s?bin\/|DEBIAN\/p)|\/bin\/node$/

const { values } = parseArgs({
  options: {
    output: { type: 'string', default: join(root, 'dist-package') },
    compression: { type: 'string', default: 'xz' },
  },
})

try {
  checkNode()
  await install()
  // Without it the daemon would run and see less.
  await buildNative({ required: true })
  await buildDaemon()
  process.stdout.write(`${await build()}\n`)
} catch (error) {
  fail(error)
}

async function build() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const seconds = await epoch()
  const architecture = await architectureOf()
  const about = { version, architecture, date: new Date(seconds * 1000) }
  const directory = mkdtempSync(join(tmpdir(), 'storwarden-package-'))
  try {
    const tree = new Tree(join(directory, 'tree'))
    mkdirSync(tree.directory)
    await step('package', `storwarden ${version}, ${architecture}`, () => fill(tree, about))
    settle(tree, seconds)
    const output = resolve(values.output)
    mkdirSync(output, { recursive: true })
    const file = join(output, `storwarden_${version}_${architecture}.deb`)
    const command = ['dpkg-deb', '--root-owner-group', `-Z${values.compression}`, '--build']
    await step('package', `dpkg-deb, ${values.compression}`, () =>
      mustRun('dpkg-deb', [
        ...['env', `SOURCE_DATE_EPOCH=${seconds}`, ...command],
        ...[tree.directory, file],
      ]),
    )
    return file
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Modes and times that do not tell who built it, and when. */
function settle(tree, seconds) {
  for (const name of tree.files()) {
    chmodSync(tree.path(name), PROGRAM.test(name) ? 0o755 : 0o644)
  }
  for (const folder of tree.folders()) chmodSync(tree.path(folder), 0o755)
  for (const name of [...tree.files(), ...tree.folders()]) {
    lutimesSync(tree.path(name), seconds, seconds)
  }
}

async function epoch() {
  const { SOURCE_DATE_EPOCH: given } = process.env
  if (given) return Number(given)
  const { status, output } = await run(['git', 'log', '-1', '--format=%ct'])
  if (status === 0) return Number(output)
  return Math.floor(statSync(join(root, 'CHANGELOG.md')).mtimeMs / 1000)
}

async function architectureOf() {
  const { output } = await run(['dpkg', '--print-architecture'])
  return output.trim()
}
