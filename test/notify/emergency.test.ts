import t from 'tap'
import { alertToJson } from '../../src/alerts/alert.ts'
import { emergencies, Emergency } from '../../src/notify/emergency.ts'
import type { Content, Notifier } from '../../src/notify/notifier.ts'
import { channel } from '../support/dispatching.ts'
import { after, alertAt, idOf } from '../support/notices.ts'

const away = alertAt('storwarden', {
  ...{ rule: 'DatabaseUnreachable', labels: {}, severity: 'critical', firedAt: after(60) },
  ...{ title: 'The database does not answer', message: 'No answer since 21:00.' },
})
const drive = alertAt('D1', { severity: 'critical', firedAt: after(90) })
const unreachable = { unreachableSince: after(0), error: 'ECONNREFUSED' }

t.test('it is told of what is critical and new, once it is sure that the database is away', (t) => {
  const told = (...active: Parameters<typeof emergencies>[1]) =>
    emergencies('DatabaseUnreachable', active, after(0)).map(({ resource }) => resource)

  t.strictSame(told(drive), [])
  t.strictSame(told({ ...away, state: 'pending', firedAt: null }, drive), [])
  t.strictSame(told(drive, away), ['storwarden', 'D1'])
  t.strictSame(
    told(
      away,
      { ...drive, severity: 'warning' },
      { ...drive, firedAt: after(-1) },
      { ...drive, inhibitedBy: idOf('library') },
      { ...drive, silencedBy: [idOf('silence')] },
      { ...drive, state: 'pending', firedAt: null },
    ),
    ['storwarden'],
  )
  t.strictSame(told({ ...away, silencedBy: [idOf('silence')] }, drive), [], 'maintenance')
  t.end()
})

/** Looks, and waits until everybody is told. */
function emergencyOf(...notifiers: Notifier[]) {
  const errors: string[] = []
  const emergency = new Emergency({
    ...{ notifiers: () => notifiers, now: () => after(60), newId: () => 'id' },
    ...{ alert: 'DatabaseUnreachable', toJson: alertToJson },
    onError: (error) => errors.push(error.message),
  })
  const look = async (...active: Parameters<Emergency['look']>[1]) => {
    emergency.look(unreachable, active)
    await emergency.settled()
  }
  return { emergency, look, errors }
}

t.test('each channel is told of each thing once, and again when it did not take it', async (t) => {
  const [webhook, slack] = [channel('webhook'), channel('slack')]
  slack.down = true
  const { emergency, look, errors } = emergencyOf(webhook, slack)
  await look(away)
  await look(away)
  slack.down = false
  await look(away, drive)

  const [first, second] = [
    'Something is broken (D1): D1 is broken',
    'The database does not answer (storwarden): No answer since 21:00.',
  ]
  t.strictSame(webhook.sent, [second, first])
  t.strictSame(slack.sent, [`${second} ${first}`])
  t.strictSame(errors, Array(2).fill('slack: is not told that the database is away'))

  emergency.over()
  await look(away)
  t.equal(webhook.sent.length, 3, 'the next time anew')
  emergency.look({ unreachableSince: null, error: null }, [away])
  await emergency.settled()
  t.equal(webhook.sent.length, 3)
})

t.test('a channel that takes nothing but alerts is told of these, as later', async (t) => {
  const sent: Content[] = []
  const taker = (grouped: boolean): Notifier => ({
    ...{ name: 'pagerduty', grouped, kinds: ['alerts'], news: ['firing'] },
    async send({ content }) {
      sent.push(content)
      return '202'
    },
  })
  await emergencyOf(taker(false)).look(away, drive)
  await emergencyOf(taker(true)).look(away, drive)
  t.strictSame(
    sent.map((content) =>
      content.kind === 'alerts' ? content.alerts.map(({ fingerprint }) => fingerprint) : null,
    ),
    [[away.fingerprint], [drive.fingerprint], [away.fingerprint, drive.fingerprint]],
  )
})

t.test('many are counted', async (t) => {
  const webhook = channel()
  const drives = Array.from({ length: 30 }, (_, index) =>
    alertAt(`D${index}`, { severity: 'critical', firedAt: after(90) }),
  )
  await emergencyOf(webhook).look(away, ...drives)
  t.match(webhook.sent[0], /D8 is broken and 21 more$/)
})
