import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts'
import { makeStateDirectory } from '../support/database.ts'

const recording = fileURLToPath(new URL('../../fixtures/recordings/01-steady', import.meta.url))

interface Page {
  events: { level: string; source: string; message: string; payload: { event: string } }[]
}

/** What the daemon says of itself, the oldest first. */
async function told(daemon: TestDaemon, source = 'storwardend'): Promise<string[]> {
  const { events } = await daemon.get<Page>(`/api/v1/monitoring/events?source=${source}`)
  return events.map(({ level, payload }) => `${level} ${payload.event}`).reverse()
}

/** Asks until the answer is the one that is waited for. */
async function until(done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 100))
}

t.test('a daemon tells when it starts and stops, and that it was killed', async (t) => {
  const stateDir = await makeStateDirectory(t)
  const config = join(stateDir, 'config.yaml')
  await writeFile(config, 'monitoring: {services: [smbd]}\n')
  const start = () =>
    startTestDaemon(t, { stateDir, arguments: ['--replay', recording, '--config', config] })

  const first = await start()
  await until(async () => (await told(first)).length > 0)
  t.equal(await first.end('SIGTERM'), 0)
  const second = await start()
  await until(async () => (await told(second)).length > 2)
  await second.end('SIGKILL')

  const third = await start()
  await until(async () => (await told(third)).length > 4)
  t.strictSame(await told(third), [
    ...['info daemon_started', 'info daemon_stopped', 'info daemon_started'],
    ...['warning daemon_ended_unclean', 'info daemon_started'],
  ])

  process.kill(third.pid, 'SIGHUP')
  await until(async () => third.log.some((line) => line.includes('the configuration was read')))
  await writeFile(config, 'monitoring: {services: [nmbd], disabled_rules: [DriveMissing]}\n')
  process.kill(third.pid, 'SIGHUP')
  await until(async () => (await told(third)).length > 5)
  await writeFile(config, 'monitoring: {services: 7}\n')
  process.kill(third.pid, 'SIGHUP')
  await until(async () => (await told(third)).length > 6)
  const { events } = await third.get<Page>('/api/v1/monitoring/events?source=storwardend&limit=2')
  t.strictSame(
    events.map(({ message }) => message),
    [
      'The configuration was refused, and stays as it was; the log says why.',
      'The configuration was read again: monitoring.services, monitoring.disabled_rules.',
    ],
  )
  await until(async () => (await told(third, 'audit')).includes('info login'))
})
