import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { unlessFresh } from './fresh.mjs'
import { npm } from './install.mjs'
import { root } from './root.mjs'
import { run, step } from './run.mjs'

/** Builds the native addon where there is one and a compiler. The daemon runs without it. */
export async function buildNative() {
  if (!existsSync(join(root, 'native-bindings/binding.gyp'))) return
  const missing = whatIsMissing()
  if (missing !== null) {
    process.stderr.write(`native: not built, ${missing}; the daemon runs without it\n`)
    return
  }
  await unlessFresh('native-bindings/build/.stamp', ['package-lock.json', ...sources()], () =>
    step('native', 'node-gyp, native-bindings', async () => {
      const argv = [process.execPath, nodeGyp(), 'rebuild', '--directory=native-bindings']
      // The headers beside this very Node: without it node-gyp would download some.
      const { status, output } = await run([...argv, `--nodedir=${prefix()}`])
      if (status !== 0)
        process.stderr.write(`${output}native: not built; the daemon runs without it\n`)
      return status === 0
    }),
  )
}

function sources() {
  return ['native-bindings/binding.gyp', 'native-bindings/src']
}

function whatIsMissing() {
  if (!onPath('c++') || !onPath('make') || !onPath('python3'))
    return 'no compiler (apt-get install g++ make python3)'
  if (!existsSync(join(prefix(), 'include/node/node_api.h'))) return 'no headers of Node beside it'
  if (nodeGyp() === null) return 'no node-gyp beside npm'
  return null
}

function prefix() {
  return dirname(dirname(process.execPath))
}

function nodeGyp() {
  const { npm_config_node_gyp: named } = process.env
  if (named && existsSync(named)) return named
  const beside = join(dirname(npm().at(-1)), '../node_modules/node-gyp/bin/node-gyp.js')
  return existsSync(beside) ? beside : null
}

function onPath(command) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .some((folder) => existsSync(join(folder, command)))
}
