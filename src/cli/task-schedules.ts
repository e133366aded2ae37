import { UsageError } from '../arguments.ts'
import type { Answer } from './answer.ts'
import type { Client } from './client.ts'
import {
  EXIT_DONE,
  parseWords,
  remoteOptions,
  REMOTE_USAGE,
  WATCH_USAGE,
  type Command,
} from './command.ts'
import { connected, meant } from './remote.ts'
import { printTable } from './table.ts'
import { paramOf, priorityOf } from './task-run.ts'
import { whenInBrief } from './times.ts'
import { shown } from './words.ts'

const SCHEDULES = '/api/v1/tasks/schedules'
const MOST = 1000
const SHORT = 8

/** Lists what is asked for again and again. */
export const tasksSchedules: Command = {
  name: 'tasks schedules',
  watches: true,
  usage: `usage: storwarden tasks schedules [options]

What the daemon is asked for again and again, by name. MISSED counts the times that were due and
not asked for: no daemon ran, the task of the last time still went on, or the owner may not. Of
one whose owner may not have it done any more it is said below.

${WATCH_USAGE}${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values } = parseWords(argv, remoteOptions)
    const answer = await connected(values.url, around).get(SCHEDULES, { query: { limit: MOST } })
    const { terminal } = around
    if (values.json) {
      terminal.json(answer)
      return EXIT_DONE
    }
    const now = around.now()
    const schedules = answer.objects('schedules')
    printTable(
      terminal,
      [
        { title: 'ID', whole: true },
        { title: 'NAME' },
        { title: 'KIND' },
        { title: 'CRON', whole: true },
        { title: 'NEXT', whole: true },
        { title: 'LAST', whole: true },
        { title: 'MISSED', right: true },
        { title: 'OWNER' },
      ],
      schedules.map((one) => [
        (one.text('id') ?? shown(null)).slice(0, SHORT),
        shown(one.text('name')),
        shown(one.text('kind')),
        `${shown(one.text('cron'))} ${one.text('time_zone') ?? ''}`.trim(),
        one.flag('enabled') === false ? 'off' : whenInBrief(one.time('next_at'), now),
        one.time('last_at') === null ? 'never' : whenInBrief(one.time('last_at'), now),
        shown(one.number('missed')?.toString() ?? null),
        shown(one.text('owner')),
      ]),
    )
    for (const one of schedules) {
      const because = one.text('blocked_because')
      if (because !== null) {
        terminal.line(`${shown(one.text('name'))} is not asked for any more: ${shown(because)}`)
      }
    }
    if (schedules.length === 0) terminal.line('nothing is asked for again and again')
    return EXIT_DONE
  },
}

const scheduleOptions = {
  cron: { type: 'string' },
  'time-zone': { type: 'string' },
  name: { type: 'string' },
  priority: { type: 'string' },
  'catch-up': { type: 'boolean' },
  ...remoteOptions,
} as const

/** Makes one. */
export const tasksSchedule: Command = {
  name: 'tasks schedule',
  usage: `usage: storwarden tasks schedule KIND [NAME=VALUE...] --cron CRON [options]

Has the daemon do something again and again, as long as whoever asks may. What destroys something
has no schedule. KIND and VALUE are as of storwarden tasks run:

  storwarden tasks schedule monitoring_alert_evaluation collect=true --cron '30 6 * * 1-5'

  --cron CRON       when: minute, hour, day, month, weekday
  --time-zone NAME  e.g. Europe/Berlin; the appliance's own if not said
  --name TEXT       what it is called; its kind if not said
  --priority=N      from -100 to 100; 0 if not said
  --catch-up        what was missed while the daemon did not run is made up for, once
${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(argv, scheduleOptions, {
      ...{ named: ['KIND'], several: true },
    })
    const [kind, ...words] = positionals
    if (kind === undefined) throw new UsageError(['KIND is missing'])
    if (values.cron === undefined) throw new UsageError(['--cron is missing'])
    const priority = priorityOf(values.priority)
    const made = await connected(values.url, around).post(SCHEDULES, {
      ...{ name: values.name ?? kind, kind, cron: values.cron },
      params: Object.fromEntries(words.map(paramOf)),
      ...(values['time-zone'] === undefined ? {} : { time_zone: values['time-zone'] }),
      ...(priority === undefined ? {} : { priority }),
      ...(values['catch-up'] === true ? { catch_up: true } : {}),
    })
    if (values.json) around.terminal.json(made)
    else around.terminal.line(scheduleText(made, around.now()))
    return EXIT_DONE
  },
}

/** Changes one. */
export const tasksReschedule: Command = {
  name: 'tasks reschedule',
  usage: `usage: storwarden tasks reschedule ID [NAME=VALUE...] [options]

Changes a schedule; what is not said stays. NAME=VALUE takes the place of all its parameters.

ID is that of a schedule or its name, or as much of its begin as tells it from the others.

  --off            asks for nothing for the time being
  --on             does again
  --cron CRON      when: minute, hour, day, month, weekday
  --time-zone NAME
                   e.g. Europe/Berlin
  --name TEXT      what it is called
  --priority=N     from -100 to 100
  --catch-up       what was missed while the daemon did not run is made up for, once
${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(
      argv,
      { ...scheduleOptions, on: { type: 'boolean' }, off: { type: 'boolean' } },
      { named: ['ID'], several: true },
    )
    const [id, ...words] = positionals
    if (id === undefined) throw new UsageError(['ID is missing'])
    if (values.on === true && values.off === true) throw new UsageError(['--on or --off, not both'])
    const priority = priorityOf(values.priority)
    const changes = {
      ...(words.length === 0 ? {} : { params: Object.fromEntries(words.map(paramOf)) }),
      ...(values.cron === undefined ? {} : { cron: values.cron }),
      ...(values['time-zone'] === undefined ? {} : { time_zone: values['time-zone'] }),
      ...(values.name === undefined ? {} : { name: values.name }),
      ...(priority === undefined ? {} : { priority }),
      ...(values['catch-up'] === true ? { catch_up: true } : {}),
      ...(values.on === true ? { enabled: true } : {}),
      ...(values.off === true ? { enabled: false } : {}),
    }
    if (Object.keys(changes).length === 0) throw new UsageError(['nothing is to be changed'])
    const client = connected(values.url, around)
    const one = await scheduleMeant(client, id)
    const changed = await client.patch(pathOf(one), changes)
    if (values.json) around.terminal.json(changed)
    else around.terminal.line(scheduleText(changed, around.now()))
    return EXIT_DONE
  },
}

/** Deletes one. */
export const tasksUnschedule: Command = {
  name: 'tasks unschedule',
  usage: `usage: storwarden tasks unschedule ID [options]

Deletes a schedule; tasks that it has asked for stay.

ID is that of a schedule or its name, or as much of its begin as tells it from the others.

${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(argv, remoteOptions, { named: ['ID'] })
    const client = connected(values.url, around)
    const one = await scheduleMeant(client, positionals[0] ?? '')
    await client.delete(pathOf(one))
    if (values.json) around.terminal.json(one)
    else around.terminal.line(`${shown(one.text('name'))}: deleted`)
    return EXIT_DONE
  },
}

function pathOf(schedule: Answer): string {
  return `${SCHEDULES}/${encodeURIComponent(schedule.text('id') ?? '')}`
}

async function scheduleMeant(client: Client, wanted: string): Promise<Answer> {
  const answer = await client.get(SCHEDULES, { query: { limit: MOST } })
  const namesOf = (one: Answer) => [one.text('id') ?? '', one.text('name') ?? '']
  return meant('schedule', wanted, answer.objects('schedules'), namesOf)
}

function scheduleText(schedule: Answer, now: Date): string {
  const next =
    schedule.flag('enabled') === false
      ? 'is off'
      : `next ${whenInBrief(schedule.time('next_at'), now)}`
  return `${shown(schedule.text('id'))}: ${shown(schedule.text('name'))}, ${next}`
}
