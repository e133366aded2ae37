import { readFileSync } from 'node:fs'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import t from 'tap'
import { Email, type EmailOptions } from '../../src/notify/email.ts'
import { makeCertificate } from '../support/certificate.ts'
import { alertsContent, appliance, messageWith, news, testContent } from '../support/news.ts'
import { lacks } from '../support/peer.ts'
import { failure } from '../support/receiver.ts'
import { readMail, smtpServer } from '../support/smtp.ts'

const skip = lacks('openssl', 'version')

const channel = (port: number, options: Partial<EmailOptions> = {}) =>
  new Email({
    ...{ host: '127.0.0.1', port, security: 'none', caFile: null, appliance, timeoutMs: 5000 },
    ...{ username: null, password: null, from: 'storwarden@example.org' },
    ...{ to: ['operator@example.org'], ...options },
  })

const login = { username: 'storwarden', password: 'swordfish' }

const thread = `<alert-${'f1'.repeat(32)}@backup01>`

t.test('a mail says what there is, as text and as a page', async (t) => {
  const { port, mails } = await smtpServer(t)
  const message = messageWith(alertsContent(news('firing', { title: 'Laufwerk „2“ schweigt' })))
  t.match(await channel(port).send(message), /^250 .*queued$/)
  const [{ raw, ...envelope } = { raw: Buffer.alloc(0) }] = mails
  t.strictSame(envelope, {
    ...{ from: 'storwarden@example.org', to: ['operator@example.org'] },
    ...{ secure: false, user: undefined },
  })
  const { headers, parts } = readMail(raw)
  t.match(headers, { 'Content-Type': /^multipart\/alternative;/ })
  delete headers['Content-Type']
  t.strictSame(headers, {
    From: 'storwarden on backup01 <storwarden@example.org>',
    To: 'operator@example.org',
    Subject: '[CRITICAL] Laufwerk „2“ schweigt: HU1234ABCD',
    'Message-ID': '<b0e5a3c6-0000-4000-8000-000000000001@backup01>',
    'In-Reply-To': thread,
    References: thread,
    Date: 'Fri, 20 Nov 2026 21:03:00 +0000',
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    'X-Storwarden-Severity': 'critical',
    Importance: 'high',
    'MIME-Version': '1.0',
  })
  t.strictSame(Object.keys(parts), ['text/plain', 'text/html'])
  t.match(parts['text/plain'], /^HP Ultrium 6-SCSI, drive 2 \(element 257\)/)
  t.match(parts['text/plain'], 'What to do: Look at the front panel of the drive;')
  t.match(parts['text/html'], '<title>[CRITICAL] Laufwerk „2“ schweigt: HU1234ABCD</title>')
})

t.test('what is told of a condition is one thread, each time told once', async (t) => {
  const { port, mails } = await smtpServer(t)
  const email = channel(port)
  const content = alertsContent(news('resolved'), news('firing', {}, 'f2'.repeat(32)))
  await email.send(messageWith(alertsContent(news()), 1))
  await email.send(messageWith(content, 2))
  await email.send(messageWith(content, 2))
  await email.send(messageWith(testContent, 3))
  const idOf = (last: number) => `<b0e5a3c6-0000-4000-8000-00000000000${last}@backup01>`
  const other = `<alert-${'f2'.repeat(32)}@backup01>`
  t.strictSame(
    mails.map(({ raw }) => {
      const { headers } = readMail(raw)
      return [headers['Message-ID'], headers['In-Reply-To'], headers.References]
    }),
    [
      [idOf(1), thread, thread],
      [idOf(2), thread, `${thread} ${other}`],
      [idOf(2), thread, `${thread} ${other}`],
      [idOf(3), undefined, undefined],
    ],
  )
})

t.test('by STARTTLS or TLS, to a server that is known, with a password', { skip }, async (t) => {
  const { certFile, keyFile } = makeCertificate(t)
  const certificate = { key: readFileSync(keyFile), cert: readFileSync(certFile) }
  for (const security of ['starttls', 'tls'] as const) {
    const { port, mails } = await smtpServer(t, {
      ...{ ...certificate, secure: security === 'tls', authOptional: false },
    })
    const known = { security, caFile: certFile, ...login }
    await channel(port, known).send(messageWith(testContent))
    await channel(port, { ...known, host: 'localhost' }).send(messageWith(testContent))
    t.match(mails, [
      { secure: true, user: 'storwarden' },
      { secure: true, user: 'storwarden' },
    ])
    t.strictSame(
      await failure(channel(port, { ...known, caFile: null }).send(messageWith(testContent))),
      ['self-signed certificate', true, null],
    )
    const wrong = channel(port, { ...known, password: 'hunter2' })
    t.strictSame(await failure(wrong.send(messageWith(testContent))), [
      'Invalid login: 535 go away',
      ...[true, null],
    ])
    t.strictSame(
      await failure(channel(port, { ...known, username: null }).send(messageWith(testContent))),
      ['Mail command failed: 530 Error: authentication Required', true, null],
    )
    t.equal(mails.length, 2)
  }
})

t.test('STARTTLS that is not offered is not done without', async (t) => {
  const seen: string[] = []
  const { port, mails } = await smtpServer(t, {
    ...{ disabledCommands: ['STARTTLS'], allowInsecureAuth: true },
    onAuth({ password }, _session, callback) {
      seen.push(password ?? '')
      callback(null, { user: 'x' })
    },
  })
  const [reason, ...others] = await failure(
    channel(port, { security: 'starttls', ...login }).send(messageWith(testContent)),
  )
  t.match(reason, /STARTTLS/)
  t.strictSame([others, seen, mails], [[true, null], [], []])
})

t.test('5xx is for good, 4xx is not', async (t) => {
  const { port, mails, refusals } = await smtpServer(t)
  const send = () => failure(channel(port).send(messageWith(testContent)))
  refusals.data = { code: 554, text: 'no such things here' }
  t.strictSame(await send(), ['Message failed: 554 no such things here', false, null])
  refusals.data = { code: 451, text: 'later' }
  t.strictSame(await send(), ['Message failed: 451 later', true, null])
  refusals['operator@example.org'] = { code: 550, text: 'nobody of that name' }
  t.strictSame(await send(), [
    "Can't send mail - all recipients were rejected: 550 nobody of that name",
    ...[false, null],
  ])
  t.strictSame(mails, [])
})

t.test('who is refused for now gets it next time, and the others do not again', async (t) => {
  const { port, mails, refusals } = await smtpServer(t)
  const to = ['a@example.org', 'b@example.org', 'C@Bücher.example', 'd@example.org']
  const email = channel(port, { to })
  refusals['b@example.org'] = { code: 450, text: 'you are new' }
  refusals['C@bücher.example'] = { code: 451, text: 'later' }
  refusals['d@example.org'] = { code: 550, text: 'nobody' }
  const message = messageWith(testContent)
  t.strictSame(await failure(email.send(message)), [
    'taken for a@example.org; ' +
      'not for b@example.org: Recipient command failed: 450 you are new; ' +
      'not for C@xn--bcher-kva.example: Recipient command failed: 451 later; ' +
      'not for d@example.org: Recipient command failed: 550 nobody',
    ...[true, null],
  ])
  delete refusals['b@example.org']
  delete refusals['C@bücher.example']
  t.match(
    await email.send(message),
    /^250 .*queued; not for d@example\.org: Recipient command failed: 550 nobody$/,
  )
  t.strictSame(
    mails.map(({ to }) => to),
    [['a@example.org'], ['b@example.org', 'C@bücher.example']],
  )
})

t.test('who does not answer is not waited for', async (t) => {
  const silent = createServer((socket) => socket.on('error', () => undefined))
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const sockets: { destroy(): void }[] = []
  silent.on('connection', (socket) => sockets.push(socket))
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    silent.close()
  })
  const { port } = silent.address() as AddressInfo
  const send = (to: number, options = {}) =>
    failure(channel(to, { timeoutMs: 300, ...options }).send(messageWith(testContent)))
  t.strictSame(await send(port), ['no receipt within 300 ms', true, null])
  silent.close()
  for (const socket of sockets) socket.destroy()
  t.strictSame(await send(port), [`connect ECONNREFUSED 127.0.0.1:${port}`, true, null])
  const [reason] = await send(port, { host: 'nobody.invalid', timeoutMs: 5000 })
  t.match(reason, /ENOTFOUND|nobody\.invalid/)
  const { port: halting } = await smtpServer(t, { onData: () => undefined })
  t.strictSame(await send(halting), ['no receipt within 300 ms', true, null])
})
