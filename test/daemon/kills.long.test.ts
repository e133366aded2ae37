import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { makeStateDirectory } from '../support/database.ts'
import { startTestDaemon, until, type TestDaemon } from '../support/daemon.ts'

const recordings = fileURLToPath(new URL('../../fixtures/recordings', import.meta.url))

interface Alert {
  id: string
  rule: string
  resource: string
  state: string
  acknowledged: boolean
  acknowledge_comment: string | null
}

/** Alerts of a degraded appliance, which stay as long as the daemon runs on the recording. */
async function activeAlerts(daemon: TestDaemon): Promise<Alert[]> {
  const answers = await Promise.all(
    ['false', 'true'].map((inhibited) =>
      daemon.get<{ alerts: Alert[] }>(
        `/api/v1/monitoring/alerts?state=firing&inhibited=${inhibited}`,
      ),
    ),
  )
  return answers.flatMap(({ alerts }) => alerts)
}

/** Makes tokens, many at once; each resolves with its name when the daemon has said yes. */
function createTokens(daemon: TestDaemon, names: readonly string[]): Promise<string>[] {
  return names.map(async (name) => {
    await daemon.post('/api/v1/auth/tokens', { name, role: 'viewer' })
    return name
  })
}

async function tokenNames(daemon: TestDaemon): Promise<string[]> {
  const { tokens } = await daemon.get<{ tokens: { name: string }[] }>('/api/v1/auth/tokens')
  return tokens.map(({ name }) => name)
}

/** The process id of the embedded server. */
function postmaster(stateDir: string): number {
  const path = join(stateDir, 'postgresql', 'data', 'postmaster.pid')
  return Number(readFileSync(path, 'utf8').split('\n')[0])
}

function noneWhileTheDatabaseIsAway(error: Error): Alert[] {
  if (error.message.includes(' 503 ')) return []
  throw error
}

t.test('ten kills in the middle of work lose nothing and repeat nothing', async (t) => {
  const stateDir = await makeStateDirectory(t)
  const start = () => {
    return startTestDaemon(t, {
      stateDir,
      arguments: ['--replay', join(recordings, '07-raid-degraded-and-full')],
    })
  }
  let daemon = await start()
  const first = await until(
    () => activeAlerts(daemon),
    (alerts) => alerts.length > 3,
  )
  const [acknowledged] = first
  await daemon.post(`/api/v1/monitoring/alerts/${acknowledged?.id ?? ''}/acknowledge`, {
    comment: 'before the kills',
  })
  const promised: string[] = []

  for (let round = 1; round <= 10; round += 1) {
    const names = Array.from({ length: 20 }, (_, index) => `round ${round} token ${index}`)
    const work = createTokens(daemon, names)
    await Promise.any(work)
    if (round % 2 === 0) await daemon.end('SIGKILL')
    else process.kill(postmaster(stateDir), 'SIGKILL')
    for (const outcome of await Promise.allSettled(work)) {
      if (outcome.status === 'fulfilled') promised.push(outcome.value)
    }

    if (round % 2 === 0) daemon = await start()
    const after = await until(
      () => activeAlerts(daemon).catch(noneWhileTheDatabaseIsAway),
      (found) => found.length > 0,
    )
    const idsOf = (alerts: Alert[]) => alerts.map(({ id }) => id).sort()
    t.strictSame(idsOf(after), idsOf(first), `round ${round}: the same alerts, each once`)
    t.match(
      after.find(({ id }) => id === acknowledged?.id),
      { acknowledged: true, acknowledge_comment: 'before the kills' },
    )
    const kept = await tokenNames(daemon)
    t.strictSame(
      promised.filter((name) => !kept.includes(name)),
      [],
      `round ${round}: nothing of ${promised.length} promises is lost`,
    )
    t.equal(kept.length, new Set(kept).size, 'nothing was done twice')
  }
  t.equal(await daemon.end('SIGTERM'), 0)
})

t.test('a second daemon is refused the state directory of the first', async (t) => {
  const { stateDir } = await startTestDaemon(t, {
    arguments: ['--replay', join(recordings, '09-no-tape')],
  })
  await t.rejects(
    startTestDaemon(t, { stateDir }),
    /the daemon ended with 1: .*in use by process \d+/s,
  )
})

t.test('what is asked wrongly is told with exit status 2, all of it at once', async (t) => {
  const file = join(
    t.testdir({ 'config.yaml': 'database: {pool_size: many}\nsurprise: 1\n' }),
    'config.yaml',
  )
  await t.rejects(
    startTestDaemon(t, { arguments: ['--config', file] }),
    /the daemon ended with 2: .*surprise.*database\.pool_size/s,
  )
  await t.rejects(
    startTestDaemon(t, { arguments: ['--replay-speed', '2'] }),
    /the daemon ended with 2: .*--replay-speed/s,
  )
  await t.rejects(
    startTestDaemon(t, { arguments: ['--replay', t.testdir({})] }),
    /the daemon ended with 1: .*neither a recording nor a folder of recordings/s,
  )
})
