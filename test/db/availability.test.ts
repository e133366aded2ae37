import { DatabaseError } from 'pg'
import t from 'tap'
import { absenceOf, mayComeBack, unavailableOr } from '../../src/db/availability.ts'
import { openEmptyDatabase, startTestServer } from '../support/database.ts'

const withCode = (code: string) => Object.assign(new Error(code), { code })
const ofServer = (sqlState: string) =>
  Object.assign(new DatabaseError('as the server says', 1, 'error'), { code: sqlState })

t.test('waiting mends some of what keeps a connection away', (t) => {
  const away = (error: unknown) => mayComeBack(unavailableOr(error, false))
  const comeBack = ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'ENOTFOUND', 'EHOSTUNREACH', 'EMFILE']
  for (const code of [...comeBack, 'CERT_NOT_YET_VALID']) t.ok(away(withCode(code)), code)
  for (const sqlState of ['57P03', '53300', '08006']) t.ok(away(ofServer(sqlState)), sqlState)
  t.ok(away(new Error('timeout expired')), 'pg waits no longer')
  t.ok(away(new AggregateError([withCode('ECONNREFUSED'), withCode('ECONNREFUSED')])))

  for (const sqlState of ['28P01', '28000', '3D000', '42501']) t.notOk(away(ofServer(sqlState)))
  const certificates = ['CERT_HAS_EXPIRED', 'SELF_SIGNED_CERT_IN_CHAIN', 'HOSTNAME_MISMATCH']
  for (const code of [...certificates, 'ERR_TLS_CERT_ALTNAME_INVALID', 'EACCES'])
    t.notOk(away(withCode(code)), code)
  t.notOk(away(new Error('The server does not support SSL connections')))
  t.notOk(away(new Error('SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string')))
  t.end()
})

t.test('why a server is away is told without telling where it is', (t) => {
  const told = (error: unknown) => absenceOf(unavailableOr(error, false))
  const refused = Object.assign(withCode('ECONNREFUSED'), { message: 'connect 10.0.0.5:5432' })
  const words = 'it refuses connections'
  t.strictSame(told(refused), { code: 'ECONNREFUSED', words })
  t.strictSame(told(new AggregateError([refused])), { code: 'ECONNREFUSED', words })
  t.strictSame(told(ofServer('57P03')), {
    ...{ code: '57P03', words: 'it is starting or shutting down' },
  })
  t.strictSame(told(withCode('ETIMEDOUT')), { code: 'ETIMEDOUT', words: 'it does not answer' })
  t.strictSame(told(new Error('timeout expired')), { code: null, words: 'it does not answer' })
  t.end()
})

t.test('who only reads changes nothing, whatever he tries', async (t) => {
  const server = await startTestServer(t)
  const writer = await openEmptyDatabase(t, server, { poolSize: 1 })
  const [row] = await writer.query<{ name: string }>('select current_database() as name')
  await writer.query('create table kept (value integer)')
  const reader = await openEmptyDatabase(t, server, {
    connection: {
      ...server.connection,
      database: row?.name ?? '',
    },
    ...{ readOnly: true, poolSize: 2 },
  })
  const refused = { code: 'ERR_DATABASE_READ_ONLY' }
  await t.rejects(reader.query('insert into kept values (1)'), refused)
  await t.rejects(
    reader.transaction((transaction) => transaction.query('insert into kept values (1)')),
    refused,
  )
  await t.rejects(reader.query('create table another ()'), refused)
  t.strictSame(await reader.query('select * from kept'), [])
  await t.rejects(reader.query('select * from nothing'), { code: '42P01' })
})
