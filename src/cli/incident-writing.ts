import type { Answer } from './answer.ts'
import {
  EXIT_DONE,
  oneOf,
  parseWords,
  remoteOptions,
  REMOTE_USAGE,
  type Command,
  type Surroundings,
} from './command.ts'
import { incidentPath, INCIDENTS } from './incidents.ts'
import { connected } from './remote.ts'
import { shown } from './words.ts'

const severities = ['low', 'medium', 'high', 'critical'] as const

/** Opens an incident. */
export const incidentsOpen: Command = {
  name: 'incidents open',
  usage: `usage: storwarden incidents open TITLE [options]

  --severity WORD     low, medium, high or critical; medium if not said
  --description TEXT
  --assign USER       who looks after it
${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(
      argv,
      {
        ...{ severity: { type: 'string' }, description: { type: 'string' } },
        ...{ assign: { type: 'string' }, ...remoteOptions },
      },
      { named: ['TITLE'] },
    )
    const severity = oneOf('severity', values.severity, severities)
    const made = await connected(values.url, around).post(INCIDENTS, {
      title: positionals[0] ?? '',
      ...(severity === undefined ? {} : { severity }),
      ...(values.description === undefined ? {} : { description: values.description }),
      ...(values.assign === undefined ? {} : { assigned_to: values.assign }),
    })
    return told(around, values.json, made)
  },
}

/** Writes a note. */
export const incidentsNote: Command = {
  name: 'incidents note',
  usage: `usage: storwarden incidents note ID TEXT [options]

${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(argv, remoteOptions, { named: ['ID', 'TEXT'] })
    const client = connected(values.url, around)
    const path = await incidentPath(client, positionals[0] ?? '')
    const made = await client.post(`${path}/notes`, { text: positionals[1] ?? '' })
    if (values.json) around.terminal.json(made)
    else around.terminal.line('noted')
    return EXIT_DONE
  },
}

/** Says who looks after an incident. */
export const incidentsAssign: Command = {
  name: 'incidents assign',
  usage: `usage: storwarden incidents assign ID USER [options]

${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(argv, remoteOptions, { named: ['ID', 'USER'] })
    const client = connected(values.url, around)
    const path = await incidentPath(client, positionals[0] ?? '')
    const made = await client.put(path, { assigned_to: positionals[1] ?? '' })
    return told(around, values.json, made)
  },
}

/** A command that ends something about an incident, and may say why there was trouble. */
function ending(status: 'resolved' | 'closed', word: 'resolve' | 'close'): Command {
  return {
    name: `incidents ${word}`,
    usage: `usage: storwarden incidents ${word} ID [options]

  --root-cause TEXT  why there was trouble
${REMOTE_USAGE}`,

    async run(argv, around) {
      const options = { 'root-cause': { type: 'string' }, ...remoteOptions } as const
      const { values, positionals } = parseWords(argv, options, { named: ['ID'] })
      const client = connected(values.url, around)
      const path = await incidentPath(client, positionals[0] ?? '')
      const cause = values['root-cause']
      const made = await client.put(path, {
        status,
        ...(cause === undefined ? {} : { root_cause: cause }),
      })
      return told(around, values.json, made)
    },
  }
}

/** Says that the trouble is over. */
export const incidentsResolve = ending('resolved', 'resolve')
/** Says that the work on an incident is done. */
export const incidentsClose = ending('closed', 'close')

function told({ terminal }: Surroundings, json: boolean | undefined, incident: Answer): number {
  if (json) terminal.json(incident)
  else {
    const { id, title, status } = {
      ...{ id: shown(incident.text('id')), title: shown(incident.text('title')) },
      status: shown(incident.text('status')),
    }
    const who = incident.text('assigned_to')
    terminal.line(`${id}: ${title}: ${status}${who === null ? '' : `, assigned to ${who}`}`)
  }
  return EXIT_DONE
}
