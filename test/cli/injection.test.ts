import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { Answer } from '../../src/cli/answer.ts'
import { DaemonError } from '../../src/cli/client.ts'
import { commands } from '../../src/cli/commands.ts'
import { askSecret } from '../../src/cli/secret-prompt.ts'
import { packageRoot } from '../../src/package.ts'
import { runCli } from '../support/cli.ts'
import { hostileText } from '../support/hostile.ts'

/** What a terminal obeys, or does not show; ends of lines are ours. */
const OBEYED = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u

const LISTS = ['alerts', 'events', 'entries', 'operations', 'tasks', 'libraries', 'drives'] as const
const NAMES = [
  ...['id', 'title', 'message', 'severity', 'state', 'rule', 'resource', 'source', 'timestamp'],
  ...['operation', 'status', 'error', 'kind', 'serial', 'barcode', 'vendor', 'product', 'level'],
] as const

/** What works without the daemon, on this machine: not here. */
const LOCAL = ['record', 'doctor', 'token create', 'migrate', 'check-config']

/** An answer of the daemon, every text of it hostile. */
const answer = fc
  .tuple(
    fc.constantFrom(...LISTS),
    fc.record(Object.fromEntries(NAMES.map((name) => [name, hostileText]))),
  )
  .map(([, object]) => ({
    ...object,
    ...Object.fromEntries(LISTS.map((list) => [list, [object]])),
  }))

t.test('what the daemon says is shown and not obeyed', async () => {
  const words = fc.constantFrom(
    'alerts',
    'events',
    'tasks',
    'operations',
    'libraries',
    'drives',
    'log',
  )
  await fc.assert(
    fc.asyncProperty(words, answer, fc.boolean(), async (word, given, json) => {
      const paths = [
        ...[
          '/api/v1/monitoring/alerts',
          '/api/v1/monitoring/events',
          '/api/v1/tasks',
          '/api/v1/log',
        ],
        ...[
          '/api/v1/monitoring/operations',
          '/api/v1/hardware/libraries',
          '/api/v1/hardware/drives',
        ],
      ]
      const answers = Object.fromEntries(paths.map((path) => [path, given]))
      const said = await runCli([word, ...(json ? ['--json'] : [])], { answers })
      return !OBEYED.test(said.out) && !OBEYED.test(said.error)
    }),
    { numRuns: 300 },
  )
})

t.test('so is what it refuses, in every command that asks it, and what was typed', async () => {
  const names = fc.constantFrom(
    ...commands.map(({ name }) => name).filter((name) => !LOCAL.includes(name)),
  )
  await fc.assert(
    fc.asyncProperty(names, hostileText, async (name, text) => {
      const problem = Answer.of({ detail: text, errors: [{ path: text, message: text }] })
      const refused = new DaemonError(text, 400, { problem })
      const answers = new Proxy({}, { get: () => refused })
      const told = [name, `${name} ${text}`, `${name} --${text}`].map(async (line) => {
        const said = await runCli([...line.split(' '), '--url', text], { answers })
        const asked = await runCli(line.split(' '), { answers })
        return [said.out, said.error, asked.out, asked.error].every((one) => !OBEYED.test(one))
      })
      return (await Promise.all(told)).every(Boolean)
    }),
    { numRuns: 200 },
  )
})

t.test('so is what a secret is asked for', async (t) => {
  let written = ''
  const input = {
    ...{ isTTY: true, setRawMode: () => undefined, setEncoding: () => undefined },
    async *iterator() {
      yield '\r'
    },
  }
  await askSecret('password of a\u001b[2J\u202eb: ', input, { write: (text) => (written += text) })
  t.equal(written, 'password of a\\u001b[2J\\u202eb: \n')
})

t.test('nothing is written past the terminal', (t) => {
  const folder = join(packageRoot, 'src/cli')
  const writers = readdirSync(folder).filter((file) =>
    /process\.std(?:out|err)|console\.|(?:output|stdout|stderr)\.write\(/.test(
      readFileSync(join(folder, file), 'utf8'),
    ),
  )
  t.strictSame(writers.sort(), ['main.ts', 'secret-prompt.ts', 'terminal.ts'])
  t.end()
})
