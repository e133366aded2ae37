import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import t from 'tap'
import { configuredChannels } from '../../src/notify/channels.ts'
import { askHttp } from '../../src/notify/http.ts'
import type { NotifyError } from '../../src/notify/notifier.ts'
import { Reach } from '../../src/notify/reach.ts'
import { messageWith, testContent } from '../support/news.ts'
import { loadText } from '../support/config.ts'

/** A server on this machine that must not be asked, and what it was asked. */
async function startVictim(t: { teardown(end: () => void): void }) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`)
    if (request.url === '/redirect') response.writeHead(302, { Location: '/secret' }).end()
    else response.end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return { asked, port: (server.address() as AddressInfo).port }
}

const nobodyElse = new Reach([])
const ask = async (url: string, reach = nobodyElse) => {
  const request = { url, reach, body: '{}', agent: 'x', secrets: [], timeoutMs: 2000 }
  return await askHttp(request).then(
    ({ status }) => String(status),
    (error: unknown) => (error as NotifyError).message,
  )
}

t.test('API7 server side request forgery: addresses that are none of receivers', async (t) => {
  const blocked = [
    ...['127.0.0.1', '127.255.0.1', '0.0.0.0', '169.254.169.254', '224.0.0.1', '255.255.255.255'],
    ...['::1', '::', 'fe80::1', 'fe80::1%eth0', 'ff02::1', 'fd00:ec2::254', '100.100.100.200'],
    ...[
      '::ffff:127.0.0.1',
      '::127.0.0.1',
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
      '64:ff9b::a9fe:a9fe',
    ],
    ...Object.values(networkInterfaces()).flatMap((of) => (of ?? []).map(({ address }) => address)),
    ...['', 'localhost', '10.1'],
  ]
  t.strictSame(
    blocked.filter((address) => nobodyElse.has(address)),
    [],
  )
  const usual = ['10.254.254.254', '172.31.254.254', '192.168.254.254', '203.0.113.1', 'fd12::1']
  t.strictSame(
    usual.filter((address) => !nobodyElse.has(address)),
    [],
    'networks of companies',
  )
  const some = new Reach(['127.0.0.1', '169.254.1.0/24'])
  const asked = ['127.0.0.1', '127.0.0.2', '169.254.1.7', '169.254.169.254', '::ffff:127.0.0.1']
  t.strictSame(
    asked.filter((address) => some.has(address)),
    ['127.0.0.1', '169.254.1.7', '::ffff:127.0.0.1'],
  )
})

t.test('API7: this machine is not asked, however it is written', async (t) => {
  const { asked, port } = await startVictim(t)
  const hosts = [
    ...['127.0.0.1', 'localhost', '127.1', '2130706433', '0x7f000001', '0177.0.0.1', '0.0.0.0'],
    ...['[::1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '127.0.0.1.', 'LOCALHOST', '①②⑦.0.0.1'],
  ]
  for (const host of hosts) {
    t.match(
      await ask(`http://${host}:${port}/secret-path`),
      /^not reached: \S+ is not to be told: see notifications.allowed_networks$/,
      host,
    )
  }
  t.strictSame(asked, [])
  t.equal(await ask(`http://127.0.0.1:${port}/`, new Reach(['127.0.0.0/8'])), '200')
})

t.test('API7: a name that means another address at the second look', async (t) => {
  const { asked, port } = await startVictim(t)
  // What is connected to is what was looked at: there is one look, and it is the one that decides.
  let looks = 0
  const reach = new Reach([])
  const own = reach.lookup
  Object.assign(reach, {
    lookup: (...given: Parameters<typeof own>) => {
      looks += 1
      own(...given)
    },
  })
  t.match(await ask(`http://localhost:${port}/`, reach), /is not to be told/)
  t.strictSame([looks, asked], [1, []])
})

t.test('API7: a redirect is not followed', async (t) => {
  const { asked, port } = await startVictim(t)
  const reach = new Reach(['127.0.0.1'])
  t.equal(await ask(`http://127.0.0.1:${port}/redirect`, reach), 'answered with 302')
  t.strictSame(asked, ['POST /redirect'])
})

t.test('API7: every channel over HTTP is held to it, and none tells its URL', async (t) => {
  const { asked, port } = await startVictim(t)
  const at = `http://127.0.0.1:${port}`
  const text = `notifications:
  webhook: {url: "${at}/c4n4ry"}
  slack: {url: "${at}/c4n4ry"}
  pagerduty: {routing_key: c4n4ry, url: "${at}/c4n4ry"}
  alertmanager: {url: "${at}/c4n4ry"}
`
  const { notifications } = await loadText(t, text)
  const channels = configuredChannels(notifications, {
    ...{ agent: 'x', reach: new Reach(notifications.allowed_networks), now: () => new Date() },
    ...{ host: 'vault', publicUrl: 'http://vault' },
  })
  t.equal(channels.length, 4)
  for (const { notifier } of channels) {
    await t.rejects(
      notifier.send(messageWith(testContent)),
      {
        message: 'not reached: 127.0.0.1 is not to be told: see notifications.allowed_networks',
        retry: true,
      },
      notifier.name,
    )
  }
  t.strictSame(asked, [])
})
