import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { inhibitions } from '../../src/rules/inhibitions.ts'
import { builtInRules } from '../../src/rules/index.ts'
import { until } from '../support/daemon.ts'
import { lacks, run, startPeer } from '../support/peer.ts'
import { deploy, readYaml, shippedRules } from '../support/prometheus.ts'

const file = join(deploy, 'alertmanager/alertmanager.yml')
const skip = lacks('amtool', '--version')
const alerts = shippedRules().flatMap(({ rules }) =>
  rules.flatMap((rule) => ('alert' in rule ? [rule.alert] : [])),
)

t.test('amtool takes the example', { skip }, (t) => {
  t.match(run('amtool', ['check-config', file]), /SUCCESS[^]*4 receivers/)
  t.end()
})

t.test('secrets are in files', (t) => {
  const text = readFileSync(file, 'utf8')
  t.notMatch(text, /(password|routing_key|service_key|credentials|api_url):/)
  for (const secret of ['smtp_auth_password', 'routing_key', 'credentials']) {
    t.match(text, `${secret}_file: /etc/alertmanager/`)
  }
  t.end()
})

t.test('the pager is for what is critical, mail for what has to be done', { skip }, (t) => {
  const told = (...labels: string[]) =>
    run('amtool', ['config', 'routes', 'test', `--config.file=${file}`, ...labels])
      .replace(/^Warning: .*$/m, '')
      .trim()
  t.equal(told('severity=critical'), 'webhook,pager,mail')
  t.equal(told('severity=critical', 'library=L1'), 'webhook,pager,mail')
  t.equal(told('severity=warning', 'target=iqn.2026-01.org.example:disk1'), 'webhook,mail')
  t.equal(told('severity=info', 'library=L1'), 'webhook,nobody')
  t.end()
})

t.test('alerts of one library are one message, and so are those of one target', (t) => {
  const { route } = readYaml(file) as { route: Route }
  t.strictSame(route.group_by, ['instance', 'alertname'])
  const told = route.routes?.filter(({ receiver }) => receiver !== 'nobody') ?? []
  t.equal(told.length, 3)
  for (const { receiver = '', routes } of told) {
    t.strictSame(
      routes,
      [
        { matchers: ['library=~".+"'], group_by: ['instance', 'library'] },
        { matchers: ['target=~".+"'], group_by: ['instance', 'target'] },
      ],
      receiver,
    )
  }
  t.end()
})

t.test('what follows from what for the daemon is muted here too', (t) => {
  const { inhibit_rules: rules } = readYaml(file) as { inhibit_rules: Inhibition[] }
  const known = (names: readonly string[]) => names.filter((name) => alerts.includes(name))
  const wanted = [
    ...inhibitions.map(({ by, mutes, equal }) => {
      return { by: known(by.rules), mutes: known(mutes.rules), equal }
    }),
    ...builtInRules().map(({ alert, inhibits = '' }) => {
      return { by: known([alert]), mutes: known([inhibits]), equal: [] }
    }),
  ]
  for (const { by, mutes, equal } of wanted) {
    for (const [source, target] of by.flatMap((one) => mutes.map((other) => [one, other]))) {
      const muting = rules.filter(
        (rule) =>
          admits(rule.source_matchers, source ?? '') &&
          admits(rule.target_matchers, target ?? '') &&
          ['instance', ...equal].every((label) => rule.equal.includes(label)),
      )
      t.ok(muting.length > 0, `${source} mutes ${target}`)
    }
  }
  const named = rules
    .flatMap((rule) => [...rule.source_matchers, ...rule.target_matchers])
    .flatMap((matcher) => /^alertname!?[=~]~?"(.*)"$/.exec(matcher)?.[1]?.split('|') ?? [])
  t.strictSame(
    named.filter((name) => !alerts.some((alert) => new RegExp(`^(?:${name})$`).test(alert))),
    [],
    'and names no alert that there is not',
  )
  t.end()
})

// Debian's name, and that of the project.
const program = lacks('prometheus-alertmanager', '--version')
  ? 'alertmanager'
  : 'prometheus-alertmanager'

t.test('an Alertmanager mutes by it', { skip: lacks(program, '--version') }, async (t) => {
  const peer = startPeer(t, program, [
    ...[`--config.file=${file}`, '--cluster.listen-address=', '--web.listen-address=127.0.0.1:0'],
    `--storage.path=${t.testdir({})}`,
  ])
  const [, address = ''] = await peer.says(/Listening on" address=(\S+)/)
  const url = `http://${address}/api/v2/alerts`
  const posted = [
    { alertname: 'LibraryMissing', severity: 'critical', library: 'L1' },
    { alertname: 'TapeDriveUnreachable', severity: 'critical', library: 'L1', serial: 'D1' },
    { alertname: 'TapeDriveUnreachable', severity: 'critical', library: 'L2', serial: 'D2' },
    { alertname: 'TapeDriveUnreachable', severity: 'critical', serial: 'D3' },
    { alertname: 'TapeDriveFailurePredicted', severity: 'critical', library: 'L1', serial: 'D4' },
    { alertname: 'StorageCapacityCritical', severity: 'critical', mountpoint: '/srv' },
    { alertname: 'StorageCapacityWarning', severity: 'warning', mountpoint: '/srv' },
    { alertname: 'StorageCapacityWarning', severity: 'warning', mountpoint: '/' },
    { alertname: 'ScstNotRunning', severity: 'critical' },
    { alertname: 'ServiceDown', severity: 'critical', unit: 'scst.service' },
    { alertname: 'ServiceDown', severity: 'critical', unit: 'smartd.service' },
    { alertname: 'VtlNotRunning', severity: 'critical', source: 'vtl' },
    { alertname: 'ApplianceCritical', severity: 'critical' },
    { alertname: 'ApplianceCritical', severity: 'critical', instance: 'attic:8080' },
  ].map((labels) => ({ labels: { instance: 'vault:8080', job: 'storwarden', ...labels } }))
  const { status } = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(posted),
  })
  t.equal(status, 200)
  // It learns of what mutes a moment after it has taken it.
  const muted = await until(
    async () => (await fetch(`${url}?active=false`)).json() as Promise<Muted[]>,
    (found) => found.length >= 4,
  )
  t.strictSame(
    muted
      .map(
        ({ labels }) => `${labels.alertname} ${labels.serial ?? labels.mountpoint ?? labels.unit}`,
      )
      .sort(),
    [
      'ApplianceCritical undefined',
      'ServiceDown scst.service',
      'StorageCapacityWarning /srv',
      'TapeDriveUnreachable D1',
    ],
  )
})

interface Route {
  receiver?: string
  group_by?: string[]
  matchers?: string[]
  routes?: Route[]
}

interface Inhibition {
  source_matchers: string[]
  target_matchers: string[]
  equal: string[]
}

interface Muted {
  labels: Record<string, string>
}

/** Whether the matchers of the name admit an alert; what they ask of other labels is not looked at. */
function admits(matchers: readonly string[], alert: string): boolean {
  return matchers.every((matcher) => {
    const [, operator = '', value = ''] = /^alertname(=|!=|=~|!~)"(.*)"$/.exec(matcher) ?? []
    if (operator === '') return true
    const pattern = operator.endsWith('~')
    const fits = pattern ? new RegExp(`^(?:${value})$`).test(alert) : value === alert
    return operator.startsWith('!') ? !fits : fits
  })
}
