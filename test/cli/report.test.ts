import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { migrate } from '../../src/db/migrate.ts'
import { runCli } from '../support/cli.ts'
import { makeStateDirectory, migrationsFolder } from '../support/database.ts'
import { start } from '../support/embedded.ts'

const NOW = new Date('2026-11-23T05:00:00Z')
const PATH = '/api/v1/monitoring/reports/weekly'
const task = {
  ...{ id: 't1', kind: 'weekly_report', state: 'completed', error: null },
  log: [
    { message: 'began' },
    { message: 'put up for email: well, nothing fires' },
    { message: 'done' },
  ],
}

t.test('the report is printed as it is', async (t) => {
  const report = { host: 'vault', markdown: '# Weekly report of vault\n\n**vault is well.**\n' }
  const answers = { [PATH]: report }
  const said = await runCli(['report', 'weekly'], { answers })
  t.strictSame(said, {
    ...{ status: 0, out: report.markdown, error: '' },
    asked: [`GET ${PATH}?format=json`],
  })
  const json = await runCli(['report', 'weekly', '--days', '3', '--json'], { answers })
  t.strictSame(JSON.parse(json.out), report)
})

t.test('with a token the daemon is asked to send it', async (t) => {
  const answers = { [`${PATH}/send`]: task }
  const said = await runCli(['report', 'weekly', '--send', '--once'], { answers })
  t.strictSame(said, {
    ...{ status: 0, out: 'put up for email: well, nothing fires\n', error: '' },
    asked: [`POST ${PATH}/send {"once":true}`],
  })
  const failed = { ...task, state: 'failed', error: 'no channel that takes reports is set up' }
  t.match(await runCli(['report', 'weekly', '--send'], { answers: { [`${PATH}/send`]: failed } }), {
    ...{ status: 1, out: 'it was not sent: no channel that takes reports is set up\n' },
  })
})

t.test('what makes no sense is refused', async (t) => {
  for (const [words, error] of [
    [['--once'], /--once: is for --send/],
    [['--days', '32'], /--days 32: must be 31 or less/],
    [['--days', '0', '--send'], /--days 0: must be a number, 1 or more/],
    [['--send', '--once', '--days', '3'], /--days: is not for --once/],
  ] as const) {
    t.match(await runCli(['report', 'weekly', ...words]), { status: 2, error, asked: [] })
  }
})

t.test('without a token it is asked for on the database', async (t) => {
  const stateDir = await makeStateDirectory(t)
  const { database } = await start(t, stateDir)
  await migrate(database, migrationsFolder)
  const config = join(stateDir, 'config.yaml')
  const argv = ['report', 'weekly', '--send', '--config', config, '--state-dir', stateDir]
  const env = { STORWARDEN_TOKEN: '' }
  await writeFile(config, '{}\n')
  const nobody = /nothing is sent: no e-mail channel is set up/
  t.match(await runCli(argv, { env, now: NOW }), { status: 1, out: '', error: nobody })
  t.match(await runCli([...argv, '--once'], { env, now: NOW }), { status: 0, error: nobody })

  const email = 'host: mail.example.org, from: w@example.org, to: [ada@example.org]'
  const zone = 'reports: { weekly: { time_zone: Europe/Berlin } }'
  await writeFile(config, `notifications: { email: { ${email} } }\n${zone}\n`)
  const given = new AbortController()
  given.abort()
  const options = { env, now: NOW, interrupted: given.signal }
  const first = await runCli([...argv, '--once'], options)
  t.match(first, { status: 0, out: 'storwardend sends it when it runs\n', error: '', asked: [] })
  const second = await runCli([...argv, '--once', '--json'], options)
  t.match(JSON.parse(second.out), { state: 'pending', created: false })
  const more = await runCli([...argv, '--days', '3'], options)
  t.match(more, { status: 0, out: 'storwardend sends it when it runs\n' })
  t.match(
    await database.query(
      'select kind, params, idempotency_key, resource, created_by from tasks order by idempotency_key',
    ),
    [
      {
        ...{ kind: 'weekly_report', params: {}, idempotency_key: 'weekly report 2026-W48' },
        ...{ resource: 'weekly report', created_by: /^\S+ \(command line\)$/ },
      },
      { params: { days: 3 }, idempotency_key: null },
    ],
  )
})
