// Tests on real SCSI devices, in a virtual machine: disks of scsi_debug, and a library that tgt emulates.
// With --bench it measures there what asking them costs. The last line is `N passed, N failed`.
import { buildEverything } from './steps/build.mjs'
import { checkNode } from './steps/engine.mjs'
import { install } from './steps/install.mjs'
import { buildNative } from './steps/native.mjs'
import { fail } from './steps/run.mjs'
import { boot, missingPackages } from './steps/virtual-machine.mjs'

const DEADLINE_MS = 20 * 60_000
const GUEST = 'dist/test/vm/guest.js'
const bench = process.argv.includes('--bench')

try {
  checkNode()
  const missing = missingPackages()
  if (process.arch !== 'x64') {
    throw new Error('the virtual machine is one of x64, and so is the Node that runs in it')
  }
  if (missing.length > 0) throw new Error(`apt-get install ${missing.join(' ')}`)
  await install()
  await buildNative({ required: true })
  await buildEverything()
  await (bench ? measure() : test())
} catch (error) {
  fail(error)
}

async function measure() {
  await boot([GUEST, '--bench'], {
    deadlineMs: DEADLINE_MS,
    onLine: (line) => process.stdout.write(`${line.replace(/^# /, '')}\n`),
  })
}

async function test() {
  let passed = 0
  let failed = 0
  let complete = false
  await boot(['--test-reporter=tap', GUEST], {
    deadlineMs: DEADLINE_MS,
    onLine(line) {
      if (line.startsWith('ok ')) passed++
      if (line.startsWith('not ok ')) failed++
      if (/^1\.\.\d+$/.test(line)) complete = true
      if (!/^ok |^#|^TAP|^1\.\./.test(line) || line.startsWith('not ok')) {
        if (!/^ +(---|\.\.\.|duration_ms|type:)/.test(line)) process.stdout.write(`${line}\n`)
      }
    },
  })
  // The guest died on the way.
  if (!complete) failed++
  process.stdout.write(`${passed} passed, ${failed} failed\n`)
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1
}
