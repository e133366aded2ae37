import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { startTestDaemon, until } from '../support/daemon.ts'
import { makeStateDirectory } from '../support/database.ts'

const recordings = fileURLToPath(new URL('../../fixtures/recordings', import.meta.url))
const INCIDENTS = '/api/v1/monitoring/incidents'

interface Listed {
  incidents: { id: string; place: string; title: string; created_by: string }[]
}
interface Timeline {
  entries: { at: string; kind: string; title: string; id: string }[]
  total: number
  next_cursor: string | null
}

t.test('an incident opens while an appliance fails, and its story is told once', async (t) => {
  // A timeline of two moments: all is well, and a library is offline.
  const timeline = join(await makeStateDirectory(t), 'timeline')
  mkdirSync(timeline)
  for (const [index, name] of ['03-tape-moves', '05a-library-offline'].entries()) {
    symlinkSync(join(recordings, name), join(timeline, `${index}-${name}`))
  }
  // The daemon inherits them.
  process.env.STORWARDEN_INCIDENTS_OPEN_FOR_CRITICAL = 'true'
  process.env.STORWARDEN_MONITORING_EVALUATION_INTERVAL_SECONDS = '1'
  const options = { arguments: ['--replay', timeline, '--replay-step', '3'] }
  const first = await startTestDaemon(t, options)
  const isOfLibrary = ({ place }: Listed['incidents'][number]) => place.startsWith('library=')
  const { incidents } = await until(
    () => first.get<Listed>(INCIDENTS),
    (listed) => listed.incidents.some(isOfLibrary),
  )
  const incident = incidents.find(isOfLibrary)
  t.match(incident, { created_by: 'storwardend', place: /^library=/ })
  const path = `${INCIDENTS}/${incident?.id ?? ''}`
  await first.post(`${path}/notes`, { text: 'the power cord | is out' })

  // Between counting and listing more may happen.
  const whole = await until(
    () => first.get<Timeline>(`${path}/timeline?limit=1000`),
    ({ total, entries }) => total === entries.length,
  )
  t.strictSame(
    [...whole.entries].sort((one, other) => one.at.localeCompare(other.at)).map(({ at }) => at),
    whole.entries.map(({ at }) => at),
  )
  const kinds = new Set(whole.entries.map(({ kind }) => kind))
  for (const kind of ['alert', 'incident', 'note', 'event']) t.ok(kinds.has(kind), kind)
  t.match(
    whole.entries.filter(
      ({ title }) => title.startsWith('Library ') && title.includes('is offline'),
    ),
    [{ kind: 'event' }],
    'that it went is told once',
  )
  const paged: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const query = cursor === '' ? 'limit=3' : `limit=3&cursor=${cursor}`
    const page: Timeline = await first.get<Timeline>(`${path}/timeline?${query}`)
    paged.push(...page.entries.map(({ at, kind, id }) => `${at} ${kind} ${id}`))
    cursor = page.next_cursor
  }
  const told = whole.entries.map(({ at, kind, id }) => `${at} ${kind} ${id}`)
  // Meanwhile more has happened, some of it committed late.
  const known = paged.filter((entry) => told.includes(entry))
  t.strictSame(known, told)
  const report = await first.get<{ markdown: string }>(`${path}/report?format=json`)
  t.match(report.markdown, 'the power cord \\| is out')
  t.match(report.markdown, /## Likely causes\n\n.*\n\n1\. /)

  await first.end('SIGKILL')
  const second = await startTestDaemon(t, { ...options, stateDir: first.stateDir })
  await until(
    () => second.get<{ alerts: object[] }>('/api/v1/monitoring/alerts?state=firing'),
    ({ alerts }) => alerts.length > 0,
  )
  const after = await second.get<Listed>(INCIDENTS)
  t.strictSame(
    after.incidents.filter(({ place }) => place === incident?.place).map(({ id }) => id),
    [incident?.id],
    'after a kill it is the same one',
  )
})
