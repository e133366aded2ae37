// Installs and builds what is stale, then lint, types and tests. Words name the test files to run
// instead, or folders of them; --long runs those that take long (*.long.test.ts), which are left out otherwise.
// With --again up to three files that failed are run once more on their own: what passes then is told as unsteady.
// The last line is always `N passed, N failed`.
import { readdirSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { buildEverything } from './steps/build.mjs'
import { checkNode } from './steps/engine.mjs'
import { install } from './steps/install.mjs'
import { root } from './steps/root.mjs'
import { run, step, StepError } from './steps/run.mjs'
import { TapFailures } from './steps/tap-failures.mjs'

const MODULES = 'node_modules'
const COMPILED = new URL('loader/compiled.mjs', import.meta.url).href
const LONG = '.long.test.ts'
/** Where more fail than that, it is no hiccup of a busy machine. */
const MOST_AGAIN = 3
const words = process.argv.slice(2)
const long = words.includes('--long')
const again = words.includes('--again')
const named = words.filter((word) => !['--long', '--again'].includes(word))
let passed = 0
let failed = 0

checkNode()
await install().then(build, broken)
process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 ? 0 : 1

async function build() {
  // With wrong types the tests may still tell what else is wrong.
  await buildEverything().catch(broken)
  // What checks the text takes one processor, and most tests wait now and then.
  const checked = named.length === 0 && !long ? checkText().catch(broken) : null
  await runTests((named.length > 0 ? named : ['test']).flatMap(testFilesIn))
  await checked
}

async function checkText() {
  await check('types', 'tsc, dashboard', ['typescript/bin/tsc', '-p', 'dashboard'])
  await check('lint', 'eslint', ['eslint/bin/eslint.js', '--max-warnings=0', '.'])
  await check('lint', 'prettier', ['prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'])
}

async function check(name, what, [module, ...words]) {
  await step(name, what, async () => {
    const { status, output } = await run([process.execPath, join(MODULES, module), ...words])
    if (status === 0) return
    failed++
    process.stdout.write(`${output}${name} failed: ${what}\n`)
  })
}

async function runTests(files) {
  const outcome = await runFiles(files)
  const { failing } = outcome
  if (again && failing.length > 0 && failing.length <= MOST_AGAIN) {
    outcome.failed = (await runFiles(failing)).failed
    if (outcome.failed === 0)
      process.stdout.write(`unsteady, failed and passed again: ${failing.join(' ')}\n`)
  }
  passed += outcome.passed
  failed += outcome.failed
}

/** Runs test files, and tells what fails; `failing` are the files in which something did. */
async function runFiles(files) {
  const tap = realpathSync(join(root, MODULES, '.bin', 'tap'))
  const failing = new Set()
  const failures = new TapFailures((path, diagnostics) => {
    failing.add(path[0])
    printFailure(path, diagnostics)
  })
  return await step('test', `tap, ${files.length} files`, async () => {
    const { status, output } = await run(
      [process.execPath, tap, 'run', '--reporter=tap', ...files],
      {
        onOutput: (chunk) => failures.write(String(chunk)),
        environment: { NODE_OPTIONS: `--import=${COMPILED}` },
      },
    )
    failures.end()
    const { pass, fail, skip, todo } = failures.counts ?? { pass: 0, fail: 0, skip: 0, todo: 0 }
    if (status !== 0 && output.trim() !== '')
      process.stdout.write(`\nstandard error:\n${tail(output, 100)}\n`)
    for (const [reason, tests] of failures.skipped) {
      process.stdout.write(`skipped, ${tests} tests: ${reason}\n`)
    }
    if (skip + todo > 0) process.stdout.write(`${skip} skipped, ${todo} to do\n`)
    // Whatever ended tap, it is not a success.
    return { passed: pass, failed: status === 0 ? fail : Math.max(fail, 1), failing: [...failing] }
  })
}

function printFailure(path, diagnostics) {
  const lines = diagnostics.map((line) => `    ${line}\n`)
  process.stdout.write(`\nfailed: ${path.join(' > ')}\n${lines.join('')}`)
}

/** Those in a folder, of which other files are none; or the file that was named. */
function testFilesIn(path) {
  if (!statSync(join(root, path), { throwIfNoEntry: false })?.isDirectory()) return [path]
  return readdirSync(join(root, path), { recursive: true })
    .filter((file) => file.endsWith('.test.ts') && file.endsWith(LONG) === long)
    .map((file) => join(path, file))
    .sort()
}

function broken(error) {
  failed++
  const output = error instanceof StepError ? error.output.trimEnd() : error.stack
  process.stdout.write(`${output}\n${error.message}\n`)
}

function tail(text, lines) {
  return text.trimEnd().split('\n').slice(-lines).join('\n')
}
