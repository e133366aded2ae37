import t from 'tap'
import { cronInWords } from '../../dashboard/words/cron.ts'
import {
  linesOf,
  matcherOf,
  matcherText,
  matchesAll,
  wouldSilence,
  type Matched,
} from '../../dashboard/pages/silences/matching.ts'

t.test('a schedule is said in words', (t) => {
  const said: Readonly<Record<string, string | null>> = {
    '0 2 * * sun': 'every Sunday at 02:00',
    '0 2 * * 7': 'every Sunday at 02:00',
    '30 22 * * mon-fri': 'every Monday to Friday at 22:30',
    '0 6,18 * * *': 'every day at 06:00 and 18:00',
    '0 3 1,15 * *': 'on day 1 and 15 of the month at 03:00',
    '0 3 L * *': 'on the last day of the month at 03:00',
    '0 3 * * sat#1': 'on the first Saturday of the month at 03:00',
    '0 3 * * sat#L': 'on the last Saturday of the month at 03:00',
    '0 4 1 jan,jul *': 'on day 1 of the month, in January and July at 04:00',
    '15 * * * *': 'every hour at minute 15',
    '0 */6 * * *': 'every 6 hours at minute 0',
    '*/10 * * * *': 'every 10 minutes',
    '*/10 * * * mon,wed': 'every Monday and Wednesday, every 10 minutes',
    '@weekly': 'every Sunday at 00:00',
    '0 3 1 * mon': null,
    '0 3 * *': null,
    '0 25 * * *': null,
    'whenever it rains on us': null,
    '': null,
  }
  t.strictSame(Object.fromEntries(Object.keys(said).map((cron) => [cron, cronInWords(cron)])), said)
  t.end()
})

const alert: Matched = {
  ...{ rule: 'TapeDriveUnreachable', severity: 'critical', source: 'tape' },
  ...{ resource: 'drive 2', labels: { serial: 'HU1' }, part_of: { library: 'XYZZY_A' } },
}

const matchers = (text: string) => linesOf(text).flatMap((line) => matcherOf(line) ?? [])

t.test('matchers are read as they are written, and written as they are read', (t) => {
  const lines = ['rule=A', 'severity=~warning|info', 'library!="a b"', 'serial!~HU.*', 'serial=""']
  t.strictSame(matchers(`${lines.join('\n')}\n\n`).map(matcherText), lines)
  t.strictSame(matcherOf('severity=~"warning|info",'), {
    ...{ name: 'severity', value: 'warning|info', is_regex: true, is_equal: true },
  })
  t.strictSame(['rule', '=x', 'a b', 'rule==x'].map(matcherOf), [null, null, null, null])
  t.end()
})

t.test('an alert is matched by its rule, its labels and what its place belongs to', (t) => {
  const matched = (text: string) => matchesAll(matchers(text), alert)
  t.ok(matched('alertname=TapeDriveUnreachable\nserial=HU1\nlibrary=~XYZZY_.'))
  t.ok(matched('other=""'), 'a label that it does not have is empty')
  t.ok(matched('severity!=warning'))
  t.notOk(matched('library=~XYZZY'), 'patterns stand for the whole value')
  t.notOk(matched('rule=TapeDriveUnreachable\nserial=HU2'), 'all have to match')
  t.notOk(matched('serial=~"("'), 'a pattern that cannot be read matches nothing')
  t.end()
})

t.test('maintenance keeps all but what is critical', (t) => {
  const maintenance = { maintenance: true, matchers: [] }
  t.notOk(wouldSilence(maintenance, alert))
  t.ok(wouldSilence(maintenance, { ...alert, severity: 'warning' }))
  t.ok(wouldSilence({ maintenance: false, matchers: matchers('source=tape') }, alert))
  t.end()
})
