import t from 'tap'
import type { Finding } from '../../src/rules/rule.ts'
import { found, place, ruleOf, run } from '../support/evaluation.ts'
import { read } from '../support/readings.ts'

t.test('a critical alert mutes the warning of its place while it fires', (t) => {
  const over = (percent: number) => (value: unknown) =>
    (value as { percent: number; name: string }[])
      .filter((each) => each.percent > percent)
      .map(({ name }) => place(name))
  const rules = [
    ruleOf({ alert: 'Warning', check: over(80) }),
    ruleOf({ alert: 'Critical', severity: 'critical', inhibits: 'Warning', check: over(95) }),
  ]
  const at = (...percents: number[]) =>
    read(percents.map((percent, index) => ({ percent, name: `p${index}` }))) as never
  const steps = run(rules, [at(85, 85), at(97, 85), at(97, 85), at(85, 85), at(10, 97), at(1, 1)])

  t.strictSame(
    steps.map(({ announced }) => announced),
    [
      ['firing Warning p0', 'firing Warning p1'],
      ['firing Critical p0'],
      [],
      ['firing Warning p0', 'resolved Critical p0'],
      ['resolved Warning p0', 'firing Critical p1'],
      ['resolved Warning p1', 'resolved Critical p1'],
    ],
  )
  t.strictSame(
    steps.map(({ alerts }) =>
      alerts.filter(({ inhibitedBy }) => inhibitedBy !== null).map(({ resource }) => resource),
    ),
    [[], ['p0'], ['p0'], [], ['p1'], []],
  )
  t.end()
})

t.test('a warning that begins muted is not announced before the critical one is over', (t) => {
  const rules = [
    ruleOf({ alert: 'Warning' }),
    ruleOf({
      alert: 'Critical',
      inhibits: 'Warning',
      check: (value) => (value as unknown as Finding[]).filter(({ message }) => message === 'bad'),
    }),
  ]
  const steps = run(rules, [found(place('a', 'bad')), found(place('a', 'poor'))])

  t.strictSame(
    steps.map(({ announced }) => announced),
    [['firing Critical a'], ['firing Warning a', 'resolved Critical a']],
  )
  t.end()
})

/** Alerts of rules that find what the reading holds under their names. */
const rulesOf = (...names: string[]) =>
  names.map((alert) =>
    ruleOf({
      alert,
      check: (value) =>
        (value as unknown as { alert: string; finding: Finding }[]).flatMap((one) =>
          one.alert === alert ? [one.finding] : [],
        ),
    }),
  )
const holds = (
  alert: string,
  labels: Record<string, string> = {},
  given: Partial<Finding> = {},
) => ({ alert, finding: { labels, message: alert, ...given } })
const mutedAmong = (...held: ReturnType<typeof holds>[]) => {
  const names = [...new Set(held.map(({ alert }) => alert))]
  const alerts = run(rulesOf(...names), [read(held) as never]).flatMap((step) => step.alerts)
  const nameOf = new Map(
    alerts.map(({ id, rule, labels }) => [id, [rule, ...Object.values(labels)].join(' ')]),
  )
  return alerts.flatMap(({ id, inhibitedBy }) =>
    inhibitedBy === null ? [] : [`${nameOf.get(id)} by ${nameOf.get(inhibitedBy)}`],
  )
}

t.test('a library that does not answer mutes what is in it, and no other', (t) => {
  const drive = (serial: string, library?: string) =>
    holds('TapeDriveUnreachable', { serial }, library === undefined ? {} : { partOf: { library } })

  t.strictSame(
    mutedAmong(
      holds('ChangerUnreachable', { library: 'L1' }),
      holds('ChangerImportExportFull', { library: 'L1' }),
      holds('ChangerImportExportFull', { library: 'L2' }),
      drive('D1', 'L1'),
      drive('D2', 'L2'),
      drive('D3'),
      holds('LibraryTapeAlert', { library: 'L1', flag: '16' }),
    ),
    [
      'ChangerImportExportFull L1 by ChangerUnreachable L1',
      'TapeDriveUnreachable D1 by ChangerUnreachable L1',
    ],
  )
  t.end()
})

t.test(
  'flags are told also where the drive asks for the same, as nobody else can read them',
  (t) => {
    const flag = (number: string) => holds('TapeDriveTapeAlert', { serial: 'D1', flag: number })
    const required = holds('TapeDriveCleaningRequired', { serial: 'D1' })
    const due = holds('TapeDriveCleaningDue', { serial: 'D1' })

    t.strictSame(mutedAmong(required, flag('20'), flag('21'), due), [
      'TapeDriveCleaningDue D1 by TapeDriveCleaningRequired D1',
    ])
    t.end()
  },
)

t.test('without mhvtl its libraries are gone for one reason, and real ones are gone', (t) => {
  t.strictSame(
    mutedAmong(
      holds('VtlNotRunning'),
      holds('LibraryMissing', { library: 'V1' }, { source: 'vtl' }),
      holds('DriveMissing', { serial: 'V2' }, { source: 'vtl' }),
      holds('LibraryMissing', { library: 'L1' }, { source: 'tape' }),
      holds('DriveMissing', { serial: 'D1' }, { source: 'tape', partOf: { library: 'L1' } }),
    ),
    [
      'LibraryMissing V1 by VtlNotRunning',
      'DriveMissing V2 by VtlNotRunning',
      'DriveMissing D1 by LibraryMissing L1',
    ],
  )
  t.end()
})

t.test('the daemon of a drive that is down mutes the drive, not the library it is in', (t) => {
  const daemon = holds('VtlDaemonDown', { serial: 'V2' }, { partOf: { library: 'V1' } })
  const drive = holds('TapeDriveUnreachable', { serial: 'V2' }, { partOf: { library: 'V1' } })

  t.strictSame(mutedAmong(daemon, drive), ['TapeDriveUnreachable V2 by VtlDaemonDown V2'])
  t.strictSame(mutedAmong(daemon, holds('ChangerOffline', { library: 'V1' })), [])
  t.strictSame(
    mutedAmong(
      holds('VtlDaemonDown', { library: 'V1' }),
      holds('ChangerOffline', { library: 'V1' }),
    ),
    ['ChangerOffline V1 by VtlDaemonDown V1'],
  )
  t.end()
})

t.test('what hangs on SCST, a driver or a target goes with it', (t) => {
  const place = { driver: 'iscsi', target: 'disk1' }
  const lost = holds('ScstSessionLost', { ...place, initiator: 'esx01' })
  t.strictSame(
    mutedAmong(
      holds('ScstNotRunning'),
      lost,
      holds('ServiceDown', { unit: 'scst.service' }),
      holds('ServiceDown', { unit: 'cron.service' }),
    ),
    [
      'ScstSessionLost iscsi disk1 esx01 by ScstNotRunning',
      'ServiceDown scst.service by ScstNotRunning',
    ],
  )
  t.strictSame(mutedAmong(holds('ScstTargetDriverDown', { driver: 'iscsi' }), lost), [
    'ScstSessionLost iscsi disk1 esx01 by ScstTargetDriverDown iscsi',
  ])
  t.strictSame(mutedAmong(holds('TargetMissing', { driver: 'qla', target: 'disk1' }), lost), [])
  t.end()
})

t.test('a condition that is pending mutes nothing yet', (t) => {
  const rules = [
    { ...rulesOf('ChangerUnreachable')[0], forSeconds: 60 },
    ...rulesOf('TapeDriveUnreachable'),
  ] as ReturnType<typeof rulesOf>
  const reading = read([
    holds('ChangerUnreachable', { library: 'L1' }),
    holds('TapeDriveUnreachable', { serial: 'D1' }, { partOf: { library: 'L1' } }),
  ]) as never
  t.strictSame(
    run(rules, [reading, reading, reading]).map(({ alerts }) =>
      alerts.filter(({ inhibitedBy }) => inhibitedBy !== null).map(({ resource }) => resource),
    ),
    [[], [], ['D1']],
  )
  t.end()
})
