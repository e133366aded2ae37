// Installs and builds what is stale. With --required it fails where the native addon cannot be built,
// without which the daemon would run.
import { buildEverything } from './steps/build.mjs'
import { checkNode } from './steps/engine.mjs'
import { install } from './steps/install.mjs'
import { buildNative } from './steps/native.mjs'
import { fail } from './steps/run.mjs'

try {
  checkNode()
  await install()
  if (process.argv.includes('--required')) await buildNative({ required: true })
  await buildEverything()
} catch (error) {
  fail(error)
}
