import t from 'tap'
import { analyseIncident } from '../../src/incidents/analysis.ts'
import type { TimelineEntry } from '../../src/incidents/timeline-entry.ts'
import { after, alertAt, idOf } from '../support/notices.ts'

const entry = (
  seconds: number,
  title: string,
  given: Partial<TimelineEntry> = {},
): TimelineEntry => ({
  ...{ at: after(seconds), kind: 'event', title, source: 'x', id: '1', link: null, actor: null },
  ...{ level: 'info', details: {} },
  ...given,
})
const drive = (name: string, seconds: number, given: Parameters<typeof alertAt>[1] = {}) =>
  alertAt(name, {
    ...{ labels: { drive: name }, partOf: { library: 'L1' }, startedAt: after(seconds) },
    ...given,
  })
const sentences = (
  alerts: Parameters<typeof analyseIncident>[0]['alerts'],
  before: readonly TimelineEntry[] = [],
) => analyseIncident({ alerts, before, startedAt: after(0) }).map(({ sentence }) => sentence)

t.test('an alert from which others follow explains most', (t) => {
  const library = drive('library', 30)
  const follows = { inhibitedBy: library.id }
  t.strictSame(sentences([drive('d1', 0, follows), library, drive('d2', 40, follows)]), [
    'Something is broken (library): 2 other alerts follow from it.',
    'Something is broken (d1) was the first alert, 30 s before any other.',
    'All 3 alerts are about library L1.',
  ])
  t.end()
})

t.test(
  'what was changed at the same place counts for more than what was changed elsewhere',
  (t) => {
    const concerned = { details: { payload: { library: 'L1' } } }
    t.strictSame(
      sentences(
        [drive('d1', 0)],
        [
          entry(-3000, 'Target t1 was disabled.', { kind: 'configuration', level: 'warning' }),
          entry(-1800, 'Cartridge A moved.', { kind: 'movement', ...concerned }),
          entry(-600, 'ada: rule.update of r1', {
            kind: 'audit',
            details: { action: 'rule.update' },
          }),
          entry(-500, 'a session was opened'),
          entry(-400, 'ben: session.create', {
            kind: 'audit',
            details: { action: 'session.create' },
          }),
          entry(-60, 'Drive d1 does not answer.', { level: 'warning', details: { serial: 'd1' } }),
        ],
      ),
      [
        '30 min before: Cartridge A moved. It concerns library L1, as the alerts do.',
        '1 min before: Drive d1 does not answer. It concerns drive d1, as the alerts do.',
        'Something is broken (d1) was the first alert.',
        '50 min before: Target t1 was disabled.',
        '10 min before: ada: rule.update of r1.',
      ],
    )
    t.end()
  },
)

t.test('only the hour before the first alert is looked at', (t) => {
  const configuration = { kind: 'configuration' as const }
  t.strictSame(
    sentences(
      [drive('d1', -600), drive('d2', 0)],
      [
        entry(-600 - 3601, 'too early', configuration),
        entry(-600 - 3600, 'just in time', configuration),
        entry(-599, 'too late', configuration),
      ],
    ),
    [
      'Something is broken (d1) was the first alert, 600 s before any other.',
      'All 2 alerts are about library L1.',
      '60 min before: just in time.',
    ],
  )
  t.end()
})

t.test(
  'without alerts what happened before the incident is left, and without that nothing',
  (t) => {
    t.strictSame(sentences([], [entry(-60, 'changed', { kind: 'configuration' })]), [
      '1 min before: changed.',
    ])
    t.strictSame(sentences([]), [])
    t.end()
  },
)

t.test('of a storm only so much is told, whatever the order in which it is given', (t) => {
  const alerts = Array.from({ length: 300 }, (_, n) => drive(`d${n}`, n % 7))
  const before = Array.from({ length: 400 }, (_, n) =>
    entry(-n, `change ${n}`, { kind: 'configuration', details: { library: 'L1' } }),
  )
  const told = sentences(alerts, before)
  t.ok(told.length <= 10)
  t.strictSame(sentences([...alerts].reverse(), [...before].reverse()), told)
  t.end()
})

t.test('a cause leads to where more is known of it', (t) => {
  const [first] = analyseIncident({ alerts: [drive('d1', 0)], before: [], startedAt: after(0) })
  t.strictSame(first, {
    ...{ kind: 'first_alert', at: after(0), link: `/api/v1/monitoring/alerts/${idOf('d1')}` },
    ...{ sentence: 'Something is broken (d1) was the first alert.', weight: 50 },
  })
  t.end()
})

t.test(
  'neither logins nor what became of other incidents are causes, and seconds are told',
  (t) => {
    const audit = (action: string) => ({ kind: 'audit' as const, details: { action } })
    t.strictSame(
      sentences(
        [],
        [
          entry(-50, 'incident 2, critical, open: opened', {
            source: 'incidents',
            level: 'warning',
          }),
          entry(-40, 'ada: session.create of ada', audit('session.create')),
          entry(-30, 'ada: incident.update of 2', audit('incident.update')),
          entry(-20, 'ada: rule.update of r1', audit('rule.update')),
        ],
      ),
      ['20 s before: ada: rule.update of r1.'],
    )
    t.end()
  },
)
