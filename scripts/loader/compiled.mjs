// Preloaded by NODE_OPTIONS into tap and its test files: modules of the project are taken as they were compiled to
// dist/, under the names of their sources, instead of being compiled once more in each of hundreds of processes.
import { register } from 'node:module'

const isTestFile = process.argv[1]?.endsWith('.test.ts') === true
if (isTestFile) {
  register('./compiled-hooks.mjs', import.meta.url)
  // What tap preloads next compiles TypeScript; with this it does nothing.
  process.env.TAP_TYPE_STRIP_ONLY = '1'
  // What a test starts is to run as it does elsewhere.
  delete process.env.NODE_OPTIONS
}
