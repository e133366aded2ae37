import t from 'tap'
import { DaemonError } from '../../src/cli/client.ts'
import { runCli } from '../support/cli.ts'
import { machineOf } from '../support/machine.ts'

const PATH = '/api/v1/auth/secrets'

/** The line of `storwarden doctor` about secrets; null when there is none. */
async function line(answer: object | Error, env: Record<string, string> = {}) {
  const host = machineOf({ files: {}, commands: {} })
  const argv = ['doctor', '--json', '--config', '/dev/null']
  const { out } = await runCli(argv, { host, env, answers: { [PATH]: answer } })
  const { checks } = JSON.parse(out) as {
    checks: { check: string; status: string; message: string }[]
  }
  const found = checks.find(({ check }) => check === 'secrets')
  return found ? `${found.status} ${found.message}` : null
}

const secret = (kind: string, name: string, age: number, faults: string[]) => ({
  ...{ kind, name, faults },
  age_days: age,
})

t.test('doctor names secrets that ought to be replaced', async (t) => {
  const secrets = [
    secret('password', 'admin', 400, ['never_changed', 'old']),
    secret('api_token', 'grafana', 1, ['no_expiry']),
    secret('api_token', 'fine', 3, []),
  ]
  t.equal(
    await line({ secrets }),
    'warn password of admin, 400 days: never changed, old; token grafana, 1 day: no expiry',
  )
  t.equal(await line({ secrets: secrets.slice(2) }), 'ok 1 API token or password, none of them old')
})

t.test('what doctor cannot be told is nothing to mend', async (t) => {
  t.equal(
    await line(new DaemonError('the role viewer lacks users:manage', 403)),
    'unknown how old they are: the role viewer lacks users:manage',
  )
  t.equal(await line({}, { STORWARDEN_TOKEN: '' }), null)
})
