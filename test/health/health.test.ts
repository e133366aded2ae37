import t from 'tap'
import { heartbeatComponent, hubComponent } from '../../src/health/checks.ts'
import type { CheckResult, Component, ComponentHealth } from '../../src/health/components.ts'
import { HealthModel, overall, type Health } from '../../src/health/model.ts'
import {
  renderApiHealth,
  renderDetailed,
  renderHealth,
  renderReady,
  renderStatus,
} from '../../src/health/renderings.ts'

const at = new Date('2026-11-20T21:00:00.500Z')

function component(
  name: string,
  status: ComponentHealth['status'],
  more: Partial<ComponentHealth> = {},
): ComponentHealth {
  const critical = name === 'database' || name === 'filesystem'
  return { name, critical, status, message: status, details: {}, latencyMs: 1.5, ...more }
}

function healthOf(...components: ComponentHealth[]): Health {
  return { status: overall(components), at, components }
}

const well = healthOf(
  component('database', 'up'),
  component('filesystem', 'up'),
  component('scst', 'up', { details: { present: false } }),
  component('library', 'up'),
)
const troubled = healthOf(
  component('database', 'up'),
  component('filesystem', 'degraded'),
  component('scst', 'down'),
  component('library', 'unknown'),
)
const broken = healthOf(
  component('database', 'down', { message: 'failed: ERR_DATABASE_UNAVAILABLE' }),
  component('filesystem', 'up'),
  component('scst', 'degraded'),
)

t.test('the whole is down with a critical component and degraded with any', (t) => {
  t.strictSame([well.status, troubled.status, broken.status], ['up', 'degraded', 'down'])
  t.equal(overall([{ critical: true, status: 'unknown' }]), 'degraded')
  t.equal(overall([]), 'up')
  t.end()
})

t.test('ready tells whether the critical components answer', (t) => {
  t.strictSame(renderReady(well), {
    status: 200,
    body: { status: 'ready', checks: { database: true, filesystem: true } },
  })
  t.strictSame(renderReady(broken), {
    status: 503,
    body: { status: 'not_ready', checks: { database: false, filesystem: true } },
  })
  t.equal(renderReady(troubled).status, 200)
  t.end()
})

t.test('status tells everything in up, degraded, down and unknown', (t) => {
  t.strictSame(renderStatus(broken), {
    status: 503,
    body: {
      status: 'down',
      timestamp: 1_795_208_400.5,
      components: {
        database: {
          name: 'database',
          status: 'down',
          latency_ms: 1.5,
          message: 'failed: ERR_DATABASE_UNAVAILABLE',
          details: {},
        },
        filesystem: {
          name: 'filesystem',
          status: 'up',
          latency_ms: 1.5,
          message: 'up',
          details: {},
        },
        scst: {
          name: 'scst',
          status: 'degraded',
          latency_ms: 1.5,
          message: 'degraded',
          details: {},
        },
      },
      critical_failures: ['database'],
    },
  })
  t.end()
})

t.test('health and detailed say it in words', (t) => {
  t.strictSame([well, troubled, broken].map(renderHealth), [
    { status: 200, body: { status: 'healthy' } },
    { status: 200, body: { status: 'degraded' } },
    {
      status: 503,
      body: {
        status: 'unhealthy',
        components: {
          database: { status: 'unhealthy', message: 'failed: ERR_DATABASE_UNAVAILABLE' },
        },
      },
    },
  ])
  t.strictSame(renderDetailed(well).body, {
    status: 'healthy',
    database: 'connected',
    storage: 'accessible',
    scst: 'not present',
    library: 'available',
    timestamp: '2026-11-20T21:00:00.500Z',
  })
  t.strictSame(renderDetailed(troubled).body, {
    status: 'degraded',
    database: 'connected',
    storage: 'accessible',
    scst: 'unavailable',
    library: 'unknown',
    timestamp: '2026-11-20T21:00:00.500Z',
  })
  t.match(renderDetailed(broken), { status: 503, body: { database: 'disconnected' } })
  t.end()
})

t.test('the API says healthy, degraded, unhealthy and unknown', (t) => {
  t.strictSame(renderApiHealth(troubled), {
    status: 200,
    body: {
      status: 'degraded',
      timestamp: '2026-11-20T21:00:00.500Z',
      components: {
        database: { status: 'healthy', message: 'up' },
        filesystem: { status: 'degraded', message: 'degraded' },
        scst: { status: 'unhealthy', message: 'down' },
        library: { status: 'unknown', message: 'unknown' },
      },
    },
  })
  t.equal(renderApiHealth(broken).status, 503)
  t.end()
})

/** A component whose check a test answers, and a clock that it moves. */
function askable(more: Partial<Component> = {}) {
  const asked: ((result: CheckResult | Error) => void)[] = []
  const clock = { ms: 0 }
  const component: Component = {
    name: 'thing',
    critical: true,
    check: () =>
      new Promise((resolve, reject) => {
        asked.push((result) => {
          if (result instanceof Error) reject(result)
          else resolve(result)
        })
      }),
    ...more,
  }
  const model = new HealthModel({
    components: () => [component],
    now: () => at,
    elapsedMs: () => clock.ms,
    keepMs: 2000,
    timeoutMs: 20,
  })
  return { asked, clock, model }
}

t.test('many who ask at once, and soon after, cost one check', async (t) => {
  const { asked, clock, model } = askable()
  const together = [model.assess(), model.readiness(), model.assess(true)]
  clock.ms = 12.3456
  asked[0]?.({ status: 'up', message: 'fine', details: { n: 1 } })
  const [first] = await Promise.all(together)
  t.strictSame(first, {
    status: 'up',
    at,
    components: [
      {
        name: 'thing',
        critical: true,
        status: 'up',
        message: 'fine',
        details: { n: 1 },
        latencyMs: 12.346,
      },
    ],
  })
  clock.ms += 1999
  t.strictSame(await model.assess(), first)
  t.equal(asked.length, 1)
  clock.ms += 1
  const again = model.assess()
  asked[1]?.(Object.assign(new Error('connect /run/secret'), { code: 'ECONNREFUSED' }))
  t.match((await again).components, [{ status: 'down', message: 'failed: ECONNREFUSED' }])
})

t.test('a check that hangs is down, and no second one is started beside it', async (t) => {
  const { asked, clock, model } = askable()
  const first = model.assess()
  clock.ms = 5000
  t.match((await first).components, [{ status: 'down', message: 'no answer for 5 s' }])
  clock.ms = 10_000
  t.match((await model.assess()).components, [{ status: 'down', message: 'no answer for 10 s' }])
  t.equal(asked.length, 1)
  asked[0]?.({ status: 'up', message: 'late' })
  await new Promise(setImmediate)
  clock.ms = 20_000
  const recovered = model.assess()
  asked[1]?.({ status: 'up', message: 'fine' })
  t.match((await recovered).components, [{ status: 'up', message: 'fine' }])
})

t.test('what is asked on demand is not asked otherwise', async (t) => {
  const { model, asked } = askable({ onDemand: true, critical: false })
  t.strictSame((await model.assess()).components, [])
  const complete = model.assess(true)
  asked[0]?.({ status: 'degraded', message: '3 differences' })
  t.match(await complete, { status: 'degraded', components: [{ message: '3 differences' }] })
})

t.test('a component that comes later is asked, and one that is gone is not', async (t) => {
  const names = ['one']
  const model = new HealthModel({
    components: () =>
      names.map((name) => ({
        ...{ name, critical: false },
        check: () => ({ status: 'up', message: `${name} is fine` }),
      })),
    ...{ now: () => at, elapsedMs: () => 0 },
  })
  const told = async () => (await model.assess()).components.map(({ message }) => message)
  t.strictSame(await told(), ['one is fine'])
  names.push('two')
  t.strictSame(await told(), ['one is fine', 'two is fine'])
  names.shift()
  t.strictSame(await told(), ['two is fine'])
})

t.test('a heart that stops beating is degraded and then down', async (t) => {
  const state: { last: Date | null } = { last: null }
  const beat = heartbeatComponent({
    name: 'rules',
    lastAt: () => state.last,
    now: () => at,
    maxAgeSeconds: 90,
  })
  const statusAfter = async (seconds: number) => {
    state.last = new Date(at.getTime() - seconds * 1000)
    return (await beat.check()).status
  }
  t.equal((await beat.check()).status, 'unknown')
  t.strictSame(
    [await statusAfter(0), await statusAfter(90), await statusAfter(91), await statusAfter(271)],
    ['up', 'up', 'degraded', 'down'],
  )
})

t.test('the hub is up while it takes clients', async (t) => {
  t.match(await hubComponent(() => ({ running: true, clients: 3 })).check(), {
    status: 'up',
    message: '3 clients',
  })
  t.match(await hubComponent(() => ({ running: false, clients: 0 })).check(), { status: 'down' })
})
