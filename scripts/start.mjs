// Runs the daemon, in this very process, after installing and building what is stale.
import { join } from 'node:path'
import { buildDaemon } from './steps/build.mjs'
import { checkNode } from './steps/engine.mjs'
import { install } from './steps/install.mjs'
import { root } from './steps/root.mjs'
import { fail } from './steps/run.mjs'

const main = join(root, 'dist', 'src', 'main.js')
const [first, ...rest] = process.argv.slice(2)
const words = first === '--demo' ? demo(rest) : process.argv.slice(2)

try {
  checkNode()
  await install()
  await buildDaemon()
} catch (error) {
  fail(error)
}
process.setSourceMapsEnabled(true)
process.argv = [process.execPath, main, ...words]
await import(main)

/** The bundled timeline and a state of its own, unless the words say otherwise. */
function demo(words) {
  const has = (option) => words.some((word) => word === option || word.startsWith(`${option}=`))
  const replay = has('--replay') ? [] : ['--replay', join(root, 'fixtures', 'demo')]
  const step = has('--replay-step') ? [] : ['--replay-step', '20']
  const state = has('--state-dir') ? [] : ['--state-dir', join(root, 'var', 'demo')]
  return [...replay, ...step, ...state, ...words]
}
