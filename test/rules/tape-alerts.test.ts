import t from 'tap'
import {
  libraryTapeAlert,
  tapeDriveTapeAlert,
  tapeDriveTapeAlertPending,
} from '../../src/rules/tape-alerts.ts'
import type { ActiveTapeAlert, TapeAlertState } from '../../src/tape-alerts/tape-alert.ts'

const at = (minutes: number) => new Date(Date.parse('2026-11-20T21:00:00Z') + minutes * 60_000)

const place = {
  text: 'IBM ULT3580-TD8, drive 0 of library L1 = serial D1 = /dev/sg3',
  ...{ virtual: false, node: '/dev/sg3', element: { library: 'L1', number: 0 } },
}
const flag = (given: Partial<ActiveTapeAlert> = {}): ActiveTapeAlert => ({
  ...{ kind: 'drive', id: 'D1', place, flag: 4, name: 'Media', severity: 'critical' },
  ...{ meaning: 'Data is at risk.', action: 'Copy it.', aboutMedium: true, mediumLeft: false },
  ...{ volumeTag: 'A00001L8', firstSeen: at(0), lastSeen: at(5), count: 2 },
  excerpt: '2e 00 01 40 … 00 04 c0 01 01',
  ...given,
})
const state = (given: Partial<TapeAlertState>): TapeAlertState => ({
  ...{ active: [], unread: [], undecided: [] },
  ...given,
})

t.test('a flag is an alert with its own severity, words and evidence', (t) => {
  t.strictSame(tapeDriveTapeAlert.check(state({ active: [flag()] })), [
    {
      labels: { serial: 'D1', flag: '4' },
      partOf: { library: 'L1' },
      name: 'TapeAlert: Media',
      severity: 'critical',
      action: 'Copy it.',
      source: 'tape',
      message: `${place.text}: Data is at risk. The cartridge is A00001L8. (flag 4)`,
      evidence: {
        flag: 4,
        source: 'log page 2Eh of /dev/sg3',
        page_excerpt: '2e 00 01 40 … 00 04 c0 01 01',
        first_read_at: '2026-11-20T21:00:00.000Z',
        read_at: '2026-11-20T21:05:00.000Z',
        read_count: 2,
        volume_tags: ['A00001L8'],
        device: '/dev/sg3',
        library: 'L1',
        element: 0,
      },
    },
  ])
  t.end()
})

t.test('drives and libraries have tables and labels of their own', (t) => {
  const library = flag({
    ...{ kind: 'library', id: 'L1', flag: 16, name: 'Library door', aboutMedium: false },
    ...{ volumeTag: null, place: { ...place, text: 'STK L700', virtual: true, element: null } },
  })
  const both = state({ active: [flag(), library] })
  const labels = (findings: { labels: object }[]) => findings.map((finding) => finding.labels)
  t.strictSame(labels(tapeDriveTapeAlert.check(both)), [{ serial: 'D1', flag: '4' }])
  t.match(libraryTapeAlert.check(both), [
    {
      ...{ labels: { library: 'L1', flag: '16' }, name: 'TapeAlert: Library door', source: 'vtl' },
      ...{ message: 'STK L700: Data is at risk. (flag 16)', evidence: { library: 'L1' } },
      action: 'Copy it. Then resolve the alert: nothing else says that it is over.',
    },
  ])
  t.end()
})

t.test(
  'the message names every cartridge with the flag, and whether it has left the drive',
  (t) => {
    const messages = (...active: ActiveTapeAlert[]) =>
      tapeDriveTapeAlert.check(state({ active })).map(({ message }) => message.split(' risk.')[1])
    const other = flag({ volumeTag: 'A00002L8', lastSeen: at(9), count: 1 })

    t.strictSame(messages(flag({ mediumLeft: true })), [
      ' The cartridge is A00001L8, which has left the drive. (flag 4)',
    ])
    t.strictSame(messages(flag(), other), [' The cartridges are A00001L8, A00002L8. (flag 4)'])
    t.strictSame(messages(flag({ volumeTag: null })), [' (flag 4)'])
    t.strictSame(messages(flag({ aboutMedium: false, flag: 30 })), [
      ' Loaded was A00001L8. (flag 30)',
    ])
    t.match(tapeDriveTapeAlert.check(state({ active: [flag(), other] })), [
      { evidence: { read_count: 3, read_at: '2026-11-20T21:09:00.000Z' } },
    ])
    t.end()
  },
)

t.test('what is not read, or could not be, is pending', (t) => {
  const unread = (error: string | null) => ({ id: 'D1', place, volumeTag: 'A00001L8', error })
  t.match(tapeDriveTapeAlertPending.check(state({ unread: [unread(null)] })), [
    {
      labels: { serial: 'D1' },
      message: `${place.text} has an unread TapeAlert (TAFC of log page 11h), and monitoring.tapealert is off.`,
      evidence: { volume_tag: 'A00001L8', error: null },
    },
  ])
  t.match(tapeDriveTapeAlertPending.check(state({ unread: [unread('no answer')] })), [
    {
      message: `${place.text} has an unread TapeAlert (TAFC of log page 11h), which could not be read: no answer.`,
    },
  ])
  const undecided = [{ serial: 'D2' }]
  t.strictSame(tapeDriveTapeAlertPending.undecided?.(state({ undecided })), undecided)
  t.end()
})
