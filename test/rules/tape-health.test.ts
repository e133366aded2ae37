import t from 'tap'
import type { DriveHealth, Mount } from '../../src/collectors/drive-health.ts'
import { UNCOUNTED } from '../../src/collectors/drive-work.ts'
import type { Finding } from '../../src/rules/rule.ts'
import {
  tapeDriveCleaningDue,
  tapeDriveFailurePredicted,
  tapeDriveRetriesHigh,
  tapeDriveTooWarm,
  tapeDriveUnrecoveredErrors,
} from '../../src/rules/tape-health.ts'
import { drive } from '../support/drive-health.ts'

const at = new Date('2026-11-20T21:00:00Z')
const told = (findings: Finding[]) => findings.map(({ labels, message }) => [labels, message])
const where = 'IBM ULT3580-TD8, serial D1 = /dev/sg13'
const well = drive({ tape: 'A' })
const lifetime = (given: Partial<DriveHealth['lifetime']>) =>
  drive({ tape: 'A' }, { lifetime: { ...well.lifetime, ...given } })
const mounted = (given: Partial<Mount>) =>
  drive(
    { tape: 'A' },
    {
      volumeTag: 'ABC123L8',
      mount: {
        ...UNCOUNTED,
        since: at,
        rewritesPerGigabyte: null,
        rereadsPerGigabyte: null,
        ...given,
      },
    },
  )

t.test('errors of the last day are told with their cartridges', (t) => {
  const errors = (writeErrors: number, readErrors: number, cartridge: string | null) => ({
    at,
    writeErrors,
    readErrors,
    cartridge,
  })
  const recentErrors = [errors(1, 0, 'A1'), errors(2, 0, null), errors(0, 1, 'A1')]
  const [finding] = tapeDriveUnrecoveredErrors.check([well, drive({}, { recentErrors })])

  t.strictSame(finding, {
    labels: { serial: 'D1' },
    partOf: {},
    message: `${where} had 3 write errors and 1 read error in the last day, with A1.`,
    evidence: {
      write_error_count: 3,
      read_error_count: 1,
      cartridges: ['A1'],
      last_at: '2026-11-20T21:00:00.000Z',
      source: 'log pages 02h, 03h, 14h and 17h of /dev/sg13',
      volume_tag: null,
      device: '/dev/sg13',
      tape_node: null,
      library: null,
      read_at: null,
    },
    source: 'tape',
  })
  const one = drive({}, { recentErrors: [errors(0, 1, null)], virtual: true })
  t.match(tapeDriveUnrecoveredErrors.check([one]), [
    { message: `${where} had 1 read error in the last day.`, source: 'vtl' },
  ])
  t.end()
})

t.test('retries count where enough was written or read', (t) => {
  const rule = tapeDriveRetriesHigh(100)
  const high = { writtenBytes: 20_000_000_000, rewritesPerGigabyte: 100.5 }
  t.strictSame(told(rule.check([mounted(high)])), [
    [
      { serial: 'D1' },
      `${where}, with ABC123L8 loaded, needs 100.5 rewrites a gigabyte, over 18.6 GiB.`,
    ],
  ])
  t.match(rule.check([mounted({ readBytes: 10_000_000_000, rereadsPerGigabyte: 300 })]), [
    { message: /needs 300.0 rereads a gigabyte/, evidence: { threshold_per_gigabyte: 100 } },
  ])
  for (const quiet of [
    { writtenBytes: 9_999_999_999, rewritesPerGigabyte: 5000 },
    { writtenBytes: 20_000_000_000, rewritesPerGigabyte: 100 },
    { writtenBytes: 20_000_000_000, rewritesPerGigabyte: null },
    { writtenBytes: null, rewritesPerGigabyte: 500 },
  ]) {
    t.strictSame(rule.check([mounted(quiet), well]), [])
  }
  t.end()
})

t.test('hours since cleaning are information, where a real drive counts them', (t) => {
  const rule = tapeDriveCleaningDue(250)
  t.equal(rule.severity, 'info')
  t.strictSame(told(rule.check([lifetime({ motionHoursSinceCleaning: 251 })])), [
    [{ serial: 'D1' }, `${where} ran 251 hours since it was last cleaned.`],
  ])
  t.strictSame(rule.check([lifetime({ motionHoursSinceCleaning: 250 }), well]), [])
  const made = { ...lifetime({ motionHoursSinceCleaning: 900 }), virtual: true }
  t.strictSame(rule.check([made]), [])
  t.end()
})

t.test('a drive that expects to fail is told of until it says otherwise', (t) => {
  const says = (failurePredicted: boolean, text: string | null) =>
    drive({}, { takenAt: at, exception: { failurePredicted, text } })
  const failing = says(true, 'failure prediction threshold exceeded')
  const warm = says(false, 'warning - specified temperature exceeded')
  const silent = drive({}, { takenAt: at, exception: null })

  t.strictSame(told(tapeDriveFailurePredicted.check([failing, warm, says(false, null), silent])), [
    [{ serial: 'D1' }, `${where} expects to fail: failure prediction threshold exceeded.`],
  ])
  t.strictSame(tapeDriveFailurePredicted.undecided?.([warm]), [])
  t.strictSame(tapeDriveFailurePredicted.undecided?.([silent]), [{ serial: 'D1' }])
  t.end()
})

t.test('too warm is a drive by its own limit or its own word', (t) => {
  const warm = (celsius: number | null, limitCelsius: number | null, exceeded: boolean | null) =>
    drive({}, { temperature: { celsius, limitCelsius, exceeded } })
  const message = (...drives: DriveHealth[]) => tapeDriveTooWarm.check(drives)[0]?.message

  t.equal(
    message(warm(56, 55, null)),
    `${where} is or was warmer than its limit of 55 °C, 56 °C now.`,
  )
  t.equal(
    message(warm(40, 55, true)),
    `${where} is or was warmer than its limit of 55 °C, 40 °C now.`,
  )
  t.equal(message(warm(null, null, true)), `${where} is or was warmer than recommended.`)
  t.equal(
    message(
      warm(55, 55, false),
      warm(90, null, null),
      warm(null, 55, null),
      warm(null, null, false),
    ),
    undefined,
  )
  t.end()
})

t.test('of a drive that has not told enough since the daemon began nothing is over', (t) => {
  const day = (days: number) => new Date(at.getTime() + days * 86_400_000)
  const told = (given: Partial<DriveHealth> = {}) =>
    drive({ tape: 'A' }, { takenAt: day(2), watchedSince: day(0), ...given })
  const rules = [
    tapeDriveUnrecoveredErrors,
    tapeDriveRetriesHigh(100),
    tapeDriveCleaningDue(250),
    tapeDriveFailurePredicted,
    tapeDriveTooWarm,
  ]
  const undecided = (one: DriveHealth) =>
    rules.filter((rule) => rule.undecided?.([one]).length !== 0).map(({ alert }) => alert)
  const all = rules.map(({ alert }) => alert)
  const complete = {
    temperature: { celsius: 30, limitCelsius: 55, exceeded: null },
    exception: { failurePredicted: false, text: null },
    lifetime: { ...well.lifetime, motionHoursSinceCleaning: 3 },
  }

  t.strictSame(undecided(told(complete)), [])
  t.strictSame(undecided(told({ ...complete, takenAt: null, passedOver: 'locating' })), all)
  t.strictSame(undecided(told({ ...complete, error: 'no answer' })), all)
  t.strictSame(undecided(told()), [
    'TapeDriveCleaningDue',
    'TapeDriveFailurePredicted',
    'TapeDriveTooWarm',
  ])
  t.strictSame(
    undecided(told({ ...complete, watchedSince: day(1.5) })),
    ['TapeDriveUnrecoveredErrors'],
    'errors of the day before it was watched are not known',
  )
  const mount = { ...UNCOUNTED, since: day(0), rewritesPerGigabyte: null, rereadsPerGigabyte: null }
  t.strictSame(
    undecided(told({ ...complete, mount })),
    ['TapeDriveRetriesHigh'],
    'what was written before it was watched is not known',
  )
  for (const known of [{ since: day(1) }, { writtenBytes: 10e9 }, { readBytes: 10e9 }]) {
    t.strictSame(undecided(told({ ...complete, mount: { ...mount, ...known } })), [])
  }

  const places = (one: DriveHealth) => tapeDriveTooWarm.undecided?.([one])
  t.strictSame(places(drive({ id: 'D1' })), [{ serial: 'D1' }])
  t.strictSame(places(drive({ id: '1:0:0:0' }, { serial: null })), [{}], 'any drive')
  t.end()
})
