// What runs in the virtual machine: TAP goes to standard output, which is its second serial port.
import { loadNative } from '../../src/host/load-native.ts'
import { addonTests } from './addon.ts'
import { bench } from './bench.ts'
import { collectorTests, ueventTests } from './collecting.ts'
import { errorTests } from './errors.ts'
import { hungTests } from './hung.ts'
import { plugIn } from './machine.ts'
import { movingTests } from './moving.ts'
import { privilegeTests } from './privileges.ts'
import { recordTests } from './recording.ts'
import { repositoryTests } from './repositories.ts'

const BENCH = { slots: 1_000, tapeDrives: 4 }

const addon = loadNative()
if ('missing' in addon) throw new Error(addon.missing)
// No call of the addon keeps the process.
const alive = setInterval(() => undefined, 1_000)
try {
  if (process.argv.includes('--bench')) {
    await plugIn(BENCH)
    await bench(addon.native, BENCH)
  } else {
    await plugIn()
    await addonTests(addon.native)
    await collectorTests(addon.native)
    await movingTests(addon.native)
    await ueventTests(addon.native)
    await repositoryTests(addon.native)
    await recordTests(addon.native)
    await privilegeTests()
    await errorTests(addon.native)
    await hungTests(addon.native)
  }
} finally {
  clearInterval(alive)
}
