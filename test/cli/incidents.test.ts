import t from 'tap'
import { runCli } from '../support/cli.ts'

process.env.TZ = 'Europe/Berlin'

const now = new Date('2026-11-20T21:30:00Z')
const path = '/api/v1/monitoring/incidents'
const id = '11111111-1111-4111-8111-111111111111'
const incident = {
  ...{ id, title: 'Backups fail', severity: 'critical', status: 'open', assigned_to: null },
  ...{ description: '', root_cause: null, created_by: 'ada', place: 'library=L1' },
  ...{ started_at: '2026-11-20T21:00:00Z', resolved_at: null, closed_at: null },
  ...{ duration_seconds: 1800, suggestion: 'All its alerts are over: it can be resolved.' },
  likely_causes: [{ sentence: '5 min before: a cartridge moved.' }],
  alerts: [{ state: 'resolved', title: 'Library offline', resource: 'L1' }],
}
const entries = [
  { at: '2026-11-20T20:55:00Z', kind: 'movement', title: 'Cartridge A\u001b moved.' },
]
const answers = {
  [path]: { ...incident, incidents: [incident], total: 1 },
  [`${path}/${id}`]: incident,
  [`${path}/${id}/timeline`]: { entries, total: 1 },
  [`${path}/${id}/notes`]: { id: 1 },
  [`${path}/${id}/report`]: { markdown: '# Incident: Backups fail\n\nx\n' },
}
const run = (...words: string[]) => runCli(['incidents', ...words], { now, answers })

t.test('what lasts is listed', async (t) => {
  const { out, asked, status } = await run()
  t.equal(status, 0)
  t.strictSame(asked, [`GET ${path}?active=true&limit=1000&offset=0`])
  t.match(out, /11111111 +critical +open +nobody +22:00 \(30 min ago\) +Backups fail/)
  t.strictSame((await run('--all')).asked, [`GET ${path}?limit=1000&offset=0`])
})

t.test('one is shown with all that is known of it', async (t) => {
  const { out } = await run('1111')
  t.match(out, /Backups fail\n\nseverity +critical\nstatus +open\nassigned to +nobody/)
  t.match(out, /lasts +30 min/)
  t.match(out, /to do +All its alerts are over/)
  t.match(out, /LIKELY CAUSES\n5 min before: a cartridge moved\./)
  t.match(out, /resolved: Library offline \(L1\)/)
  t.match(out, /21:55 \(35 min ago\) +movement +Cartridge A/)
  t.notMatch(out, '\u001b')
  t.match(JSON.parse((await run(id, '--json')).out), { incident: { id }, timeline: entries })
})

t.test('what is done to one is asked for as it is meant', async (t) => {
  const asked = async (...words: string[]) => (await run(...words)).asked.at(-1)
  t.equal(
    await asked('open', 'No room', '--severity', 'high', '--assign', 'ben'),
    `POST ${path} {"title":"No room","severity":"high","assigned_to":"ben"}`,
  )
  t.equal(await asked('note', id, 'a cable'), `POST ${path}/${id}/notes {"text":"a cable"}`)
  t.equal(await asked('assign', '11', 'ben'), `PUT ${path}/${id} {"assigned_to":"ben"}`)
  t.equal(
    await asked('resolve', id, '--root-cause', 'a cable'),
    `PUT ${path}/${id} {"status":"resolved","root_cause":"a cable"}`,
  )
  t.equal(await asked('close', id), `PUT ${path}/${id} {"status":"closed"}`)
  const said = await run('assign', id, 'ben')
  t.equal(said.out, `${id}: Backups fail: open\n`)
  t.equal((await run('report', id)).out, '# Incident: Backups fail\n\nx\n')
})

t.test('bad usage is said before anything is asked', async (t) => {
  for (const words of [['open'], ['open', 'x', '--severity', 'bad'], ['note', id], ['close']]) {
    const { status, asked } = await run(...words)
    t.strictSame([status, asked], [2, []], words.join(' '))
  }
  t.equal((await run('2222')).status, 1)
})
