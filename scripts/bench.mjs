// Runs the benchmarks, bench/*.ts, one after the other; words choose some by their names.
import { existsSync, readdirSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { buildEverything } from './steps/build.mjs'
import { checkNode } from './steps/engine.mjs'
import { install } from './steps/install.mjs'
import { root } from './steps/root.mjs'
import { fail } from './steps/run.mjs'

const words = process.argv.slice(2)
try {
  checkNode()
  await install()
  await buildEverything()
} catch (error) {
  fail(error)
}

const names = benchmarks().filter((name) => words.length === 0 || words.includes(name))
for (const name of words.filter((word) => !names.includes(word))) {
  process.stderr.write(`bench: ${name}: there is ${benchmarks().join(', ') || 'none'}\n`)
  process.exitCode = 1
}
for (const name of names) {
  const file = join(root, 'dist', 'bench', `${name}.js`)
  const { status } = spawnSync(process.execPath, ['--expose-gc', '--enable-source-maps', file], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (status !== 0) process.exitCode = 1
}

function benchmarks() {
  const folder = join(root, 'bench')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replace(/\.ts$/, ''))
    .sort()
}
