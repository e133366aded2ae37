import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { runCli } from '../support/cli.ts'

const TASKS = '/api/v1/tasks'
const drive = (
  number: number,
  volume_tag: string | null,
  source_element: number | null = null,
) => ({
  ...{ type: 'data-transfer', number, full: volume_tag !== null, volume_tag, source_element },
})
const slot = (number: number, volume_tag: string | null, type = 'storage') => ({
  ...{ type, number, full: volume_tag !== null, volume_tag, source_element: null },
})
const library = {
  ...{ id: 'LIB0001', state: 'online', error: null, paths: ['/dev/sg9', '/dev/sg19'] },
  inventory: {
    elements: [
      ...[drive(0, 'A1', 3), drive(1, null), drive(2, 'A9')],
      ...[slot(1, 'B1'), slot(2, null), slot(3, null), slot(4, 'E4', 'import-export')],
    ],
  },
}

/** Runs it as Bacula does: `%c %o %S %a %d`. */
const run = (words: string[], state: object = {}, changes: object = {}) =>
  runCli(['mtx-changer', ...words], {
    answers: {
      '/api/v1/hardware/libraries': { items: [{ ...library, ...changes }] },
      [TASKS]: { id: '1', state: 'completed', error: null, log: [], ...state },
    },
  })

t.test('elements are listed as Bacula and Bareos read them', async (t) => {
  const said = async (...words: string[]) => (await run(['/dev/sg9', ...words])).out
  t.equal(await said('list'), '1:B1\n4:E4\n3:A1\n')
  t.equal(
    await said('listall'),
    'D:0:F:3:A1\nD:1:E\nD:2:F:0:A9\nS:1:F:B1\nS:2:E\nS:3:E\nI:4:F:E4\n',
  )
  t.equal(await said('slots'), '4\n')
  t.equal(await said('loaded', '1', '/dev/nst0', '0'), '3\n')
  t.equal(await said('loaded', '1', '/dev/nst1', '1'), '0\n')
  t.match(await run(['/dev/sg9', 'loaded', '1', '/dev/nst2', '2']), {
    ...{ status: 1, out: '', error: /drive 2 is full, and nobody knows from which slot/ },
  })
})

t.test('moves are tasks of the daemon, of which only the end is an answer', async (t) => {
  const cases: [string[], string, object][] = [
    [['load', '1', '/dev/nst1', '1'], 'tape_load', { slot: 1, drive: 1 }],
    [['unload', '3', '/dev/nst0', '0'], 'tape_unload', { drive: 0, to: 3 }],
    [['unload', '0', '/dev/nst0', '0'], 'tape_unload', { drive: 0 }],
    [['transfer', '1', '2', '0'], 'tape_transfer', { slot: 1, to: 2 }],
  ]
  for (const [words, kind, params] of cases) {
    const { status, out, asked } = await run(['/dev/sg19', ...words])
    t.strictSame({ status, out }, { status: 0, out: '' })
    const body = JSON.stringify({ kind, params: { library: 'LIB0001', ...params } })
    t.equal(asked[1], `POST ${TASKS} ${body}`)
  }
  const failed = { state: 'failed', error: 'LIB0001: tar (process 7) has /dev/nst1 open' }
  t.match(await run(['LIB0001', 'load', '1', '/dev/nst1', '1'], failed), {
    ...{ status: 1, out: '', error: /tar \(process 7\) has \/dev\/nst1 open/ },
  })
})

t.test('the changer is a node, a link to one, or a serial number', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mtx-changer-'))
  t.teardown(() => {
    rmSync(folder, { recursive: true })
  })
  const [target, link] = [join(folder, 'sg9'), join(folder, 'changer')]
  writeFileSync(target, '')
  symlinkSync(target, link)
  t.match(await run([link, 'slots'], {}, { paths: [target] }), { status: 0, out: '4\n' })
  t.match(await run(['/dev/sg8', 'slots']), { status: 1, error: /none of a library/ })
  t.match(await run(['LIB0001', 'slots'], {}, { state: 'offline', error: 'not ready' }), {
    ...{ status: 1, error: /changer LIB0001: not ready/ },
  })
  t.match(await run(['LIB0001', 'dance']), { status: 2, error: /dance: must be one of list, / })
  t.match(await run(['LIB0001', 'load', 'x']), { status: 2, error: /SLOT x: must be a number/ })
})

t.test('the script hands its words and the token of its file on', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mtx-changer-'))
  t.teardown(() => {
    rmSync(folder, { recursive: true })
  })
  const [token, program] = [join(folder, 'token'), join(folder, 'storwarden')]
  writeFileSync(token, 'secret')
  writeFileSync(program, '#!/bin/sh\nprintf "%s|" "$STORWARDEN_TOKEN" "$@"\nexit 3\n')
  chmodSync(program, 0o755)
  const script = fileURLToPath(new URL('../../deploy/mtx-changer', import.meta.url))
  const env = { PATH: process.env.PATH, STORWARDEN: program, STORWARDEN_TOKEN_FILE: token }
  const child = spawn(script, ['/dev/sg9', 'load', '1', '/dev/nst0', '0'], { env })
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  const [status] = (await once(child, 'close')) as [number]
  t.strictSame([status, out], [3, 'secret|mtx-changer|/dev/sg9|load|1|/dev/nst0|0|'])
})
