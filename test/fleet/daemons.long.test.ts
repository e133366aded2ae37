import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { stringify } from 'yaml'
import { startTestDaemon, until, type TestDaemon } from '../support/daemon.ts'
import { makeStateDirectory } from '../support/database.ts'
import { startNatsServer, withoutNats as skip } from '../support/nats-server.ts'
import type { Frame } from '../support/ws.ts'

const recordings = fileURLToPath(new URL('../../fixtures/recordings', import.meta.url))

interface Alerts {
  alerts: { id: string; appliance: string | null; rule: string }[]
}

interface Appliances {
  appliances: { name: string; state: string; missing: number }[]
}

interface Health {
  components: Record<string, { status: string; message: string }>
}

t.test('a fleet shows what its appliances show themselves', { skip }, async (t) => {
  const server = await startNatsServer(t)
  const config = async (given: object) => {
    const file = join(await makeStateDirectory(t), 'config.yaml')
    await writeFile(file, stringify(given))
    return file
  }
  const appliance = async (name: string, recording: string) => {
    const file = await config({ fleet: { servers: [server.url], name } })
    return startTestDaemon(t, {
      arguments: ['--config', file, '--replay', join(recordings, recording)],
    })
  }
  // The appliances come first: what they have to tell waits for the streams.
  const first = await appliance('tape-01', '04-tapealert')
  const second = await appliance('disk-02', '12-large-scst')
  const fleet = await startTestDaemon(t, {
    arguments: [
      ...['--config', await config({ role: 'fleet', fleet: { servers: [server.url] } })],
      ...['--replay', join(recordings, '01-steady')],
    ],
  })
  const frames: (Frame & { appliance?: string })[] = []
  const stream = await fleet.follow((frame) => frames.push(frame))
  stream.send(JSON.stringify({ action: 'subscribe', since: 0, appliances: ['tape-01'] }))

  const { appliances } = await until(
    () => fleet.get<Appliances>('/api/v1/fleet/appliances'),
    (found) => found.appliances.length === 2,
  )
  t.strictSame(appliances.map(({ name, state, missing }) => [name, state, missing]).sort(), [
    ['disk-02', 'reporting', 0],
    ['tape-01', 'reporting', 0],
  ])

  for (const daemon of [first, fleet]) {
    await until(
      () => daemon.get<Health>('/health/status'),
      ({ components }) => components.fleet?.status === 'up',
    )
  }

  for (const [name, daemon] of [
    ['tape-01', first],
    ['disk-02', second],
  ] as const) {
    const { own, shown } = await until(
      async () => ({
        own: await idsOf(daemon, '/api/v1/monitoring/alerts?state=firing'),
        shown: await idsOf(fleet, `/api/v1/monitoring/alerts?state=firing&appliance=${name}`),
      }),
      (both) => both.own.length > 0 && both.own.join() === both.shown.join(),
    )
    t.strictSame(shown, own, `alerts of ${name}`)
    for (const kind of ['libraries', 'drives', 'targets', 'filesystems']) {
      const path = `/api/v1/hardware/${kind}`
      const { there, here } = await until(
        async () => ({
          there: await itemsOf(daemon, path),
          here: await itemsOf(fleet, `${path}?appliance=${name}`),
        }),
        (both) => both.there.join() === both.here.join(),
      )
      t.strictSame(here, there, `${kind} of ${name}`)
    }
  }
  await until(
    async () => Promise.resolve(frames),
    (heard) => heard.some(({ type, appliance: of }) => type === 'alert' && of === 'tape-01'),
  )
  t.strictSame(
    new Set(frames.filter(({ type }) => type === 'alert').map((frame) => frame.appliance)),
    new Set(['tape-01']),
  )

  const [alert] = (await fleet.get<Alerts>('/api/v1/monitoring/alerts?appliance=tape-01')).alerts
  await t.rejects(
    fleet.post(`/api/v1/monitoring/alerts/${alert?.id}/acknowledge`, {}),
    /409 .*appliance_alert/,
    'which are acknowledged where they are',
  )
  const { tape } = await first.get<{ tape: object }>('/api/v1/monitoring/metrics')
  t.match(await fleet.get('/api/v1/monitoring/metrics?appliance=tape-01'), { tape })
  const numbers = await until(
    async () => Promise.resolve(frames.filter(({ type }) => type === 'metrics')),
    (heard) => heard.length > 0,
  )
  t.strictSame([...new Set(numbers.map(({ appliance: of }) => of))], ['tape-01'])
  t.match(numbers.at(-1)?.data, { tape, appliance: 'tape-01', error: null })

  await server.stop('SIGKILL')
  for (const daemon of [first, fleet]) {
    await until(
      () => daemon.get<Health>('/health/status'),
      ({ components }) => components.fleet?.message === 'no server is reached',
    )
  }
})

async function idsOf(daemon: TestDaemon, path: string): Promise<string[]> {
  const { alerts } = await daemon.get<Alerts>(path)
  return alerts.map(({ id }) => id).sort()
}

async function itemsOf(daemon: TestDaemon, path: string): Promise<string[]> {
  const { items } = await daemon.get<{ items: { id: string }[] }>(path)
  return items.map(({ id }) => id).sort()
}
