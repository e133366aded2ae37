import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { until } from './daemon.ts'
import { makeStateDirectory, type Teardown } from './database.ts'
import { freePort } from './free-port.ts'
import { startPeer } from './peer.ts'
import { deploy, readYaml, shippedRules } from './prometheus.ts'

/** A Prometheus with the configuration that is shipped, but for what makes it quick. */
export interface TestPrometheus {
  /** What the API says under a path, e.g. `targets`. */
  get<T>(path: string): Promise<T>
  /** Samples of a query now: the value by the labels that it leaves, e.g. by those of `sum by (instance)`. */
  query(expr: string): Promise<{ metric: Record<string, string>; value: string }[]>
  /** Pending and firing alerts about a target, in words and sorted: `ArrayDegraded md0 (pending)`. */
  alerts(instance: string): Promise<string[]>
  /** Resolves when every target has been scraped, and after that every rule has been evaluated. */
  evaluated(): Promise<void>
}

interface Targets {
  activeTargets: { labels: Record<string, string>; health: string; lastScrape: string }[]
}

interface Rules {
  groups: { name: string; lastEvaluation: string; rules: { name: string; health: string }[] }[]
}

interface Alerts {
  alerts: { labels: Record<string, string>; state: 'pending' | 'firing' }[]
}

/** Starts one on a free port that scrapes the targets; it is stopped after the test. */
export async function startPrometheus(
  t: Teardown,
  targets: readonly string[],
  options: {
    /** What the scrape configuration has besides. */
    scrape?: object
    /** Alerts fire as soon as they are found. */
    atOnce?: boolean
  } = {},
): Promise<TestPrometheus> {
  const directory = await makeStateDirectory(t)
  writeFileSync(join(directory, 'prometheus.yml'), stringify(quick(targets, options.scrape ?? {})))
  writeFileSync(join(directory, 'storwarden.rules.yml'), stringify(quickRules(options.atOnce)))
  const address = `127.0.0.1:${await freePort()}`
  const peer = startPeer(t, 'prometheus', [
    `--config.file=${join(directory, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(directory, 'data')}`,
    `--web.listen-address=${address}`,
  ])
  await peer.says(/Server is ready/)
  const get = async <T>(path: string): Promise<T> => {
    const response = await fetch(`http://${address}/api/v1/${path}`)
    const { data, error } = (await response.json()) as { data: T; error?: string }
    if (!response.ok) throw new Error(`${path}: ${response.status} ${error}`)
    return data
  }
  return {
    get,
    async query(expr) {
      const { result } = await get<Vector>(`query?query=${encodeURIComponent(expr)}`)
      return result.map(({ metric, value }) => ({ metric, value: value[1] }))
    },
    async alerts(instance) {
      const { alerts } = await get<Alerts>('alerts')
      return alerts
        .filter(({ labels }) => labels.instance === instance)
        .map(({ labels, state }) => alertText(labels, state))
        .sort()
    },
    async evaluated() {
      const scraped = Date.now()
      await until(
        () => get<Targets>('targets'),
        ({ activeTargets }) =>
          activeTargets.length === targets.length &&
          activeTargets.every(({ lastScrape }) => Date.parse(lastScrape) > scraped),
      )
      const evaluated = Date.now()
      await until(
        () => get<Rules>('rules'),
        ({ groups }) =>
          groups.every(({ lastEvaluation }) => Date.parse(lastEvaluation) > evaluated),
      )
    },
  }
}

interface Vector {
  result: { metric: Record<string, string>; value: [number, string] }[]
}

const PLACES = ['mountpoint', 'array', 'serial', 'library', 'target', 'device', 'collector']

function alertText(labels: Record<string, string>, state: 'pending' | 'firing'): string {
  const place = PLACES.map((name) => labels[name]).find((value) => value !== undefined)
  const flag = labels.flag === undefined ? undefined : `flag ${labels.flag}`
  const words = [labels.alertname, place, flag].filter((word) => word !== undefined).join(' ')
  return state === 'pending' ? `${words} (pending)` : words
}

function quick(targets: readonly string[], scrape: object) {
  const config = readYaml(`${deploy}/prometheus/prometheus.yml`) as {
    scrape_configs: [object]
  }
  const often = { scrape_interval: '2s', scrape_timeout: '2s', evaluation_interval: '1s' }
  const [job] = config.scrape_configs
  return {
    ...{ ...config, global: often, alerting: {} },
    scrape_configs: [{ ...job, ...scrape, static_configs: [{ targets }] }],
  }
}

function quickRules(atOnce = false) {
  const groups = shippedRules().map((group) => ({
    ...group,
    interval: '1s',
    rules: group.rules.map((rule) => (atOnce && 'alert' in rule ? { ...rule, for: '0s' } : rule)),
  }))
  return { groups }
}
