import { severitySpan } from './alert-words.ts'
import type { Answer } from './answer.ts'
import type { Client } from './client.ts'
import {
  EXIT_DONE,
  parseWords,
  remoteOptions,
  REMOTE_USAGE,
  type Command,
  WATCH_USAGE,
} from './command.ts'
import { connected, meant } from './remote.ts'
import { printFacts, printTable } from './table.ts'
import type { Terminal } from './terminal.ts'
import { duration, when, whenInBrief } from './times.ts'
import { shown } from './words.ts'

/** Path of the incidents. */
export const INCIDENTS = '/api/v1/monitoring/incidents'

const PAGE = 1000
const SHORT = 8
/** Entries of the timeline that are shown: the last ones. */
const ENTRIES = 100

/** Lists incidents, or shows one. */
export const incidents: Command = {
  name: 'incidents',
  watches: true,
  usage: `usage: storwarden incidents [options]
       storwarden incidents ID [options]
       storwarden incidents open | note | assign | resolve | close | report

Trouble that people look after, the newest first: what is open or investigated. With an ID, or as much of
its begin as tells it from the others, all that is known of one, with the end of its timeline.

  --all            also those that are resolved or closed
${WATCH_USAGE}${REMOTE_USAGE}`,

  async run(argv, around) {
    const options = { all: { type: 'boolean' }, ...remoteOptions } as const
    const { values, positionals } = parseWords(argv, options, { named: ['ID'], optional: true })
    const client = connected(values.url, around)
    const { terminal } = around
    const [given] = positionals
    if (given !== undefined) {
      const path = await incidentPath(client, given)
      const incident = await client.get(path)
      const timeline = await lastEntries(client, path)
      if (values.json) terminal.json({ incident, timeline })
      else printIncident(terminal, incident, timeline, around.now())
      return EXIT_DONE
    }
    const found = await fetchIncidents(client, values.all === true ? {} : { active: true })
    if (values.json) terminal.json({ incidents: found, total: found.length })
    else printList(terminal, found, around.now())
    return EXIT_DONE
  },
}

/** Prints the report about an incident. */
export const incidentsReport: Command = {
  name: 'incidents report',
  usage: `usage: storwarden incidents report ID [options]

The report about an incident as Markdown: what is known, its alerts with their evidence, what probably
caused it, and its timeline.

${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(argv, remoteOptions, { named: ['ID'] })
    const client = connected(values.url, around)
    const path = await incidentPath(client, positionals[0] ?? '')
    const report = await client.get(`${path}/report`, { query: { format: 'json' } })
    const { terminal } = around
    if (values.json) terminal.json(report)
    else
      for (const line of shown(report.text('markdown')).trimEnd().split('\n')) terminal.line(line)
    return EXIT_DONE
  },
}

/** Path of the incident that is meant by an id, or by its begin. Rejects with NotFoundError. */
export async function incidentPath(client: Client, wanted: string): Promise<string> {
  // One that is given whole may be archived, or of more than are listed.
  const id = /^[0-9a-f-]{36}$/i.test(wanted)
    ? wanted
    : meant('incident', wanted, await fetchIncidents(client, {}), (one) => [
        one.text('id') ?? '',
      ]).text('id')
  return `${INCIDENTS}/${encodeURIComponent(id ?? '')}`
}

async function fetchIncidents(client: Client, filter: { active?: boolean }): Promise<Answer[]> {
  const found: Answer[] = []
  for (;;) {
    const query = { ...filter, limit: PAGE, offset: found.length }
    const page = (await client.get(INCIDENTS, { query })).objects('incidents')
    found.push(...page)
    if (page.length < PAGE) return found
  }
}

async function lastEntries(client: Client, path: string): Promise<Answer[]> {
  const first = await client.get(`${path}/timeline`, { query: { limit: ENTRIES } })
  const total = first.number('total') ?? 0
  if (total <= ENTRIES) return first.objects('entries')
  const query = { limit: ENTRIES, offset: total - ENTRIES }
  return (await client.get(`${path}/timeline`, { query })).objects('entries')
}

function printList(terminal: Terminal, found: readonly Answer[], now: Date): void {
  printTable(
    terminal,
    [
      { title: 'ID', whole: true },
      { title: 'SEVERITY', whole: true },
      { title: 'STATUS', whole: true },
      { title: 'ASSIGNED TO' },
      { title: 'BEGAN', whole: true },
      { title: 'WHAT' },
    ],
    found.map((one) => [
      shown(one.text('id')).slice(0, SHORT),
      severitySpan(one.text('severity')),
      shown(one.text('status')),
      one.text('assigned_to') ?? 'nobody',
      whenInBrief(one.time('started_at'), now),
      shown(one.text('title')),
    ]),
  )
  if (found.length === 0) terminal.line('no incidents')
}

function printIncident(
  terminal: Terminal,
  incident: Answer,
  timeline: readonly Answer[],
  now: Date,
): void {
  const optional = (name: string, value: string | null): [string, string][] =>
    value === null || value === '' ? [] : [[name, value]]
  const at = (name: string, member: string) => {
    const time = incident.time(member)
    return optional(name, time === null ? null : when(time, now))
  }
  terminal.line({ text: shown(incident.text('title')), style: 'strong' })
  terminal.line()
  printFacts(terminal, [
    ['severity', severitySpan(incident.text('severity'))],
    ['status', shown(incident.text('status'))],
    ['assigned to', incident.text('assigned_to') ?? 'nobody'],
    ['opened by', shown(incident.text('created_by'))],
    ...optional('place', incident.text('place')),
    ...at('began', 'started_at'),
    ...at('resolved', 'resolved_at'),
    ...at('closed', 'closed_at'),
    ['lasts', duration(incident.number('duration_seconds'))],
    ...optional('description', incident.text('description')),
    ...optional('root cause', incident.text('root_cause')),
    ...optional('to do', incident.text('suggestion')),
    ['id', shown(incident.text('id'))],
  ])
  printSection(terminal, 'LIKELY CAUSES', incident.objects('likely_causes'), (cause) => [
    shown(cause.text('sentence')),
  ])
  printSection(terminal, 'ALERTS', incident.objects('alerts'), (alert) => [
    `${shown(alert.text('state'))}: ${shown(alert.text('title'))} (${shown(alert.text('resource'))})`,
  ])
  terminal.line()
  printTable(
    terminal,
    [{ title: 'WHEN', whole: true }, { title: 'WHAT', whole: true }, { title: 'TIMELINE' }],
    timeline.map((entry) => [
      whenInBrief(entry.time('at'), now),
      shown(entry.text('kind')),
      shown(entry.text('title')),
    ]),
  )
}

function printSection(
  terminal: Terminal,
  title: string,
  items: readonly Answer[],
  row: (item: Answer) => string[],
): void {
  if (items.length === 0) return
  terminal.line()
  printTable(terminal, [{ title }], items.map(row))
}
