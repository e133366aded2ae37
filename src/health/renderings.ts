import type { ComponentHealth, ComponentStatus } from './components.ts'
import type { Health } from './model.ts'

/** An answer: the HTTP status and its body. */
export interface Rendering {
  status: 200 | 503
  body: Record<string, unknown>
}

/** `GET /health/ready`: whether each critical component answers. */
export function renderReady({ status, components }: Health): Rendering {
  const checks = components
    .filter(({ critical }) => critical)
    .map(({ name, status }) => [name, status === 'up' || status === 'degraded'] as const)
  const ready = status !== 'down'
  return {
    status: ready ? 200 : 503,
    body: { status: ready ? 'ready' : 'not_ready', checks: Object.fromEntries(checks) },
  }
}

/** `GET /health/status`: up, degraded, down, unknown, with everything that was found. */
export function renderStatus({ status, at, components }: Health): Rendering {
  const rendered = components.map(({ name, status, latencyMs, message, details }) => [
    name,
    { name, status, latency_ms: latencyMs, message, details },
  ])
  return {
    status: httpStatus(status),
    body: {
      status,
      timestamp: at.getTime() / 1000,
      components: Object.fromEntries(rendered) as Record<string, unknown>,
      critical_failures: components.filter(isCriticalFailure).map(({ name }) => name),
    },
  }
}

const healthWords = {
  up: 'healthy',
  degraded: 'degraded',
  down: 'unhealthy',
  unknown: 'unknown',
} as const satisfies Record<ComponentStatus, string>

/** `GET /health`: one word; of an unhealthy one what is the matter, too. */
export function renderHealth({ status, components }: Health): Rendering {
  const failed = components.filter(isCriticalFailure)
  const named = failed.map(({ name, status, message }) => [
    name,
    { status: healthWords[status], message },
  ])
  return {
    status: httpStatus(status),
    body: {
      status: healthWords[status],
      ...(named.length > 0 && { components: Object.fromEntries(named) as Record<string, unknown> }),
    },
  }
}

/** `GET /health/detailed`: a word for each part that people ask for first. */
export function renderDetailed(health: Health): Rendering {
  const { status, at, components } = health
  const statusOf = (name: string) => components.find((component) => component.name === name)
  return {
    status: httpStatus(status),
    body: {
      status: healthWords[status],
      database: reachable(statusOf('database')) ? 'connected' : 'disconnected',
      storage: reachable(statusOf('filesystem')) ? 'accessible' : 'inaccessible',
      scst: partWord(statusOf('scst')),
      library: partWord(statusOf('library')),
      timestamp: at.toISOString(),
    },
  }
}

/** `GET /api/v1/health`: healthy, degraded, unhealthy, unknown for each component; 503 only when unhealthy. */
export function renderApiHealth({ status, at, components }: Health): Rendering {
  const rendered = components.map(({ name, status, message }) => [
    name,
    { status: healthWords[status], message },
  ])
  return {
    status: httpStatus(status),
    body: {
      status: healthWords[status],
      timestamp: at.toISOString(),
      components: Object.fromEntries(rendered) as Record<string, unknown>,
    },
  }
}

function httpStatus(status: Health['status']): 200 | 503 {
  return status === 'down' ? 503 : 200
}

function isCriticalFailure({ critical, status }: ComponentHealth): boolean {
  return critical && status === 'down'
}

function reachable(component: ComponentHealth | undefined): boolean {
  return component?.status === 'up' || component?.status === 'degraded'
}

function partWord(component: ComponentHealth | undefined): string {
  if (!component) return 'unknown'
  if (component.details.present === false) return 'not present'
  return { up: 'available', degraded: 'degraded', down: 'unavailable', unknown: 'unknown' }[
    component.status
  ]
}
