import fc from 'fast-check'
import { Type } from 'typebox'
import t from 'tap'
import { isCrossSite, isOwnOrigin, presentedToken, readCookie } from '../../src/api/credentials.ts'
import { snakeCase, toJson } from '../../src/api/json.ts'
import { problemOf, problems } from '../../src/api/problem.ts'
import { readQuery } from '../../src/api/query.ts'
import { AuthError } from '../../src/auth/auth-error.ts'
import { encodeTextFrame } from '../../src/hub/frame.ts'
import { MalformedMessageError, parseClientMessage } from '../../src/hub/messages.ts'

t.test('names become snake_case, times RFC 3339, and other people’s keys stay', (t) => {
  t.strictSame(
    toJson({
      availableBytes: 1,
      load1: 2,
      someAvg60Percent: 3,
      takenAt: new Date('2026-11-20T21:00:00Z'),
      nothing: undefined,
      unknown: null,
      notANumber: NaN,
      labels: { mountPoint: '/srv', deeper: { camelCase: [{ keptAsIs: 1 }] } },
      list: [{ mountPoint: '/' }],
      method: () => 1,
    }),
    {
      available_bytes: 1,
      load1: 2,
      some_avg60_percent: 3,
      taken_at: '2026-11-20T21:00:00.000Z',
      unknown: null,
      not_a_number: null,
      labels: { mountPoint: '/srv', deeper: { camelCase: [{ keptAsIs: 1 }] } },
      list: [{ mount_point: '/' }],
    },
  )
  t.equal(snakeCase('readBytes'), 'read_bytes')
  t.end()
})

t.test('JSON goes through unchanged, whatever it is', (t) => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      (params) => JSON.stringify(toJson({ params })) === JSON.stringify({ params }),
    ),
  )
  t.end()
})

t.test('a query is read as its schema wants it and never otherwise', (t) => {
  const schema = Type.Object({
    limit: Type.Optional(Type.Integer()),
    share: Type.Optional(Type.Number()),
    on: Type.Optional(Type.Boolean()),
    q: Type.Optional(Type.String()),
  })
  t.strictSame(readQuery(schema, 'limit=10&share=-0.5&on=true&q=1'), {
    values: { limit: 10, share: -0.5, on: true, q: '1' },
    faults: [],
  })
  t.strictSame(readQuery(schema, 'limit=1e3&on=1&q=a+b%20c&x=1').values, {
    limit: '1e3',
    on: '1',
    q: 'a b c',
    x: '1',
  })
  t.strictSame(readQuery(schema, 'q=1&q=2'), {
    values: { q: '1' },
    faults: [{ path: '/query/q', message: 'is given twice' }],
  })
  fc.assert(
    fc.property(fc.string(), (search) => {
      const { values } = readQuery(schema, search)
      return Object.entries(values).every(
        ([key, value]) => typeof value === 'string' || ['limit', 'share', 'on'].includes(key),
      )
    }),
  )
  t.end()
})

t.test('tokens are found in the header, then in the cookie', (t) => {
  t.strictSame(presentedToken({ authorization: 'bearer  abc ' }), { secret: 'abc', by: 'header' })
  t.strictSame(presentedToken({ authorization: 'Basic x', cookie: 'storwarden_session=s' }), {
    secret: '',
    by: 'header',
  })
  t.strictSame(presentedToken({ cookie: 'a=b; storwarden_session=s=1' }), {
    secret: 's=1',
    by: 'cookie',
  })
  t.equal(presentedToken({}), null)
  t.equal(readCookie('xstorwarden_session=1', 'storwarden_session'), null)
  t.end()
})

t.test('only the host itself is its own origin', (t) => {
  const own = (origin: string, host: string) => isOwnOrigin({ origin }, { host })
  t.ok(own('http://appliance:8080', 'appliance:8080'))
  t.ok(own('https://appliance', 'appliance'))
  t.ok(own('https://appliance', 'appliance:443'))
  t.notOk(own('https://appliance.evil.example', 'appliance'))
  t.notOk(own('https://appliance:8443', 'appliance'))
  t.notOk(own('null', 'appliance'))
  t.notOk(own('', 'appliance'))
  t.notOk(isOwnOrigin({}, { host: 'appliance' }))
  t.ok(isCrossSite({}, { host: 'appliance' }))
  t.notOk(isCrossSite({ 'x-requested-with': 'storwarden' }, { host: 'appliance' }))
  t.end()
})

t.test('errors become the problems of the table, and unknown ones say nothing', (t) => {
  const told = (error: unknown) => {
    const { status, detail, code } = problemOf(error).body('r-1')
    return { status, detail, code }
  }
  t.strictSame(told(new AuthError('ERR_ROLE_TOO_HIGH', 'api token: no')), {
    status: 403,
    detail: 'api token: no',
    code: 'role_too_high',
  })
  for (const error of [new Error('secret'), 'secret', null, undefined, { code: 'toString' }]) {
    t.strictSame(told(error), { status: 500, detail: 'the reason is in the log', code: 'internal' })
  }
  t.strictSame(
    problemOf(new AuthError('ERR_RATE_LIMITED', 'login: no', { retryAfterSeconds: 17 })).headers,
    {
      'Retry-After': '17',
    },
  )
  for (const { status } of Object.values(problems)) t.ok(status >= 400 && status < 600)
  t.end()
})

t.test('a frame has the length that RFC 6455 gives it', (t) => {
  const header = (length: number) => [
    ...encodeTextFrame('x'.repeat(length)).subarray(0, length < 126 ? 2 : length < 65_536 ? 4 : 10),
  ]
  t.strictSame(header(0), [0x81, 0])
  t.strictSame(header(125), [0x81, 125])
  t.strictSame(header(126), [0x81, 126, 0, 126])
  t.strictSame(header(65_535), [0x81, 126, 255, 255])
  t.strictSame(header(65_536), [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0])
  t.equal(encodeTextFrame('ü€').subarray(2).toString('utf8'), 'ü€')
  t.end()
})

t.test('any text of a client is a message or is malformed', (t) => {
  const types = ['alert', 'metrics']
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record(
        {
          action: fc.constantFrom('subscribe', 'unsubscribe', 'x'),
          types: fc.oneof(fc.array(fc.constantFrom(...types)), fc.jsonValue()),
          since: fc.oneof(fc.nat(), fc.jsonValue()),
        },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value)),
  )
  fc.assert(
    fc.property(text, (message) => {
      try {
        const parsed = parseClientMessage(message, types)
        return (parsed.types ?? []).every((type) => types.includes(type))
      } catch (error) {
        return error instanceof MalformedMessageError
      }
    }),
  )
  t.end()
})
