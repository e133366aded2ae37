import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { collectors } from '../../src/collectors/index.ts'
import { startTestDaemon, until, type TestDaemon } from '../support/daemon.ts'
import { dashboardText, drawnPanels, whenAllIsChosen, type Dashboard } from '../support/grafana.ts'
import { lacks } from '../support/peer.ts'
import { startPrometheus, type TestPrometheus } from '../support/prometheus-server.ts'

const recordings = fileURLToPath(new URL('../../fixtures/recordings', import.meta.url))
const skip = lacks('prometheus', '--version')

t.test(
  'what is wrong with a recorded appliance is alerted, and nothing else',
  { skip },
  async (t) => {
    const steady = await replaying(t, '01-steady')
    const complaining = await replaying(t, '04-tapealert')
    const degraded = await replaying(t, '07-raid-degraded-and-full')
    const prometheus = await startPrometheus(t, [steady, complaining, degraded].map(addressOf))
    await allRead(prometheus, { appliances: 3, flags: 9 })

    const { groups } = await prometheus.get<Groups>('rules')
    t.strictSame(
      groups.flatMap(({ rules }) => rules).filter(({ health }) => health !== 'ok'),
      [],
    )
    const { activeTargets } = await prometheus.get<Targets>('targets')
    t.strictSame(
      activeTargets.map(({ health, labels }) => `${labels.job} ${health}`),
      ['storwarden up', 'storwarden up', 'storwarden up'],
    )

    const repoB = 'StorageCapacityWarning /srv/repo-b (pending)'
    const flags = (drive: string, ...numbers: number[]) =>
      numbers.map((flag) => `TapeDriveTapeAlert ${drive} flag ${flag}`)
    t.strictSame(await prometheus.alerts(addressOf(steady)), [
      repoB,
      ...[...flags('XYZZY_A01', 50), ...flags('XYZZY_A02', 50)],
    ])
    t.strictSame(await prometheus.alerts(addressOf(complaining)), [
      'ApplianceCritical (pending)',
      'ChangerImportExportFull DEC30050AB (pending)',
      'LibraryTapeAlert XYZZY_A flag 16',
      'LibraryTapeAlert XYZZY_A flag 3',
      repoB,
      'TapeDriveCleaningRequested IBMLIB0001',
      'TapeDriveCleaningRequired XYZZY_A01',
      ...[...flags('IBMLIB0001', 21), ...flags('XYZZY_A01', 20, 3)],
      ...[...flags('XYZZY_A02', 7), ...flags('XYZZY_A04', 30)],
    ])
    t.strictSame(await prometheus.alerts(addressOf(degraded)), [
      'ApplianceCritical (pending)',
      'ArrayDegraded md0',
      'ChangerImportExportFull DEC30050AB (pending)',
      'CollectorFailing tape_health (pending)',
      'StorageCapacityCritical /srv/repo-b (pending)',
      'StorageCapacityWarning / (pending)',
      repoB,
    ])

    await t.test('the dashboard shows it', async (t) => {
      await ratesKnown(prometheus)
      t.strictSame(
        await emptyPanels(prometheus),
        [
          'Alerts: Incidents',
          'Drives: Drives that expect to fail',
          'Drives: Blocks that were written or read again, a gigabyte',
          'Drives: Temperature',
          'Drives: Time in motion since the last cleaning',
          'Cartridges: Those with the least life left',
          'Cartridges: Those with errors that were not recovered',
          'SCST: Oldest command under way',
          'SCST: Fibre Channel ports',
          'Storage: Full in',
          'Storage: Used up in',
          'Storage: Resync, recovery and check',
          'The daemon itself: Requests that end with 5xx',
          'The daemon itself: What differs from what ought to be',
          'The daemon itself: Time of comparisons',
          'The daemon itself: Time of reconciliations',
          'Operations: Breakers',
          'Operations: How long tasks take',
          'Notifications: Channels',
          'Notifications: Attempts',
          'Notifications: Messages that were given up',
          'Notifications: Messages that wait',
          'Notifications: The oldest that waits',
          'Fleet: Appliances',
          'Fleet: Since appliances were heard',
          'Fleet: Events of appliances',
          'Fleet: What never came, and what cannot be read',
          'Fleet: Connection to the servers',
          'Fleet: Messages that a fleet is told',
          'Fleet: Events that a fleet is still to be told',
        ],
        'but for what these recordings have none of',
      )
    })
  },
)

t.test('an alert lasts while nothing is known, and ends when all is well', { skip }, async (t) => {
  const broken = await replaying(t, '07-raid-degraded-and-full')
  const address = addressOf(broken)
  const prometheus = await startPrometheus(t, [address], { atOnce: true })
  await allRead(prometheus)
  const full = [
    'StorageCapacityCritical /srv/repo-b',
    'StorageCapacityWarning /',
    'StorageCapacityWarning /srv/repo-b',
  ]
  const wrong = [
    ...['ApplianceCritical', 'ArrayDegraded md0', 'ChangerImportExportFull DEC30050AB'],
    ...full,
  ]
  t.strictSame(await prometheus.alerts(address), [...wrong, 'CollectorFailing tape_health'].sort())

  await broken.end('SIGTERM')
  await prometheus.evaluated()
  t.strictSame(await prometheus.alerts(address), [...wrong, 'StorwardenDown'])

  // Here the arrays are well and the file systems cannot be read.
  const partly = await replaying(t, 'x1-drive-daemon-segv', '--listen', address)
  await allRead(prometheus)
  t.strictSame(await prometheus.alerts(address), [
    'CollectorFailing filesystems',
    'CollectorFailing services',
    'CollectorFailing smart',
    'CollectorFailing volume_groups',
    ...full,
  ])

  await partly.end('SIGTERM')
  await replaying(t, '01-steady', '--listen', address)
  await allRead(prometheus, { flags: 2 })
  t.strictSame(await prometheus.alerts(address), [
    'StorageCapacityWarning /srv/repo-b',
    'TapeDriveTapeAlert XYZZY_A01 flag 50',
    'TapeDriveTapeAlert XYZZY_A02 flag 50',
  ])
})

t.test('the metrics are to be had with a token', { skip }, async (t) => {
  const daemon = await replaying(t, '01-steady')
  const { token } = await daemon.post<{ token: string }>('/api/v1/auth/tokens', {
    name: 'prometheus',
    role: 'viewer',
  })
  const file = join(t.testdir({ token }), 'token')
  const prometheus = await startPrometheus(t, [addressOf(daemon)], {
    scrape: {
      metrics_path: '/api/v1/monitoring/metrics/prometheus',
      authorization: { credentials_file: file },
    },
  })
  await allRead(prometheus)
  t.match(await prometheus.query('up'), [{ value: '1' }])
})

/**
 * Resolves when all collectors of the appliances and their own rules are through, so many TapeAlert flags were
 * read, and Prometheus has seen it.
 */
async function allRead(
  prometheus: TestPrometheus,
  { appliances = 1, flags = 0 } = {},
): Promise<void> {
  await until(
    () => prometheus.query('count by (instance) (storwarden_collector_success)'),
    (counts) =>
      counts.length === appliances &&
      counts.every(({ value }) => Number(value) === Object.keys(collectors).length),
  )
  await until(
    () => prometheus.query('count by (instance) (storwarden_alerts)'),
    (counts) => counts.length === appliances,
  )
  await until(
    () => prometheus.query('count(storwarden_tape_alert_active)'),
    ([count]) => Number(count?.value ?? 0) >= flags,
  )
  await prometheus.evaluated()
}

/** Resolves when the requests have been scraped twice: of one sample there is no rate. */
async function ratesKnown(prometheus: TestPrometheus): Promise<void> {
  await until(
    () => prometheus.query('rate(storwarden_http_requests_total[5m])'),
    (rates) => rates.length > 0,
  )
}

/** Panels, those of details left out, none of whose queries has an answer; rejects with a query that is none. */
async function emptyPanels(prometheus: TestPrometheus): Promise<string[]> {
  const empty: string[] = []
  for (const { row, panel } of drawnPanels(JSON.parse(dashboardText()) as Dashboard)) {
    const answers = await Promise.all(
      (panel.targets ?? []).map(({ expr }) => prometheus.query(whenAllIsChosen(expr))),
    )
    if (row.endsWith(' in detail') || answers.some((samples) => samples.length > 0)) continue
    empty.push(`${row}: ${panel.title}`)
  }
  return empty
}

interface Groups {
  groups: { rules: { name: string; health: string }[] }[]
}

interface Targets {
  activeTargets: { health: string; labels: Record<string, string> }[]
}

type Teardown = Parameters<typeof startTestDaemon>[0]

function replaying(t: Teardown, recording: string, ...words: string[]): Promise<TestDaemon> {
  return startTestDaemon(t, { arguments: ['--replay', join(recordings, recording), ...words] })
}

function addressOf({ url }: TestDaemon): string {
  return new URL(url).host
}
