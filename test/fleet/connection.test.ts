import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { FleetConnection, type ServerSettings } from '../../src/fleet/connection.ts'
import type { Teardown } from '../support/database.ts'
import { makeCertificate } from '../support/certificate.ts'
import { startCutProxy } from '../support/cut-proxy.ts'
import { until } from '../support/embedded.ts'
import { startNatsServer, withoutNats } from '../support/nats-server.ts'

const nobody: ServerSettings = {
  ...{ servers: [], user: null, password: null, token: null, credentialsFile: null },
  ...{ caFile: null, certFile: null, keyFile: null },
}
const never = new AbortController().signal

/** A connection with settings, and what was said of it. */
function connecting(
  test: Teardown,
  settings: Partial<ServerSettings>,
  times: { timeoutMs?: number; pingMs?: number } = {},
) {
  const said: (string | null)[] = []
  const connection = new FleetConnection({
    settings: () => ({ ...nobody, ...settings }),
    ...{ name: 'vault', now: () => new Date(), random: () => 0 },
    onChange: ({ connected, why }) => said.push(connected ? 'connected' : why),
    ...times,
  })
  test.teardown(() => connection.stop())
  connection.start()
  return { connection, said }
}

t.test('a connection to servers', { skip: withoutNats }, async (t) => {
  t.test('waits for a server that comes later, and is there again after its end', async (t) => {
    const server = await startNatsServer(t, { running: false })
    const { connection, said } = connecting(t, { servers: [server.url] })
    await until(() => said.length === 1)
    await server.start()
    const first = await connection.connect(never)
    await server.stop('SIGKILL')
    await until(() => said.length === 3)
    t.ok(first.isClosed(), 'what broke is closed')
    await server.start()
    const second = await connection.connect(never)
    t.not(second, first)
    t.same(said, ['nobody answers there', 'connected', 'the connection broke', 'connected'])
    t.equal(connection.state.why, null)
  })

  t.test('does not wait for one that takes connections and says nothing', async (t) => {
    const server = await startNatsServer(t)
    const proxy = await startCutProxy(t, server.port)
    proxy.freeze()
    const servers = [`nats://127.0.0.1:${proxy.port}`]
    const { connection, said } = connecting(t, { servers }, { timeoutMs: 200, pingMs: 100 })
    await until(() => said.length === 1)
    t.same(said, ['there is no answer'])
    proxy.heal()
    await connection.connect(never)
    proxy.freeze()
    await until(() => said.length === 3)
    t.same(said.slice(1), ['connected', 'the connection broke'])
  })

  t.test('who waits for it can give up', async (t) => {
    const { connection } = connecting(t, { servers: ['nats://127.0.0.1:1'] })
    const patience = new AbortController()
    const waiting = connection.connect(patience.signal)
    patience.abort(new Error('enough'))
    await t.rejects(waiting, { message: 'enough' })
    const stopped = t.rejects(connection.connect(never), {
      message: 'the connection to the fleet is closed',
    })
    await connection.stop()
    await stopped
  })

  t.test('says what is wrong with the user, and not what he shows', async (t) => {
    const server = await startNatsServer(t, {
      config: 'authorization { user: vault, password: "right-one" }',
    })
    const settings = { servers: [server.url], user: 'vault', password: 'wrong-one' }
    const { connection, said } = connecting(t, settings)
    await until(() => said.length === 1)
    t.same(said, ['the user, or what he shows, is refused'])
    settings.password = 'right-one'
    await connection.stop()
    const other = connecting(t, settings)
    await other.connection.connect(never)
  })

  t.test('a token is shown, and a file of credentials that is none is told', async (t) => {
    const server = await startNatsServer(t, { config: 'authorization { token: "s3cret-token" }' })
    const servers = [server.url]
    await connecting(t, { servers, token: 's3cret-token' }).connection.connect(never)
    const credentialsFile = join(t.testdir({ 'vault.creds': 'nothing' }), 'vault.creds')
    const wrong = connecting(t, { servers, credentialsFile })
    await until(() => wrong.said.length === 1)
    t.same(wrong.said, ['the file of credentials holds none'])
    const missing = connecting(t, { servers, credentialsFile: '/nowhere/vault.creds' })
    await until(() => missing.said.length === 1)
    t.same(missing.said, ['/nowhere/vault.creds: cannot be read: ENOENT'])
  })

  t.test('is encrypted where that is wanted, or there is none', async (t) => {
    const { certFile, keyFile } = makeCertificate(t)
    const config = `tls { cert_file: "${certFile}", key_file: "${keyFile}" }`
    const server = await startNatsServer(t, { config })
    const servers = [`tls://localhost:${server.port}`]
    await connecting(t, { servers, caFile: certFile }).connection.connect(never)
    const untrusting = connecting(t, { servers })
    await until(() => untrusting.said.length === 1)
    t.match(untrusting.said, ['DEPTH_ZERO_SELF_SIGNED_CERT'])

    const plain = await startNatsServer(t)
    const cleartext = connecting(t, {
      servers: [`tls://localhost:${plain.port}`],
      ...{ caFile: certFile, password: 'secret', user: 'vault' },
    })
    await until(() => cleartext.said.length === 1)
    t.same(cleartext.said, ['the server does not speak TLS'])
    await writeFile(certFile, 'not a certificate')
    const broken = connecting(t, { servers, caFile: certFile })
    await until(() => broken.said.length === 1)
    t.notOk(broken.said.includes('connected'), 'a file that holds none trusts nobody')
  })
})
