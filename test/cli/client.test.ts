import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { clientAt, DaemonError } from '../../src/cli/client.ts'

/** A server that answers everything in one way, and where it is. */
async function serve(
  t: { teardown(undo: () => void): void },
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer(answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const problem = (response: ServerResponse, status: number, body: object, headers = {}) => {
  response.writeHead(status, { 'content-type': 'application/problem+json', ...headers })
  response.end(JSON.stringify(body))
}

t.test('a request carries the token, the query and the body', async (t) => {
  const seen: unknown[] = []
  const url = await serve(t, (request, response) => {
    void (async () => {
      let body = ''
      for await (const chunk of request) body += String(chunk)
      const { method, headers } = request
      seen.push([method, request.url, headers.authorization, headers['content-type'], body])
      response.end('{"ok":true}')
    })()
  })
  const client = clientAt(`${url}/prefix/`, 'swt_x')
  t.equal(
    (await client.get('/a', { query: { b: 'c d', e: undefined, f: false } })).flag('ok'),
    true,
  )
  await client.post('/a', { b: 1 })
  await clientAt(url, null).get('/a')
  t.strictSame(seen, [
    ['GET', '/prefix/a?b=c+d&f=false', 'Bearer swt_x', undefined, ''],
    ['POST', '/prefix/a', 'Bearer swt_x', 'application/json', '{"b":1}'],
    ['GET', '/a', undefined, undefined, ''],
  ])
})

t.test('nobody listens: it says where it asked and what may be the matter', async (t) => {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  for (const host of ['127.0.0.1', 'localhost']) {
    await t.rejects(
      clientAt(`http://${host}:${port}`, null).get('/'),
      new DaemonError(
        `http://${host}:${port}: connection refused: storwardend does not run, or answers elsewhere (--url, STORWARDEN_URL)`,
        null,
      ),
    )
  }
})

t.test('what the daemon refuses is told in its words', async (t) => {
  const cases: [number, object, object, string][] = [
    [
      401,
      { code: 'unauthenticated', detail: 'x', request_id: 'r-1' },
      {},
      'the token opens nothing: it is revoked, has expired, or is none of this daemon (STORWARDEN_TOKEN) (request r-1)',
    ],
    [403, { code: 'permission_missing', detail: 'needs tasks:run' }, {}, 'needs tasks:run'],
    [
      400,
      { detail: 'two faults', errors: [{ path: '/query/a', message: 'must be b' }] },
      {},
      'two faults; /query/a must be b',
    ],
    [
      400,
      { detail: 'is over', errors: [{ path: '/body/expires_at', message: 'is over' }] },
      {},
      'is over',
    ],
    [404, { detail: 'is gone', request_id: 'r-2' }, {}, 'is gone (request r-2)'],
    [503, { code: 'busy', title: 'busy' }, { 'retry-after': '5' }, 'busy; try again in 5 s'],
    [500, {}, {}, 'status 500'],
  ]
  for (const [status, body, headers, message] of cases) {
    const url = await serve(t, (_, response) => {
      problem(response, status, body, headers)
    })
    await t.rejects(clientAt(url, 'swt_x').get('/a', { unhealthy: true }), { message, status })
  }
})

t.test('503 with an answer is the answer where it may be', async (t) => {
  const url = await serve(t, (_, response) => {
    problem(response, 503, { status: 'down' })
  })
  t.equal((await clientAt(url, null).get('/', { unhealthy: true })).text('status'), 'down')
  await t.rejects(clientAt(url, null).get('/'), { message: 'status 503', status: 503 })
})

t.test('another program is told from the daemon', async (t) => {
  const url = await serve(t, (_, response) => {
    response.end('<html>')
  })
  await t.rejects(clientAt(url, null).get('/x'), {
    message: `${url}/x: status 200 without JSON: that is not storwardend`,
  })
  const broken = await serve(t, (request) => request.destroy())
  await t.rejects(clientAt(broken, null).get('/x'), { code: 'ERR_DAEMON', status: null })
})

t.test('a token is not sent along to where the answer points', async (t) => {
  const asked: (string | undefined)[] = []
  const other = await serve(t, (request, response) => {
    asked.push(request.headers.authorization)
    response.end('{}')
  })
  const url = await serve(t, (_, response) => {
    response.writeHead(302, { location: other }).end()
  })
  await t.rejects(clientAt(url, 'swt_x').get('/'), { code: 'ERR_DAEMON' })
  t.strictSame(asked, [])
})

t.test('nothing to say is an answer', async (t) => {
  const url = await serve(t, (_, response) => {
    response.writeHead(204).end()
  })
  t.strictSame((await clientAt(url, null).post('/', {})).entries(), [])
})

t.test('what is no object is had as it is', async (t) => {
  const url = await serve(t, (request, response) => {
    if (request.url === '/list') response.end('[1, 2]')
    else problem(response, 404, { code: 'not_found', title: 'There is nothing at this path' })
  })
  const client = clientAt(url, null)
  t.equal(await client.text('/list'), '[1, 2]')
  await t.rejects(client.text('/x'), { status: 404, message: `${url}/x: status 404` })
})
