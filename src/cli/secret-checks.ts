import type { Config } from '../config/schema.ts'
import type { Answer } from './answer.ts'
import type { Client } from './client.ts'
import type { Surroundings } from './command.ts'
import { ok, unknown, warn, type Check } from './finding.ts'
import { localClient } from './settings.ts'
import { counted } from './words.ts'

const LISTED = 5

/** Whether secrets of the daemon ought to be replaced; it is asked with the token of the environment. */
export function secretChecks(config: Config, around: Surroundings): Check[] {
  const token = (around.env.STORWARDEN_TOKEN ?? '').trim()
  if (token === '') return []
  return [{ name: 'secrets', look: () => lookAtSecrets(localClient(config, around, { token })) }]
}

async function lookAtSecrets(client: Client) {
  let answer: Answer
  try {
    answer = await client.get('/api/v1/auth/secrets')
  } catch (error) {
    // Nothing to mend: storwardend does not run, or the token is not that of an admin.
    return unknown(`how old they are: ${(error as Error).message}`)
  }
  const secrets = answer.objects('secrets')
  const found = secrets
    .filter((secret) => secret.texts('faults').length > 0)
    .map((secret) => {
      const what = secret.text('kind') === 'api_token' ? 'token' : 'password of'
      const faults = secret.texts('faults').map((fault) => fault.replaceAll('_', ' '))
      const age = counted(secret.number('age_days') ?? 0, 'day')
      return `${what} ${secret.text('name') ?? 'unknown'}, ${age}: ${faults.join(', ')}`
    })
  if (found.length === 0)
    return ok(
      `${counted(secrets.length, 'API token or password', 'API tokens and passwords')}, none of them old`,
    )
  const more = found.length > LISTED ? `; and ${found.length - LISTED} more` : ''
  return warn(
    `${found.slice(0, LISTED).join('; ')}${more}`,
    'make tokens with --expires, revoke those that nobody uses, change old passwords: storwarden passwd',
  )
}
