import { fetchAlerts, severities } from './alert-list.ts'
import { severitySpan } from './alert-words.ts'
import type { Answer } from './answer.ts'
import {
  EXIT_DONE,
  parseWords,
  remoteOptions,
  REMOTE_USAGE,
  type Command,
  WATCH_USAGE,
} from './command.ts'
import { DaemonError, type Client } from './client.ts'
import { connected } from './remote.ts'
import { numbersInWords } from './status-numbers.ts'
import { printFacts, printTable } from './table.ts'
import type { Span, Style, Terminal } from './terminal.ts'
import { duration } from './times.ts'
import { counted, shown } from './words.ts'

/** Health, alerts and numbers on one page. */
export const status: Command = {
  name: 'status',
  watches: true,
  usage: `usage: storwarden status [options]

Health as a whole and the parts that are not up, alerts that fire by severity, the numbers
that matter, and what could not be read. Of a fleet also its appliances in trouble; what
they have is in "storwarden fleet".

${WATCH_USAGE}${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values } = parseWords(argv, remoteOptions)
    const client = connected(values.url, around)
    const [health, { alerts }, numbers, fleet] = await Promise.all([
      client.get('/health/status', { unhealthy: true }),
      fetchAlerts(client, { state: 'firing', inhibited: false }),
      client.get('/api/v1/monitoring/metrics'),
      fetchFleet(client),
    ])
    const { terminal } = around
    const counts = severities.map((severity) => {
      const of = alerts.filter((alert) => alert.text('severity') === severity)
      const acknowledged = of.filter((alert) => alert.flag('acknowledged') === true).length
      return { severity, firing: of.length, acknowledged }
    })
    if (values.json) {
      const more = fleet === null ? {} : { fleet }
      terminal.json({ url: client.url, health, alerts: counts, numbers, ...more })
    } else print(terminal, { health, counts, numbers, fleet })
    return EXIT_DONE
  },
}

interface Found {
  health: Answer
  counts: readonly { severity: string; firing: number; acknowledged: number }[]
  numbers: Answer
  /** The appliances of a fleet; null where there is none. */
  fleet: Answer | null
}

async function fetchFleet(client: Client): Promise<Answer | null> {
  try {
    return await client.get('/api/v1/fleet/appliances')
  } catch (error) {
    if (error instanceof DaemonError && error.status === 404) return null
    throw error
  }
}

function print(terminal: Terminal, { health, counts, numbers, fleet }: Found): void {
  const alerts = counts
    .filter(({ firing }) => firing > 0)
    .flatMap(({ severity, firing, acknowledged }): Span[] => {
      const seen = acknowledged === 0 ? '' : ` (${acknowledged} acknowledged)`
      return [', ', severitySpan(severity), ` ${firing}${seen}`]
    })
    .slice(1)
  terminal.line('health   ', statusSpan(health.text('status')))
  terminal.line('alerts   ', ...(alerts.length === 0 ? ['none fires'] : alerts))
  if (fleet !== null) printFleet(terminal, fleet)
  terminal.line()
  printFacts(terminal, numbersInWords(numbers))

  const notUp = (health.object('components')?.entries() ?? []).filter(
    ([, component]) => component.text('status') !== 'up',
  )
  if (notUp.length > 0) terminal.line()
  printTable(
    terminal,
    [{ title: 'COMPONENT', whole: true }, { title: 'HEALTH' }, { title: 'WHY' }],
    notUp.map(([name, component]) => [
      name,
      statusSpan(component.text('status')),
      shown(component.text('message')),
    ]),
  )

  const notRead = (numbers.object('collectors')?.entries() ?? []).filter(
    ([, collector]) => !['read', 'absent'].includes(collector.text('state') ?? ''),
  )
  if (notRead.length > 0) terminal.line()
  printTable(
    terminal,
    [
      { title: 'COLLECTOR', whole: true },
      { title: 'STATE' },
      { title: 'LAST SUCCESS' },
      { title: 'WHY' },
    ],
    notRead.map(([name, collector]) => {
      const age = collector.number('age_seconds')
      return [
        name,
        shown(collector.text('state')),
        age === null ? 'never' : `${duration(age)} ago`,
        collector.text('error') ?? '',
      ]
    }),
  )
}

/** How many report, and those that somebody has to look after. */
function printFleet(terminal: Terminal, fleet: Answer): void {
  const appliances = fleet.objects('appliances')
  const silent = appliances.filter((one) => one.text('state') === 'silent')
  const heard = appliances.length - silent.length
  terminal.line('fleet    ', `${heard} of ${counted(appliances.length, 'appliance')} report`)
  if (fleet.flag('listening') === false) {
    terminal.line('         ', { text: 'its servers are not reached', style: 'bad' })
  }
  const firing = (one: Answer) =>
    severities.flatMap((severity): string[] => {
      const count = one.object('alerts')?.number(severity) ?? 0
      return count === 0 ? [] : [`${count} ${severity}`]
    })
  const troubled = appliances.filter(
    (one) =>
      one.text('state') === 'silent' || one.text('health') !== 'up' || firing(one).length > 0,
  )
  if (troubled.length > 0) terminal.line()
  printTable(
    terminal,
    [
      { title: 'APPLIANCE', whole: true },
      { title: 'STATE' },
      { title: 'HEALTH' },
      { title: 'ALERTS' },
    ],
    troubled.map((one) => [
      shown(one.text('name')),
      one.text('state') === 'silent' ? { text: 'silent', style: 'bad' } : shown(one.text('state')),
      statusSpan(one.text('health')),
      firing(one).join(', '),
    ]),
  )
}

const styles: Readonly<Record<string, Style>> = { up: 'good', degraded: 'warning', down: 'bad' }

function statusSpan(status: string | null): Span {
  const style = styles[status ?? '']
  return style === undefined ? shown(status) : { text: shown(status), style }
}
