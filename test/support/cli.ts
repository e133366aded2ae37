import { Answer } from '../../src/cli/answer.ts'
import { DaemonError, type Client } from '../../src/cli/client.ts'
import type { Surroundings } from '../../src/cli/command.ts'
import { runProgram } from '../../src/cli/program.ts'
import { terminalOn } from '../../src/cli/terminal.ts'
import type { Host } from '../../src/host/host.ts'

/** What a run of the command line has said, and its exit status. */
export interface Said {
  status: number
  out: string
  error: string
  /** `GET /path?query` or `POST /path {body}`, in order. */
  asked: string[]
}

/** What surrounds a run of the command line. */
export interface CliOptions {
  /** Answers by path, with the query where it matters; an Error is thrown. */
  answers?: Readonly<Record<string, object | Error>>
  env?: Readonly<Record<string, string>>
  now?: Date
  /** Columns of the terminal; without it standard output is none. */
  columns?: number
  /** Lines of it. */
  rows?: number
  host?: Host
  /** What the user types when asked for a secret. */
  secret?: string
  interrupted?: AbortSignal
}

/** Runs `storwarden` with these words, on a daemon that is made up. */
export async function runCli(argv: readonly string[], options: CliOptions = {}): Promise<Said> {
  const written = { out: '', error: '' }
  const asked: string[] = []
  const { answers = {}, env = {}, columns, rows, host, now = new Date() } = options
  const stdout = {
    write: (text: string) => (written.out += text),
    ...(columns === undefined
      ? {}
      : { isTTY: true, columns, ...(rows === undefined ? {} : { rows }) }),
  }
  const stderr = { write: (text: string) => (written.error += text) }
  const allEnv = { STORWARDEN_TOKEN: 'swt_test', ...env }
  const around: Surroundings = {
    env: allEnv,
    terminal: terminalOn(stdout, stderr, allEnv),
    now: () => now,
    connect: (url, token) => fakeClient(url, token, answers, asked),
    openHost: () => {
      if (host === undefined) throw new Error('no host for this test')
      return { host, stop: () => Promise.resolve() }
    },
    askSecret: () => Promise.resolve(options.secret ?? null),
    interrupted: options.interrupted ?? new AbortController().signal,
  }
  const status = await runProgram(argv, around)
  return { status, ...written, asked }
}

function fakeClient(
  url: string,
  token: string | null,
  answers: Readonly<Record<string, object | Error>>,
  asked: string[],
): Client {
  const answer = (request: string, path: string): Answer => {
    asked.push(token === null ? `${request} without a token` : request)
    const found = answers[request] ?? answers[path]
    if (found instanceof Error) throw found
    const given = Answer.of(found)
    if (given === null) throw new DaemonError(`${request}: is not in the test`, 404)
    return given
  }
  return {
    url,
    with: (other) => fakeClient(url, other, answers, asked),
    async get(path, { query = {} } = {}) {
      const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
        value === undefined ? [] : [[name, String(value)]],
      )
      const search = new URLSearchParams(given).toString()
      return answer(`GET ${path}${search === '' ? '' : `?${search}`}`, path)
    },
    async text(path) {
      return JSON.stringify(answer(`GET ${path}`, path))
    },
    async post(path, body) {
      return answer(`POST ${path} ${JSON.stringify(body)}`, path)
    },
    async put(path, body) {
      return answer(`PUT ${path} ${JSON.stringify(body)}`, path)
    },
    async patch(path, body) {
      return answer(`PATCH ${path} ${JSON.stringify(body)}`, path)
    },
    async delete(path) {
      return answer(`DELETE ${path}`, path)
    },
  }
}
