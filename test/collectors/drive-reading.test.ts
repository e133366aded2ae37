import t from 'tap'
import { driveReading } from '../../src/collectors/drive-reading.ts'
import type { ScsiPath } from '../../src/collectors/scsi-devices.ts'
import { logPage, type Parameter } from '../support/log-page.ts'
import { SAMPLE_ANSWERS } from '../support/sample-answers.ts'

const PATH: ScsiPath = {
  device: '/dev/sg1',
  hctl: '1:0:0:0',
  vendor: 'IBM',
  product: 'ULT3580-TD8',
  revision: '2160',
  serial: '1013000A6F',
  serialError: null,
  wwn: null,
  virtual: false,
}

/** What is read from a drive that has these pages, and a cartridge that tells its serial number. */
function reading(pages: Record<string, Uint8Array>, vendor = 'IBM') {
  const told = new Map(Object.entries({ memory: SAMPLE_ANSWERS.cartridge, ...pages }))
  const unit = { id: '1013000A6F', virtual: false }
  const { reading, errors } = driveReading(unit, { ...PATH, vendor }, { pages: told, status: null })
  t.strictSame(errors, [])
  return reading
}

const space = (pages: Record<string, Uint8Array>) => {
  const { capacityBytes, remainingBytes } = reading(pages).cartridge ?? {}
  return [capacityBytes, remainingBytes]
}
const MIB = 2 ** 20
const MB = 1_000_000

t.test('the space of a cartridge is that of all partitions that are there', (t) => {
  const page31 = (...parameters: Parameter[]) => ({ '31': logPage(0x31, parameters) })
  t.strictSame(space(page31([1, 60], [2, 3], [3, 100], [4, 37])), [137 * MIB, 63 * MIB])
  t.strictSame(space(page31([1, 60], [2, 0], [3, 100], [4, 0])), [100 * MIB, 60 * MIB])
  t.strictSame(
    space(page31([1, 60], [2, 'fffffffe'], [3, 100], [4, 'fffffffe'])),
    [100 * MIB, 60 * MIB],
    'a partition of which nothing is told is not there',
  )
  t.strictSame(
    space(page31([1, 'ffffffff'], [2, 3], [3, 100], [4, 37])),
    [137 * MIB, null],
    'what remains of one partition is not what remains of both',
  )
  t.strictSame(
    space(page31([1, 60], [2, 3], [3, 'ffffffff'], [4, 37])),
    [12_000_000 * MIB, 4096 * MIB],
    'without the whole the memory of the cartridge tells',
  )
  t.strictSame(space({}), [12_000_000 * MIB, 4096 * MIB])
  t.end()
})

t.test('page 17h tells space in lists, or as a whole', (t) => {
  const page17 = (lists: Parameter[]) => ({
    '17': logPage(0x17, [[0, 1, 1], [0x16, 12_000_000, 4], [0x17, 2_000_000, 4], ...lists]),
  })
  const whole = [12_000_000 * MB, 10_000_000 * MB]
  t.strictSame(space(page17([])), whole)
  const capacities = '07 00 0000 00000064 07 00 0001 00000025'
  t.strictSame(
    space(
      page17([
        [0x202, capacities],
        [0x204, '07 00 0000 0000003c 07 00 0001 00000003'],
      ]),
    ),
    [137 * MB, 63 * MB],
  )
  t.strictSame(
    space(
      page17([
        [0x202, '07 00 0000 00000064 07 00 0001 ffffffff'],
        [0x204, '07 00 0000 0000003c 07 00 0001 00000003'],
      ]),
    ),
    whole,
    'when one capacity of the list is not known',
  )
  t.end()
})

t.test('what the maker of a drive keeps on page 0Ch is read of that maker only', (t) => {
  const page0c = {
    '0c': logPage(0x0c, [
      [0x8000, 7, 4],
      [0x8001, 8, 4],
      [0x8002, 9, 4],
      [0x8003, 7200, 4],
    ]),
  }
  const lifetime = (vendor: string) => {
    const { loads, cleanings, powerOnHours, bytesSinceCleaning } = reading(page0c, vendor).lifetime
    return [loads, cleanings, powerOnHours, bytesSinceCleaning]
  }
  t.strictSame(lifetime('HP'), [8, 9, 2, 7 * MB])
  t.strictSame(lifetime('HPE'), [8, 9, 2, 7 * MB])
  t.strictSame(lifetime('QUANTUM'), [null, null, null, null])
  t.strictSame(lifetime('IBM'), [null, null, null, null])
  t.end()
})

t.test('page 2Fh tells what a drive expects of itself', (t) => {
  const exception = (code?: string) =>
    reading(code === undefined ? {} : { '2f': logPage(0x2f, [[0, code]]) }).exception
  t.strictSame(exception('5d001e'), {
    failurePredicted: true,
    text: 'failure prediction threshold exceeded',
  })
  t.match(exception('5d14'), { failurePredicted: true })
  t.strictSame(exception('0b01ff'), {
    failurePredicted: false,
    text: 'warning - specified temperature exceeded',
  })
  t.strictSame(exception('81021e'), {
    failurePredicted: false,
    text: 'additional sense code 81h 02h',
  })
  t.strictSame(exception('00001e'), { failurePredicted: false, text: null })
  t.equal(exception('ffffff'), null, 'all ones is not known')
  t.equal(exception(), null)
  t.end()
})
