import fc from 'fast-check'
import { newsEvents, type AlertNews, type Content } from '../../src/notify/notifier.ts'
import { driveAlert } from './news.ts'

const PIECES = [
  ...['\r\n', '\n', '\r', '\0', '\u001b[31m', '\u0085', '\u2028', '\u202e', '\ufeff', '\ud800'],
  ...['"', '\\', ']', '[', '<', '>', '&', "'", '|', '=', ' ', '%', '{', '}', '`', '*', '_'],
  ...['\r\nBcc: thief@example.org\r\n\r\n', '\r\n.\r\nQUIT\r\n', '=?utf-8?q?=0D=0A?=', '&lt;'],
  ...['<script>', '</td>', '<!channel>', '@here', '😀', 'Ü', 'e\u0301', '__proto__', 'ABC123L8'],
]

/** What a barcode, a serial number or a user may be. */
export const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((pieces) => pieces.join('')),
  // Long ones are cut, wherever that is.
  fc
    .tuple(fc.constantFrom(...PIECES), fc.nat(3000))
    .map(([piece, times]) => piece.repeat(times).slice(0, 4000)),
)

const hostileLabels = fc.dictionary(hostileText, hostileText, { maxKeys: 6 })

const time = fc
  .date({ min: new Date(0), max: new Date('2099-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString())

/** An alert of which every text is hostile. */
const hostileAlert: fc.Arbitrary<AlertNews['alert']> = fc
  .record({
    ...{ id: hostileText, rule: hostileText, title: hostileText, resource: hostileText },
    ...{ message: hostileText, description: hostileText, action: hostileText },
    ...{ labels: hostileLabels, part_of: hostileLabels },
    severity: fc.constantFrom('info' as const, 'warning' as const, 'critical' as const),
    evidence: fc.dictionary(hostileText, fc.jsonValue(), { maxKeys: 4 }),
    runbook_url: fc.option(fc.constant('/runbooks/TapeDriveUnreachable')),
    acknowledged_by: fc.option(hostileText),
    acknowledged_at: fc.option(time),
    acknowledge_comment: fc.option(hostileText),
    started_at: time,
    resolved_at: fc.option(time),
    resolved_by: fc.option(hostileText),
    resolution: fc.option(fc.constantFrom('auto' as const, 'manual' as const, 'absent' as const)),
    resolve_comment: fc.option(hostileText),
  })
  .map((fields) => ({ ...driveAlert, ...fields }))

const hostileNews: fc.Arbitrary<AlertNews> = fc.record({
  event: fc.constantFrom(...newsEvents),
  fingerprint: hostileText,
  alert: hostileAlert,
})

/** What messages say, every text of it hostile. */
export const hostileContent: fc.Arbitrary<Content> = fc.oneof(
  { weight: 4, arbitrary: hostileAlerts() },
  fc.record({ message: hostileText, requested_by: hostileText }).map((said) => {
    return { kind: 'test' as const, ...said }
  }),
  fc.record({ source: hostileText, message: hostileText }).map((said) => {
    const event = { type: 'tape', level: 'error', data: {}, ...said } as const
    return { kind: 'event' as const, event }
  }),
  fc.tuple(fc.array(hostileAlert, { maxLength: 3 }), hostileText).map(([alerts, since]) => ({
    ...{ kind: 'digest' as const, since, until: since, firing: alerts, resolved: alerts },
    ...{ firing_not_listed: 0, resolved_not_listed: 1 },
  })),
)

/** A report, every text of it hostile. */
export const hostileReport: fc.Arbitrary<Content> = fc
  .record({
    ...{ host: hostileText, since: hostileText, until: hostileText, time_zone: hostileText },
    ...{ period: hostileText, headline: hostileText, verdict: hostileText },
    doubts: fc.array(hostileText, { maxLength: 2 }),
    severity: fc.constantFrom('info' as const, 'warning' as const, 'critical' as const, null),
    sections: fc.array(
      fc.record({
        title: hostileText,
        severity: fc.constant(null),
        lines: fc.array(hostileText, { maxLength: 3 }),
        tables: fc.array(
          fc.record({
            title: fc.option(hostileText),
            columns: fc.tuple(hostileText, hostileText),
            rows: fc.array(fc.tuple(hostileText, hostileText), { maxLength: 3 }),
            omitted: fc.nat(3),
          }),
          { maxLength: 2 },
        ),
      }),
      { maxLength: 3 },
    ),
  })
  .map((report) => ({ kind: 'report' as const, ...report }))

/** Some alerts, or one. */
export function hostileAlerts(maxLength = 4) {
  return fc
    .record({
      key: hostileText,
      labels: hostileLabels,
      alerts: fc.array(hostileNews, { minLength: 1, maxLength }),
    })
    .map(({ key, labels, alerts }) => ({ kind: 'alerts' as const, group: { key, labels }, alerts }))
}
