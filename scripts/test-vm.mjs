// Boots a machine with real SCSI in it and runs the tests of test/vm there, on what was built. The last line
// is `N passed, N failed`; the exit status is 77 where the machine cannot be made.
//
//   npm run test:vm                      the tests; words name some of them
//   npm run test:vm -- --bench           the benchmark instead
//   npm run test:vm -- --run 'COMMAND'   a command of the shell instead
import { install } from './steps/install.mjs'
import { buildEverything } from './steps/build.mjs'
import { checkNode } from './steps/engine.mjs'
import { buildNative } from './steps/native.mjs'
import { fail, step } from './steps/run.mjs'
import { TapFailures } from './steps/tap-failures.mjs'
import { findImage } from './steps/vm/image.mjs'
import { runMachine } from './steps/vm/machine.mjs'
import { MissingError } from './steps/vm/missing.mjs'

const MAIN = ['node', '--test-reporter=tap', 'dist/test/vm/guest.js']
const BENCH = '/project/dist/bench/tape-cycle.js'
/** Everything in it together takes four minutes, on a machine that has other things to do. */
const DEADLINE_SECONDS = 540
const SKIPPED = 77

const words = process.argv.slice(2)
const isTest = !words[0]?.startsWith('--')

try {
  checkNode()
  await install()
  await buildNative({ required: true })
  await buildEverything()
  const image = await findImage()
  process.exitCode = await (isTest ? test(image) : show(image))
} catch (error) {
  if (!(error instanceof MissingError)) fail(error)
  process.stderr.write(`${error.message}\nvm: not run\n`)
  process.exitCode = SKIPPED
}

async function test(image) {
  const failures = new TapFailures((path, diagnostics) => {
    const lines = diagnostics.map((line) => `    ${line}\n`)
    process.stdout.write(`\nfailed: ${path.join(' > ')}\n${lines.join('')}`)
  })
  const { status, console } = await run(image, [...MAIN, ...words], (text) => {
    failures.write(text)
  })
  failures.end()
  const { pass, fail, skip, todo } = failures.counts ?? { pass: 0, fail: 0, skip: 0, todo: 0 }
  // However the machine ended, it is not a success.
  const failed = status === 0 && failures.counts !== null ? fail : Math.max(fail, 1)
  if (failed > 0) process.stdout.write(`\nthe kernel said:\n${tail(console, 60)}\n`)
  if (status === null) process.stdout.write('vm: ended before the tests did\n')
  if (skip + todo > 0) process.stdout.write(`${skip} skipped, ${todo} to do\n`)
  process.stdout.write(`${pass} passed, ${failed} failed\n`)
  return failed === 0 ? 0 : 1
}

async function show(image) {
  const command = words[0] === '--run' ? ['sh', '-c', words.slice(1).join(' ')] : ['node', BENCH]
  const { status, console } = await run(image, command, (text) => process.stdout.write(text))
  if (status === null) process.stdout.write(`${tail(console, 60)}\nvm: ended before that did\n`)
  return status ?? 1
}

function run(image, argv, onOutput) {
  return step('vm', `boot, ${argv.join(' ')}`, () =>
    runMachine(image, argv, { seconds: DEADLINE_SECONDS, onOutput }),
  )
}

function tail(text, lines) {
  return text.trimEnd().split('\n').slice(-lines).join('\n')
}
