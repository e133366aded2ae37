import { join } from 'node:path'
import type { Test } from 'tap'
import { lacks, startPeer } from './peer.ts'

// Debian's name, and that of the project.
const program = lacks('prometheus-alertmanager', '--version')
  ? 'alertmanager'
  : 'prometheus-alertmanager'
/** Why tests with it are skipped; false when it is there. */
export const lacksAlertmanager = lacks(program, '--version')

/** An alert as Alertmanager tells of it. */
interface Told {
  labels: Record<string, string>
  annotations: Record<string, string>
  startsAt: string
  endsAt: string
  generatorURL: string
}

/** An Alertmanager of its own, which wants a password; `told` is what it has. */
export async function alertmanager(t: Test) {
  const directory = t.testdir({
    'alertmanager.yml': 'route: {receiver: none}\nreceivers: [{name: none}]\n',
    // bcrypt of "swordfish-am"
    'web.yml':
      'basic_auth_users: {storwarden: "$2b$04$abcdefghijklmnopqrstuuhhWGhURsXrW6Xe1/LZprERc/b5LXRQu"}\n',
  })
  const peer = startPeer(t, program, [
    ...[`--config.file=${join(directory, 'alertmanager.yml')}`, '--cluster.listen-address='],
    ...[`--web.config.file=${join(directory, 'web.yml')}`, '--web.listen-address=127.0.0.1:0'],
    `--storage.path=${join(directory, 'data')}`,
  ])
  const [, address = ''] = await peer.says(/Listening on" address=(\S+)/)
  const url = `http://${address}`
  const authorization = `Basic ${btoa('storwarden:swordfish-am')}`
  const told = async () => {
    const response = await fetch(`${url}/api/v2/alerts`, { headers: { authorization } })
    const alerts = (await response.json()) as Told[]
    return alerts
      .map(({ labels, annotations, startsAt, endsAt, generatorURL }) => {
        return { labels, annotations, startsAt, endsAt, generatorURL }
      })
      .sort((one, other) => (JSON.stringify(one.labels) < JSON.stringify(other.labels) ? -1 : 1))
  }
  return { url, told }
}
