import { readFile } from 'node:fs/promises'
import t from 'tap'
import { connect } from 'nats'
import { makeStreams } from '../../src/fleet/streams.ts'
import { streams } from '../../src/fleet/wire.ts'
import { makeCertificate } from '../support/certificate.ts'
import { until } from '../support/daemon.ts'
import { openTestDatabase } from '../support/database.ts'
import { startNatsServer, withoutNats as skip } from '../support/nats-server.ts'
import { happen, publishing } from '../support/publishing.ts'

const database = await openTestDatabase(t)
const example = new URL('../../deploy/nats/nats-server.conf', import.meta.url)

t.test('the example of a server lets an appliance tell of itself alone', { skip }, async (t) => {
  const { certFile, keyFile } = makeCertificate(t)
  const config = (await readFile(example, 'utf8'))
    .replace('/etc/nats/tls/fullchain.pem', certFile)
    .replace('/etc/nats/tls/privkey.pem', keyFile)
    .replace(/^listen:.*$/m, '')
    .replace(/^jetstream \{[^}]*\}$/m, '')
  const server = await startNatsServer(t, { config })
  const url = `tls://localhost:${server.port}`
  const ca = await readFile(certFile, 'utf8')
  const as = async (user: string, inboxPrefix: string) => {
    const pass = `change-me-${user}`
    const options = { user, pass, inboxPrefix, tls: { ca }, reconnect: false, timeout: 10_000 }
    const connection = await connect({ servers: url, ...options })
    t.teardown(() => connection.close())
    return connection
  }
  const fleet = await (await as('fleet', '_INBOX.storwarden.fleet')).jetstreamManager()
  await makeStreams(fleet, { days: 7, replicas: 1 })

  await happen(database, 1, 3)
  const user = { user: 'vtl01', password: 'change-me-vtl01', caFile: certFile }
  const { publisher } = publishing(t, database, url, { shows: user, metrics: true })
  await until(
    () => publisher.look(),
    ({ why, waiting }) => why === null && waiting === 0,
  )
  const counts = await Promise.all(
    [streams.events, streams.state].map(async ({ name }) => {
      return (await fleet.streams.info(name)).state.messages
    }),
  )
  t.strictSame(counts, [1, 5], 'events, and how it is')

  const appliance = await as('vtl01', '_INBOX.storwarden.vtl01')
  const refused = { code: 'PERMISSIONS_VIOLATION' }
  await t.rejects(appliance.request('storwarden.vtl02.events', 'as another'), refused)
  await t.rejects(appliance.request('$JS.API.STREAM.DELETE.STORWARDEN_EVENTS'), refused)
  await t.rejects(
    appliance.request('$JS.API.DIRECT.GET.STORWARDEN_EVENTS.storwarden.vtl02.events'),
    refused,
  )
  const listening = new Promise((resolve) => {
    appliance.subscribe('_INBOX.storwarden.fleet.>', { callback: resolve })
  })
  t.match(await listening, refused, 'nor what others are answered')
})
