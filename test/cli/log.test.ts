import t from 'tap'
import { runCli } from '../support/cli.ts'

process.env.TZ = 'Europe/Berlin'

const now = new Date('2026-11-20T21:00:00Z')
const path = '/api/v1/log'

t.test('the level of the log is shown, and lines that were lost', async (t) => {
  const answer = { level: 'info', configured_level: 'info', expires_at: null, lines_lost: 0 }
  t.equal((await runCli(['log'], { answers: { [path]: answer } })).out, 'level info\n')
  const lost = await runCli(['log'], { answers: { [path]: { ...answer, lines_lost: 3 } } })
  t.equal(lost.out, 'level info\n3 lines could not be written\n')
  const json = await runCli(['log', '--json'], { answers: { [path]: answer } })
  t.strictSame(JSON.parse(json.out), answer)
})

t.test('the level is changed, for a while or not', async (t) => {
  const answer = {
    ...{ level: 'debug', configured_level: 'info', expires_at: '2026-11-20T22:00:00Z' },
    lines_lost: 0,
  }
  const options = { now, answers: { [path]: answer } }
  const said = await runCli(['log', 'level', 'debug', '--for', '1h'], options)
  t.strictSame(said.asked, [`PUT ${path} {"level":"debug","for_seconds":3600}`])
  t.equal(said.out, 'level debug instead of info\nuntil 2026-11-20 23:00:00 (in 1 h)\n')
  const back = await runCli(['log', 'level', 'configured'], options)
  t.strictSame(back.asked, [`PUT ${path} {"level":null}`])
  const faults = [
    [[], 'LEVEL is missing'],
    [['loud'], 'loud: must be one of debug, info, warn, error, fatal, configured'],
    [['configured', '--for', '1h'], '--for: configured has no end'],
    [['debug', '--for', '2020-01-01'], 'is over already'],
  ] as const
  for (const [words, fault] of faults) {
    t.match(await runCli(['log', 'level', ...words], options), { status: 2, error: fault })
  }
})
