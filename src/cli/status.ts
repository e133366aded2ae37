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
import { connected } from './remote.ts'
import { numbersInWords } from './status-numbers.ts'
import { printFacts, printTable } from './table.ts'
import type { Span, Style, Terminal } from './terminal.ts'
import { duration } from './times.ts'
import { shown } from './words.ts'

/** Health, alerts and numbers on one page. */
export const status: Command = {
  name: 'status',
  watches: true,
  usage: `usage: storwarden status [options]

Health as a whole and the parts that are not up, alerts that fire by severity, the numbers
that matter, and what could not be read.

${WATCH_USAGE}${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values } = parseWords(argv, remoteOptions)
    const client = connected(values.url, around)
    const [health, { alerts }, numbers] = await Promise.all([
      client.get('/health/status', { unhealthy: true }),
      fetchAlerts(client, { state: 'firing', inhibited: false }),
      client.get('/api/v1/monitoring/metrics'),
    ])
    const { terminal } = around
    const counts = severities.map((severity) => {
      const of = alerts.filter((alert) => alert.text('severity') === severity)
      const acknowledged = of.filter((alert) => alert.flag('acknowledged') === true).length
      return { severity, firing: of.length, acknowledged }
    })
    if (values.json) {
      terminal.json({ url: client.url, health, alerts: counts, numbers })
    } else print(terminal, { health, counts, numbers })
    return EXIT_DONE
  },
}

interface Found {
  health: Answer
  counts: readonly { severity: string; firing: number; acknowledged: number }[]
  numbers: Answer
}

function print(terminal: Terminal, { health, counts, numbers }: Found): void {
  const alerts = counts
    .filter(({ firing }) => firing > 0)
    .flatMap(({ severity, firing, acknowledged }): Span[] => {
      const seen = acknowledged === 0 ? '' : ` (${acknowledged} acknowledged)`
      return [', ', severitySpan(severity), ` ${firing}${seen}`]
    })
    .slice(1)
  terminal.line('health   ', statusSpan(health.text('status')))
  terminal.line('alerts   ', ...(alerts.length === 0 ? ['none fires'] : alerts))
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

const styles: Readonly<Record<string, Style>> = { up: 'good', degraded: 'warning', down: 'bad' }

function statusSpan(status: string | null): Span {
  const style = styles[status ?? '']
  return style === undefined ? shown(status) : { text: shown(status), style }
}
