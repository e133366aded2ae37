import { readFileSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { parse } from 'yaml'
import { openLog, type LogFile } from '../../src/log.ts'
import { renderedLine } from '../../src/log/line.ts'
import { packageRoot } from '../../src/package.ts'
import { readAlloy, type AlloyBlock } from '../support/alloy.ts'
import { startTestDaemon } from '../support/daemon.ts'
import { hostileText } from '../support/hostile.ts'

const fileOf = (path: string) => readFileSync(join(packageRoot, 'deploy', path), 'utf8')
const TIME = '2026-11-20T21:00:00.000Z'

/** What a pipeline knows of a line. */
interface Known {
  time?: string | undefined
  level?: string | undefined
  requestId?: string | undefined
}

const alloy = readAlloy(fileOf('loki/storwarden.alloy'))

/** RE2 of Go, as far as it is used, in JavaScript. */
const regex = (text: unknown) => new RegExp(String(text).replaceAll('(?P<', '(?<'), 'u')

/** Carries out the stages of `loki.process`. */
function alloyReads(pipeline: 'file' | 'journal', line: string): Known {
  const extracted: Record<string, string> = {}
  const run = (stages: readonly AlloyBlock[]) => {
    for (const { name, attributes, blocks } of stages) {
      if (name === 'stage.match') {
        const selector = /^\{job="storwarden"\} (\|~|!~) "(.*)"$/.exec(
          String(attributes.get('selector')),
        )
        if (selector === null) throw new Error('alloy: another selector')
        if (regex(selector[2]).test(line) === (selector[1] === '|~')) run(blocks)
      } else if (name === 'stage.json') {
        const members = JSON.parse(line) as Record<string, string>
        for (const [field, from] of Object.entries(attributes.get('expressions') as object)) {
          const value = members[String(from)]
          if (value !== undefined) extracted[field] = value
        }
      } else if (name === 'stage.regex') {
        Object.assign(extracted, regex(attributes.get('expression')).exec(line)?.groups)
      }
    }
  }
  const component = alloy.find(({ name, label }) => name === 'loki.process' && label === pipeline)
  run(component?.blocks ?? [])
  const { time, level, request_id: requestId } = extracted
  return { time, level, requestId }
}

interface Processor {
  if: string
  field: string
  target_field: string
  copy_from: string
  patterns: string[]
  pattern_definitions: Record<string, string>
}
const { processors } = JSON.parse(fileOf('elastic/ingest-pipeline.json')) as {
  processors: Record<string, Processor>[]
}

/** Carries out the processors of the ingest pipeline. */
function elasticReads(line: string): Known & { message: string | undefined } {
  const known = new Map<string, string>([['message', line]])
  const conditions: Record<string, () => boolean> = {
    "ctx.message.startsWith('{')": () => line.startsWith('{'),
    "!ctx.message.startsWith('{')": () => !line.startsWith('{'),
    'ctx.storwarden?.fields != null': () => known.has('storwarden.fields'),
    'ctx.storwarden?.time != null': () => known.has('storwarden.time'),
    'ctx.storwarden?.level != null': () => known.has('storwarden.level'),
    'ctx.storwarden?.request_id != null': () => known.has('storwarden.request_id'),
  }
  for (const [name, processor] of processors.flatMap((one) => Object.entries(one))) {
    const condition = conditions[processor.if]
    if (condition === undefined) throw new Error(`elastic: another condition: ${processor.if}`)
    if (!condition()) continue
    const text = known.get(processor.field) ?? ''
    if (name === 'json') {
      for (const [field, value] of Object.entries(JSON.parse(text) as object)) {
        known.set(`${processor.target_field}.${field}`, String(value))
      }
    } else if (name === 'grok') {
      for (const [field, value] of grok(processor, text)) known.set(field, value)
    } else if (name === 'set') {
      known.set(processor.field, known.get(processor.copy_from) ?? '')
    } else if (name === 'date') known.set('@timestamp', text)
    else throw new Error(`elastic: another processor: ${name}`)
  }
  return {
    time: known.get('@timestamp'),
    level: known.get('log.level'),
    requestId: known.get('http.request.id'),
    message: known.get('storwarden.msg'),
  }
}

function grok({ patterns: [pattern = ''], pattern_definitions: own }: Processor, text: string) {
  const fields: string[] = []
  const source = pattern.replaceAll(
    /%\{(\w+):([\w.]+)\}/g,
    (_whole, name: string, field: string) => {
      fields.push(field)
      return `(${own[name] ?? ''})`
    },
  )
  const found = new RegExp(source, 'u').exec(text)
  return fields.flatMap((field, index): [string, string][] => {
    const value = found?.[index + 1]
    return value === undefined ? [] : [[field, value]]
  })
}

const calls: readonly ((log: LogFile) => void)[] = [
  (log) => {
    log.info('storwardend starts', { version: '0.1.0', state_dir: '/var/lib/storwarden' })
  },
  (log) => {
    log.info('listening on http://127.0.0.1:8080')
  },
  (log) => {
    log.warn('the level="fatal" of request_id="forged"', { request_id: 'r-1', user: 'a b=c' })
  },
  (log) => {
    log.debug('request', { user: ' request_id="x"', request_id: 'r-1', method: 'GET', status: 200 })
  },
  (log) => {
    log.failure(new Error('it failed', { cause: new Error('a=b') }))
  },
]
const expected = [
  ['info', undefined, 'storwardend starts'],
  ['info', undefined, 'listening on http://127.0.0.1:8080'],
  ['warn', 'r-1', 'the level="fatal" of request_id="forged"'],
  ['debug', 'r-1', 'request'],
  ['error', undefined, 'it failed'],
] as const

/** What the log writes at a call. */
function written(folder: string, json: boolean) {
  const file = join(folder, 'daemon.log')
  const now = () => new Date(TIME)
  const log = openLog({ level: 'debug', file, json, now, environment: {} })
  return (call: (log: LogFile) => void) => {
    truncateSync(file)
    call(log)
    return readFileSync(file, 'utf8').trimEnd()
  }
}

t.test('Alloy and the ingest pipeline take lines of both formats apart', (t) => {
  for (const json of [true, false]) {
    const write = written(t.testdir({}), json)
    for (const [index, call] of calls.entries()) {
      const [level, requestId, message] = expected[index] ?? []
      const line = write(call)
      t.strictSame(alloyReads('file', line), { time: TIME, level, requestId }, line)
      const { message: read, ...known } = elasticReads(line)
      t.strictSame(known, { time: TIME, level, requestId }, line)
      t.equal(read?.startsWith('"') === true ? JSON.parse(read) : read, message)
    }
  }
  t.end()
})

t.test('so they do with what the journal hands on, without its time', (t) => {
  const record = { time: TIME, level: 'warn', msg: 'a=b', request_id: 'r-1' } as const
  const [, line = ''] = /^<4>(.*)\n$/.exec(renderedLine(record, 'journal')) ?? []
  const wanted = { time: undefined, level: 'warn', requestId: 'r-1' }
  t.strictSame(alloyReads('journal', line), wanted)
  t.strictSame(elasticReads(line), { ...wanted, message: '"a=b"' })
  t.end()
})

t.test('nobody can forge a level or a request', (t) => {
  for (const json of [true, false]) {
    const write = written(t.testdir({}), json)
    const property = fc.property(hostileText, hostileText, (message, user) => {
      const line = write((log) => {
        log.warn(message, { user, request_id: 'r-1' })
      })
      return [alloyReads('file', line), elasticReads(line)].every(
        ({ time, level, requestId }) => time === TIME && level === 'warn' && requestId === 'r-1',
      )
    })
    fc.assert(property, { numRuns: 300 })
  }
  t.end()
})

t.test('filebeat and Alloy read the same file and the same unit', (t) => {
  const filebeat = parse(fileOf('elastic/filebeat.yml')) as Record<string, unknown>
  t.match(filebeat['filebeat.inputs'], [
    { type: 'filestream', paths: ['/var/log/storwarden/*.log'] },
    { type: 'journald', 'include_matches.match': ['_SYSTEMD_UNIT=storwardend.service'] },
  ])
  t.match(filebeat['output.elasticsearch'], { pipeline: 'storwarden' })
  const attributes = (name: string) => alloy.find((one) => one.name === name)?.attributes
  t.match(attributes('local.file_match')?.get('path_targets'), [
    { __path__: '/var/log/storwarden/*.log', job: 'storwarden' },
  ])
  t.equal(attributes('loki.source.journal')?.get('matches'), '_SYSTEMD_UNIT=storwardend.service')
  t.end()
})

t.test('the probes of Kubernetes ask what the daemon answers', async (t) => {
  const { spec } = parse(fileOf('kubernetes/storwarden.yaml')) as {
    spec: { template: { spec: { containers: Record<string, unknown>[] } } }
  }
  const [container = {}] = spec.template.spec.containers
  const probes = [container.livenessProbe, container.readinessProbe] as {
    httpGet: { path: string; port: string }
    initialDelaySeconds: number
    periodSeconds: number
  }[]
  t.match(probes, [
    { httpGet: { port: 'http' }, initialDelaySeconds: 30, periodSeconds: 10 },
    { httpGet: { port: 'http' }, initialDelaySeconds: 5, periodSeconds: 5 },
  ])
  t.match(container.ports, [{ name: 'http', containerPort: 8080 }])
  const recording = join(packageRoot, 'fixtures/recordings/01-steady')
  const daemon = await startTestDaemon(t, { arguments: ['--replay', recording] })
  for (const { httpGet } of probes) {
    t.equal((await fetch(daemon.url + httpGet.path)).status, 200, httpGet.path)
  }
})
