import type { IncomingMessage } from 'node:http'
import t from 'tap'
import type { AccessOptions } from '../../src/api/access.ts'
import { plainAddress, Networks } from '../../src/networks.ts'
import { accessOf } from '../support/access.ts'

/** Whom a request with these headers comes from, over a connection from this address. */
function peer(
  options: Partial<AccessOptions>,
  from: string | undefined,
  headers: Record<string, string>,
  more = {},
) {
  const socket = { remoteAddress: from, localAddress: from && '192.0.2.1', ...more }
  const request = { headers: { host: 'inner:8080', ...headers }, socket }
  return accessOf(options).peerOf(request as unknown as IncomingMessage)
}

const trusted = { trustedProxies: ['10.0.0.0/24', '2001:db8::1'] }

t.test('nobody is believed who is not named', async (t) => {
  const headers = {
    'x-forwarded-for': '203.0.113.9',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'other.example.org',
    forwarded: 'for=203.0.113.9;proto=https;host=other.example.org',
  }
  const direct = { address: '198.51.100.7', secure: false, host: 'inner:8080' }
  t.strictSame(peer({}, '198.51.100.7', headers), direct)
  t.strictSame(peer(trusted, '198.51.100.7', headers), direct)
  t.strictSame(peer(trusted, '::ffff:198.51.100.7', headers), direct)
  t.strictSame(peer(trusted, '10.0.0.1', { forwarded: headers.forwarded }), {
    ...{ address: '10.0.0.1', secure: false, host: 'inner:8080' },
  })
})

t.test('a proxy that is named is believed, from right to left', async (t) => {
  const client = (from: string, forwarded: string) =>
    peer(trusted, from, { 'x-forwarded-for': forwarded }).address
  t.strictSame(
    [
      client('10.0.0.1', '203.0.113.9'),
      // What the client itself wrote is to the left of what the proxy added.
      client('10.0.0.1', '127.0.0.1, 10.0.0.9, 203.0.113.9'),
      client('10.0.0.1', '203.0.113.9, 10.0.0.2, 10.0.0.3'),
      client('2001:db8::1', '2001:db8:9::1'),
      client('::ffff:10.0.0.1', '203.0.113.9:4711'),
      client('10.0.0.1', '[2001:db8:9::1]:4711'),
      client('10.0.0.1', '10.0.0.2, 10.0.0.3'),
    ],
    [
      ...['203.0.113.9', '203.0.113.9', '203.0.113.9', '2001:db8:9::1', '203.0.113.9'],
      ...['2001:db8:9::1', '10.0.0.2'],
    ],
  )
})

t.test('what is no address ends it: nothing to the left of it is believed', async (t) => {
  const client = (forwarded: string) =>
    peer(trusted, '10.0.0.1', { 'x-forwarded-for': forwarded }).address
  const inventions = ['', ' , ,', 'unknown', '203.0.113.9, <script>', '203.0.113.9, 999.1.1.1']
  for (const text of inventions) t.equal(client(text), '10.0.0.1', text)
  t.equal(client(`203.0.113.9, unknown, 10.0.0.2`), '10.0.0.2')
  t.equal(client(`${'9, '.repeat(5000)}203.0.113.9`), '203.0.113.9')
})

t.test('scheme and host are those that the outermost proxy was asked by', async (t) => {
  const seen = (forwarded: string, proto: string, host: string) => {
    const headers = {
      ...{ 'x-forwarded-for': forwarded, 'x-forwarded-proto': proto },
      'x-forwarded-host': host,
    }
    const { secure, host: asked } = peer(trusted, '10.0.0.1', headers)
    return [secure, asked]
  }
  t.strictSame(seen('203.0.113.9', 'https', 'a.example.org'), [true, 'a.example.org'])
  t.strictSame(seen('203.0.113.9', 'http, https', 'evil, a'), [true, 'a'])
  t.strictSame(seen('203.0.113.9, 10.0.0.2', 'https, http', 'a, b'), [true, 'a'])
  t.strictSame(seen('203.0.113.9, 10.0.0.2', 'HTTPS', 'a'), [true, 'a'])
  const encrypted = { encrypted: true }
  t.equal(peer(trusted, '10.0.0.1', { 'x-forwarded-proto': 'http' }, encrypted).secure, false)
  t.equal(peer(trusted, '198.51.100.7', { 'x-forwarded-proto': 'http' }, encrypted).secure, true)
})

t.test('on a Unix socket there is nobody but a proxy', async (t) => {
  t.strictSame(peer({}, undefined, { 'x-forwarded-for': '203.0.113.9' }).address, '203.0.113.9')
  t.strictSame(peer({}, undefined, {}).address, 'local')
})

t.test('whose name it is asked by', async (t) => {
  const own = (options: Partial<AccessOptions>, ...hosts: (string | undefined)[]) =>
    hosts.filter((host) => accessOf(options).isOwnHost(host))
  const asked = [
    ...['localhost', 'localhost:8080', '127.0.0.1:8080', '127.9.9.9', '[::1]:8080', 'LOCALHOST.'],
    ...['vault', 'vault.example.org:443', 'evil.example.org', '127.0.0.1.evil.example.org', ''],
    ...['192.0.2.7', 'a@localhost', 'localhost/x', '::1', undefined],
  ]
  t.strictSame(own({}, ...asked), asked, 'on all addresses without a list: any')
  const loopback = ['localhost', 'localhost:8080', '127.0.0.1:8080', '127.9.9.9', '[::1]:8080']
  t.strictSame(own({ loopbackOnly: true, ownNames: ['vault'] }, ...asked), [
    ...[...loopback, 'LOCALHOST.', 'vault', '::1'],
  ])
  t.strictSame(own({ hosts: ['vault.example.org', '192.0.2.7'] }, ...asked), [
    ...[...loopback, 'LOCALHOST.', 'vault.example.org:443', '192.0.2.7', '::1'],
  ])
})

t.test('networks', async (t) => {
  const networks = new Networks(['10.1.0.0/16', '192.0.2.1', 'fd00::/8'])
  const inside = ['10.1.2.3', '::ffff:10.1.2.3', '192.0.2.1', 'fd12::1', 'fd12::1%eth0']
  t.strictSame(
    inside.filter((address) => !networks.has(address)),
    [],
  )
  const outside = ['10.2.0.0', '192.0.2.2', 'fe80::1', '', 'x', '10.1', '0x0a010203']
  t.strictSame(
    outside.filter((address) => networks.has(address)),
    [],
  )
  for (const wrong of ['x', '10.0.0.0/33', 'fd00::/129', '10.0.0.0/', 'fe80::1%eth0', '/8']) {
    t.throws(() => new Networks([wrong]), RangeError, wrong)
  }
  t.strictSame(['::ffff:1.2.3.4', '::FFFF:1.2.3.4', '1.2.3', 'fe80::1%x'].map(plainAddress), [
    ...['1.2.3.4', '1.2.3.4', null, 'fe80::1'],
  ])
})
