import t from 'tap'
import { runCli } from '../support/cli.ts'

process.env.TZ = 'Europe/Berlin'

const now = new Date('2026-11-20T21:00:00Z')
const ids = {
  one: '11111111-1111-4111-8111-111111111111',
  twin: '11111111-2222-4111-8111-111111111111',
  over: '33333333-1111-4111-8111-111111111111',
}
const path = '/api/v1/monitoring/alerts'
const alert = (changes: object) => ({
  id: ids.one,
  title: 'Storage Capacity Critical',
  severity: 'critical',
  resource: '/srv/backup',
  message: '96 % full',
  state: 'firing',
  acknowledged: false,
  started_at: '2026-11-20T20:57:00Z',
  inhibited_by: null,
  resolved_by: null,
  ...changes,
})
const list = (state: string, inhibited: boolean, ...alerts: object[]) => ({
  [`GET ${path}?state=${state}&inhibited=${inhibited}&limit=1000`]: {
    ...{ alerts, total: alerts.length, next_cursor: null },
  },
})
const open = {
  ...list('firing', false, alert({}), alert({ id: ids.twin })),
  ...list('firing', true),
  ...list('pending', false),
  ...list('pending', true),
}
const told = alert({
  labels: { mountpoint: '/srv/backup' },
  part_of: { host: 'backup01' },
  description: 'The next backup is likely to fail.',
  action: 'Make room.',
  runbook_url: '/runbooks/StorageCapacityCritical',
  evidence: {
    used_percent: 96,
    available_bytes: 14495514624,
    disks: ['sda', 'sdb'],
    snapshots: [],
    differences: [{ path: 'a', running: null }],
    inodes: null,
    source: 'statfs /srv/backup',
  },
  flapping: true,
  silenced_by: ['s1', 's2'],
  acknowledged: true,
  acknowledged_by: 'jo',
  acknowledge_comment: 'disk ordered',
  acknowledge_expires_at: '2026-11-20T23:00:00Z',
  transitions: [
    { at: '2026-11-20T20:57:00Z', from: null, to: 'firing', by: null, comment: null },
    { at: '2026-11-20T20:58:00Z', from: 'firing', to: 'acknowledged', by: 'jo', comment: 'yes' },
  ],
  changes: [
    { at: '2026-11-20T20:30:00Z', actor: 'eva', message: 'alert.resolve of x' },
    { at: '2026-11-20T20:31:00Z', actor: null, message: 'A00001L8 was moved' },
  ],
  changes_truncated: false,
})

t.test('of one alert all is told that somebody needs who is woken up by it', async (t) => {
  const said = await runCli(['alerts', '11111111-1'], {
    now,
    answers: { ...open, [`GET ${path}/${ids.one}`]: told },
  })
  t.equal(said.error, '')
  t.strictSame(
    said.out.trimEnd().split('\n'),
    [
      'Storage Capacity Critical',
      '96 % full',
      '',
      'severity            critical',
      'state               firing, acknowledged by jo, flapping, silenced',
      'where               mountpoint /srv/backup, host backup01',
      'since               2026-11-20 21:57:00 (3 min ago)',
      'comment             disk ordered',
      'acknowledged until  2026-11-21 00:00:00 (in 2 h)',
      'flapping            yes',
      'silenced by         s1, s2',
      'why it matters      The next backup is likely to fail.',
      'what to do          Make room.',
      'runbook             http://127.0.0.1:8080/runbooks/StorageCapacityCritical',
      `id                  ${ids.one}`,
      '',
      'EVIDENCE',
      'used_percent     96',
      'available_bytes  14495514624 (13.5 GiB)',
      'disks            sda',
      '                 sdb',
      'snapshots        none',
      'differences      {"path":"a","running":null}',
      'inodes           unknown',
      'source           statfs /srv/backup',
      '',
      'HISTORY            STATE         BY          COMMENT',
      '21:57 (3 min ago)  firing        storwarden  ',
      '21:58 (2 min ago)  acknowledged  jo          yes',
      '',
      'CHANGED IN THE HOUR BEFORE  BY   WHAT',
      '21:30 (30 min ago)          eva  alert.resolve of x',
      '21:31 (29 min ago)               A00001L8 was moved',
    ].map((line) => line.trimEnd()),
  )
})

t.test('an alert of which little is known is shown without what is not there', async (t) => {
  const { out } = await runCli(['alerts', ids.over, '--url', 'https://backup01/storwarden/'], {
    now,
    answers: {
      [`GET ${path}/${ids.over}`]: alert({
        ...{ id: ids.over, state: 'resolved', resolved_by: 'eva', labels: {}, evidence: {} },
        ...{ resolved_at: '2026-11-20T20:58:00Z', resolve_comment: 'mended' },
        ...{ description: 'It matters.', action: '', runbook_url: null, changes: [] },
      }),
    },
  })
  t.strictSame(out.trimEnd().split('\n').slice(3), [
    'severity        critical',
    'state           resolved, by eva',
    'where           /srv/backup',
    'since           2026-11-20 21:57:00 (3 min ago)',
    'resolved        2026-11-20 21:58:00 (2 min ago)',
    'comment         mended',
    'why it matters  It matters.',
    `id              ${ids.over}`,
    '',
    'nothing else is known to have changed in the hour before',
  ])
})

t.test('JSON of one alert is what the daemon answers, and who is not there is told', async (t) => {
  const answers = { ...open, [`GET ${path}/${ids.one}`]: told }
  const { out } = await runCli(['alerts', ids.one.toUpperCase(), '--json'], { answers })
  t.strictSame(JSON.parse(out), told)
  t.match(await runCli(['alerts', '9'], { answers }), {
    status: 1,
    error: 'storwarden alerts: open alert 9: not found\n',
  })
})
