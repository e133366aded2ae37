// Carries out a scenario with the addon, and says on standard output what came of it.
//   node child.mjs ADDON FILE SCENARIO [ARGUMENTS as JSON]
import { writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'

const [addon = '', file = '', scenario = '', given = '{}'] = process.argv.slice(2)
const native = createRequire(import.meta.url)(addon)
const { [scenario]: run } = await import(resolve(import.meta.dirname, file))
// Calls of the addon do not keep the process alive: here something does, until the scenario is over.
const alive = setInterval(() => {}, 60_000)
run(native, { addon, ...JSON.parse(given) }).then((result) => {
  writeSync(1, JSON.stringify(result))
  clearInterval(alive)
})
