// Installs and builds what is stale.
import { buildEverything } from './steps/build.mjs'
import { checkNode } from './steps/engine.mjs'
import { install } from './steps/install.mjs'
import { fail } from './steps/run.mjs'

try {
  checkNode()
  await install()
  await buildEverything()
} catch (error) {
  fail(error)
}
