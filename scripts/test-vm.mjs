// Tests on real SCSI devices, in a virtual machine: disks of scsi_debug, and a library that tgt emulates.
// With --bench it measures there what asking them costs, with --missing it names the packages of Debian that
// are not there. The last line of the tests is `N passed, N failed`; the exit status is 77 where they cannot run.
import { buildEverything } from './steps/build.mjs'
import { checkNode } from './steps/engine.mjs'
import { GuestTests } from './steps/guest-tests.mjs'
import { install } from './steps/install.mjs'
import { Unavailable } from './steps/kernel.mjs'
import { buildNative, whatIsMissing } from './steps/native.mjs'
import { fail, StepError } from './steps/run.mjs'
import { boot, missingPackages } from './steps/virtual-machine.mjs'

/** Ten times what it takes on two idle cores. */
const DEADLINE_MS = 20 * 60_000
const GUEST = 'dist/test/vm/guest.js'
/** What takes systemd, and the units of the project. */
const CONFINED = 'dist/test/vm/confined.js'
/** As automake's tests say that they could not be run. */
const NOT_RUN = 77

// Where Debian has modprobe, depmod and tgtd, and only root looks.
process.env.PATH = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`

if (process.argv.includes('--missing')) {
  process.stdout.write(
    missingPackages()
      .map((name) => `${name}\n`)
      .join(''),
  )
} else {
  await main().catch((error) => {
    if (!(error instanceof Unavailable)) fail(error)
    process.stderr.write(`virtual machine: not run: ${error.message}\n`)
    process.exitCode = NOT_RUN
  })
}

async function main() {
  checkNode()
  if (process.arch !== 'x64')
    throw new Unavailable('it is one of x64, and so is the Node that runs in it')
  const missing = missingPackages()
  if (missing.length > 0) throw new Unavailable(`apt-get install ${missing.join(' ')}`)
  const uncompiled = whatIsMissing()
  if (uncompiled !== null) throw new Unavailable(uncompiled)
  await install()
  await buildNative({ required: true })
  await buildEverything()
  process.exitCode = await (process.argv.includes('--bench') ? measure() : test())
}

function measure() {
  return boot([GUEST, '--bench'], {
    deadlineMs: DEADLINE_MS,
    countsInstructions: true,
    onLine: (line) => process.stdout.write(`${line.replace(/^# /, '')}\n`),
  })
}

async function test() {
  const all = [await testIn('script', GUEST), await testIn('systemd', CONFINED)]
  const [passed, failed] = ['passed', 'failed'].map((name) =>
    all.reduce((sum, one) => sum + one[name], 0),
  )
  process.stdout.write(`${passed} passed, ${failed} failed\n`)
  return failed === 0 ? 0 : 1
}

async function testIn(init, guest) {
  const tests = new GuestTests((line) => process.stdout.write(`${line}\n`))
  let status = null
  try {
    status = await boot(['--test-reporter=tap', guest], {
      ...{ deadlineMs: DEADLINE_MS, init },
      onLine: (line) => tests.line(line),
    })
  } catch (error) {
    if (!(error instanceof StepError)) throw error
    process.stdout.write(error.output)
  }
  return tests.end(status)
}
