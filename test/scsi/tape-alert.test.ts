import t from 'tap'
import { changerTapeAlert, driveTapeAlert, type TapeAlertFlag } from '../../src/scsi/tape-alert.ts'

const flags = (of: (number: number) => TapeAlertFlag) =>
  Array.from({ length: 64 }, (_, index) => of(index + 1))
const drive = flags(driveTapeAlert)
const changer = flags(changerTapeAlert)

/** Letters of smartmontools' tables (lib/scsicmds.cpp) and, where those say reserved, of this table's reasons. */
const DRIVE_SEVERITIES =
  'WWWCCCWWC' + // 1 to 9
  'IIICCWCWWI' + // 10 to 19
  'CWCCWWWWWW' + // 20 to 29
  'CCWCWWWWCW' + // 30 to 39
  'CCWCCCWWWW' + // 40 to 49
  'WWCCCCCCWC' + // 50 to 59
  'WW' // 60 and 61
const CHANGER_SEVERITIES = 'CWCCWCWWC' + 'CCCWWWCCCW' + 'IIIWCWWWWW' + 'CCI'

const letters = (list: readonly TapeAlertFlag[]) =>
  list.map(({ severity }) => severity.charAt(0).toUpperCase()).join('')

t.test('severities of the standard', (t) => {
  t.equal(letters(drive.slice(0, 61)), DRIVE_SEVERITIES)
  t.equal(letters(changer.slice(0, 32)), CHANGER_SEVERITIES)
  t.end()
})

t.test('drives and changers have tables of their own', (t) => {
  t.match(driveTapeAlert(4), { number: 4, name: 'Media', concerns: 'medium' })
  t.match(changerTapeAlert(4), { number: 4, name: 'Library hardware D', concerns: 'library' })
  t.end()
})

t.test('a flag that no table knows is kept', (t) => {
  t.strictSame(driveTapeAlert(63), {
    number: 63,
    name: 'unknown flag 63',
    severity: 'warning',
    message: 'The drive set a TapeAlert flag that its standard does not define.',
    action: 'Look the flag up in the manual of the drive, or ask its supplier.',
    concerns: 'drive',
    ends: 'operator',
  })
  t.match(changerTapeAlert(33), { name: 'unknown flag 33', concerns: 'library' })
  const unknown = (list: readonly TapeAlertFlag[]) =>
    list.filter(({ name }) => name.startsWith('unknown')).map(({ number }) => number)
  t.strictSame(unknown(drive), [62, 63, 64])
  t.strictSame(
    unknown(changer),
    Array.from({ length: 32 }, (_, index) => index + 33),
  )
  t.end()
})

t.test('every flag says what it means and what to do, in sentences', (t) => {
  for (const { number, name, message, action } of [...drive, ...changer]) {
    t.match([message, action], [/^[A-Z].*\.$/, /^[A-Z].*\.$/], `${number} ${name}`)
  }
  for (const table of [drive, changer]) {
    t.equal(new Set(table.map(({ name }) => name)).size, 64, 'no name is given twice')
  }
  t.end()
})

t.test('what tells that it is over', (t) => {
  const over = (end: string) => drive.filter(({ ends }) => ends === end).map(({ number }) => number)
  t.strictSame(over('cleaned'), [20, 21])
  t.strictSame(over('next-load'), [7, 16, 22, 50, 51, 59])
  t.strictSame(over('power-cycle'), [30, 31, 40, 44])
  t.ok(
    drive.every(
      ({ concerns, ends }) =>
        concerns !== 'medium' || ends === 'medium-removed' || ends === 'next-load',
    ),
    'what is about the cartridge goes with it',
  )
  t.notOk(
    changer.some(({ ends }) => ['medium-removed', 'next-load', 'cleaned'].includes(ends)),
    'nothing that only a drive can show',
  )
  t.end()
})
