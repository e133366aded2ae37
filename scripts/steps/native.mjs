import { existsSync, realpathSync, rmSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { unlessFresh } from './fresh.mjs'
import { npm } from './install.mjs'
import { root } from './root.mjs'
import { run, step, StepError } from './run.mjs'

const ADDON = 'native-bindings'
/** With sanitizers, which the tests load. */
const SANITIZED = 'native-bindings/asan'
const SOURCES = ['storwarden.gypi', 'src'].map((name) => join(ADDON, name))
const DEBIAN = 'apt-get install g++ make python3'

/**
 * Builds the native addon where there is a compiler. The daemon runs without it; where it is required,
 * rejects with StepError.
 */
export async function buildNative({ required = false, directory = ADDON } = {}) {
  const failure = await build(directory)
  if (failure === null) return
  if (required) throw new StepError('native', failure)
  process.stderr.write(`${failure}\nnative: not built; the daemon runs without it\n`)
}

/** Builds it with sanitizers and gives the path of that. Rejects with StepError. */
export async function buildSanitized() {
  const failure = await build(SANITIZED)
  if (failure === null) return join(root, builtIn(SANITIZED))
  throw new StepError('native, with sanitizers', failure)
}

/** What compiling takes and is not there, in words, or null. */
export function whatIsMissing() {
  const compiler = process.env.CXX ? [] : ['g++']
  const lacking = [...compiler, 'make', 'python3'].filter((command) => onPath(command) === null)
  if (lacking.length > 0) return `native: there is no ${lacking.join(', no ')} (${DEBIAN})`
  if (!existsSync(join(prefix(), 'include/node/node_api.h')))
    return `native: there are no headers of Node in ${prefix()}/include/node`
  if (nodeGyp() === null) return 'native: there is no node-gyp, neither beside npm nor installed'
  return null
}

/** Why it could not be built, or null: then it is there, of these sources. */
async function build(directory) {
  const stamp = join(directory, 'build/.stamp')
  const built = join(root, builtIn(directory))
  if (!existsSync(built)) rmSync(join(root, stamp), { force: true })
  let failure = null
  await unlessFresh(
    stamp,
    ['package-lock.json', join(directory, 'binding.gyp'), ...SOURCES],
    async () => {
      // One of other sources, whose table of commands may be another, is worse than none.
      rmSync(built, { force: true })
      failure = whatIsMissing() ?? (await step('native', `node-gyp, ${directory}`, compile))
      return failure === null
    },
  )
  return failure

  async function compile() {
    const { status, output } = await run([
      ...[process.execPath, nodeGyp(), 'configure', 'build'],
      ...[`--directory=${directory}`, '--jobs=max', '--loglevel=error'],
      // The headers beside this very Node: without it node-gyp would download some.
      `--nodedir=${prefix()}`,
    ])
    return status === 0 ? null : output.trimEnd()
  }
}

function builtIn(directory) {
  return join(directory, 'build/Release/storwarden.node')
}

function prefix() {
  return dirname(dirname(process.execPath))
}

/** The one that npm brings, or the one that was installed with the packages of development. */
function nodeGyp() {
  const { npm_config_node_gyp: named } = process.env
  const cli = npm().length > 1 ? npm().at(-1) : onPath('npm')
  const beside = cli && join(dirname(realpathSync(cli)), '../node_modules/node-gyp/bin/node-gyp.js')
  const installed = join(root, 'node_modules/node-gyp/bin/node-gyp.js')
  return [named, beside, installed].find((file) => file && existsSync(file)) ?? null
}

function onPath(command) {
  const files = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, command))
  return files.find((file) => existsSync(file)) ?? null
}
