import { createServer, type Socket } from 'node:net'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { gzipSync } from 'node:zlib'
import { Alertmanager } from '../../src/notify/alertmanager.ts'
import { askHttp } from '../../src/notify/http.ts'
import type { NotifyError } from '../../src/notify/notifier.ts'
import { PagerDuty } from '../../src/notify/pagerduty.ts'
import { Slack } from '../../src/notify/slack.ts'
import { Webhook } from '../../src/notify/webhook.ts'
import { messageWith, testContent } from '../support/news.ts'
import { onThisMachine } from '../support/reach.ts'

// What others answer is no better than what strangers ask. Answers of an identity provider: test/auth/oidc.test.ts.

const MIB = 1024 * 1024
const SECRET = 'canary-of-the-request'

/** A server that does what it wants with a connection once something was asked. */
async function hostile(t: Test, answer: (socket: Socket) => void) {
  const asked: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('data', (bytes: Buffer) => {
      asked.push(bytes.toString('latin1'))
      answer(socket)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`, asked, sockets }
}

const TIMEOUT_MS = 1000
async function outcome(url: string, more: { mostBytes?: number } = {}) {
  const began = performance.now()
  const request = { url, body: '{}', agent: 'x', secrets: [SECRET], reach: onThisMachine }
  const said = await askHttp({ ...request, timeoutMs: TIMEOUT_MS, ...more }).then(
    (answer) => `${answer.status}: ${answer.said}`,
    (error: unknown) => (error as NotifyError).message,
  )
  return { said, seconds: (performance.now() - began) / 1000 }
}

async function closed(socket: Socket): Promise<void> {
  await new Promise((resolve) => socket.once('close', resolve))
}

/** Writes the same again and again for as long as somebody listens; how much that was. */
function flood(socket: Socket, head: string, block: Buffer): { bytes: number } {
  const sent = { bytes: 0 }
  const more = () => {
    while (!socket.destroyed && sent.bytes < 512 * MIB) {
      sent.bytes += block.length
      if (!socket.write(block)) break
    }
  }
  socket.write(head)
  socket.on('drain', more)
  more()
  return sent
}

t.test('API10: an answer without an end is not read to its end', async (t) => {
  for (const [head, wanted] of [
    ['HTTP/1.1 200 OK\r\n\r\n', /^200: $/],
    ['HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n', /^200: $/],
    ['HTTP/1.1 500 Down\r\n\r\n', /^answered with 500: x{50,4000}/],
    ['HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n', /^answered with 404: x/],
  ] as const) {
    let sent = { bytes: 0 }
    const { url, sockets } = await hostile(t, (socket) => {
      sent = flood(socket, head, Buffer.alloc(64 * 1024, 'x'))
    })
    const { said, seconds } = await outcome(url)
    t.match(said, wanted, head)
    t.ok(said.length < 5000, `${said.length} characters are told`)
    t.ok(seconds < 5, `${seconds} s`)
    for (const socket of sockets) if (!socket.closed) await closed(socket)
    t.ok(sent.bytes < 64 * MIB, `${sent.bytes} bytes were sent`)
  }
})

t.test(
  'API10: an answer that drips, stops or never comes takes its time and no more',
  async (t) => {
    const beginnings = {
      nothing: '',
      'half a status': 'HTTP/1.1 2',
      'headers without an end': 'HTTP/1.1 200 OK\r\nX-A: ',
      'half a refusal': 'HTTP/1.1 500 Down\r\nContent-Length: 1000\r\n\r\nhalf',
      'interim answers': 'HTTP/1.1 100 Continue\r\n\r\n',
    }
    for (const [name, text] of Object.entries(beginnings)) {
      const { url } = await hostile(t, (socket) => {
        const again = name === 'interim answers' ? text : 'x'
        socket.write(text)
        const timer = setInterval(() => socket.write(again), 50)
        socket.on('close', () => {
          clearInterval(timer)
        })
      })
      const { said, seconds } = await outcome(url)
      t.match(said, /^(?:no answer within 1000 ms|answered with 500|not reached: HPE_)/, name)
      t.ok(seconds < 4, `${name}: ${seconds} s`)
    }
  },
)

t.test('API10: what is no HTTP, or too much of it, is a failure in a few words', async (t) => {
  const answers = {
    SSH: 'SSH-2.0-OpenSSH_9.2\r\n',
    'a status of four digits': 'HTTP/1.1 2000 OK\r\n\r\n',
    'headers of a megabyte': `HTTP/1.1 200 OK\r\nX-A: ${'x'.repeat(MIB)}\r\n\r\n`,
    'many headers': `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(100_000)}\r\n`,
    'two lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
    'both lengths':
      'HTTP/1.1 200 OK\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'HTTP/0.9': '<html>hello</html>',
    'nothing at all': '',
  }
  for (const [name, text] of Object.entries(answers)) {
    const { url } = await hostile(t, (socket) => socket.end(text))
    const { said } = await outcome(url)
    t.match(said, /^not reached(?:: [A-Z_]+)?$/, `${name}: ${said.slice(0, 100)}`)
  }
})

t.test('API10: a redirect is not followed, wherever it goes', async (t) => {
  const trap = await hostile(t, (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'))
  for (const status of [301, 302, 303, 307, 308]) {
    for (const place of [trap.url, 'file:///etc/passwd', '//169.254.169.254/', 'javascript:x']) {
      const head = `HTTP/1.1 ${status} Over there\r\nLocation: ${place}\r\nRefresh: 0; url=${place}\r\n\r\n`
      const { url } = await hostile(t, (socket) => socket.end(head))
      t.match((await outcome(url)).said, new RegExp(`^answered with ${status}`))
    }
  }
  t.strictSame(trap.asked, [])
})

t.test('API10: what is told of an answer is one line, without what was sent', async (t) => {
  const body = [
    `${SECRET} \u001B[31mred\u001B[0m\r\nlevel=error msg="forged"\u2028{"level":"fatal"}\u202E`,
    '<script>alert(1)</script>\0',
  ].join('')
  const { url } = await hostile(t, (socket) => {
    socket.end(`HTTP/1.1 500 x\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
  })
  const { said } = await outcome(url)
  t.notMatch(said, SECRET)
  t.notMatch(said, /[\p{Cc}\p{Zl}\p{Zp}\u202E]/u)
  t.match(said, /^answered with 500: /)
  const invalid = await hostile(t, (socket) => {
    socket.write('HTTP/1.1 500 x\r\n\r\n')
    socket.end(Buffer.from([0xff, 0xfe, 0xc0, 0xaf, 0xed, 0xa0, 0x80]))
  })
  t.match((await outcome(invalid.url)).said, /^answered with 500/)
})

t.test('API10: what is compressed is not unpacked', async (t) => {
  const bomb = gzipSync(Buffer.alloc(64 * MIB))
  const { url } = await hostile(t, (socket) => {
    socket.write(
      `HTTP/1.1 500 x\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`,
    )
    socket.end(bomb)
  })
  const before = process.memoryUsage().rss
  const { said } = await outcome(url)
  t.match(said, /^answered with 500/)
  t.ok(said.length < 5000)
  t.ok(process.memoryUsage().rss - before < 48 * MIB)
})

t.test('API10: JSON that is deep, wide or none makes no channel fall over', async (t) => {
  const appliance = { host: 'vault', publicUrl: 'https://vault' }
  const shared = { appliance, agent: 'x', reach: onThisMachine, timeoutMs: TIMEOUT_MS }
  const channels = (url: string) => [
    new Webhook({ url, secret: null, agent: 'x', reach: onThisMachine, timeoutMs: TIMEOUT_MS }),
    new Slack({ url, ...shared }),
    new PagerDuty({ url, routingKey: 'k', ...shared }),
    new Alertmanager({
      ...{ url, username: null, password: null, firingSeconds: 60, now: () => new Date() },
      ...shared,
    }),
  ]
  const bodies = [
    ...[
      '['.repeat(200_000),
      '{"a":'.repeat(50_000),
      '{}',
      '[]',
      'null',
      '"ok"',
      '',
      'ok',
      '<html>',
    ],
    ...['{"status":["x"],"errors":{"length":1e9},"message":{"toString":null}}'],
    ...['{"__proto__":{"polluted":true},"status":"success","dedup_key":{}}'],
  ]
  for (const status of [200, 202, 400, 429, 500]) {
    for (const body of bodies) {
      const { url } = await hostile(t, (socket) => {
        const head = `HTTP/1.1 ${status} x\r\nRetry-After: ${'9'.repeat(400)}\r\n`
        socket.end(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
      })
      for (const channel of channels(url)) {
        const failure = await channel.send(messageWith(testContent)).then(
          () => null,
          (error: unknown) => error as NotifyError,
        )
        if (failure !== null) {
          const said = `${channel.name} ${status} ${body.slice(0, 20)}: ${failure.message}`
          t.equal(failure.name, 'NotifyError', said)
          t.ok(failure.message.length < 5000, said)
          t.ok((failure.retryAfterMs ?? 0) <= 3600_000, 'nobody is left alone for years')
        }
      }
    }
  }
  t.equal(({} as { polluted?: unknown }).polluted, undefined)
})
