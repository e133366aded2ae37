import t from 'tap'
import { runCli } from '../support/cli.ts'

const LIBRARIES = '/api/v1/hardware/libraries'
const TASKS = '/api/v1/tasks'
const id = '11111111-1111-4111-8111-111111111111'
const task = (state: string, log: string[], changes: object = {}) => ({
  ...{ id, kind: 'tape_load', state, progress: 1, error: null },
  log: log.map((message) => ({ at: '2026-11-20T20:59:00Z', level: 'info', message })),
  ...changes,
})
const libraries = (...ids: string[]) => ({ items: ids.map((one) => ({ id: one })) })

/** Runs a command on an appliance with these libraries, where every task is completed at once. */
const run = (words: string[], ids = ['LIB0001'], answer: object = task('completed', ['done'])) =>
  runCli(words, { answers: { [LIBRARIES]: libraries(...ids), [TASKS]: answer } })

const LOOK = `GET ${LIBRARIES}`
const ask = (kind: string, params: object, more: object = {}) =>
  `POST ${TASKS} ${JSON.stringify({ kind, params: { library: 'LIB0001', ...params }, ...more })}`

t.test('each command asks for its task, with what was said', async (t) => {
  const cases: [string[], string, object][] = [
    [['load', 'A00001L9', '1'], 'tape_load', { cartridge: 'A00001L9', drive: 1 }],
    [['load', '12', '0'], 'tape_load', { slot: 12, drive: 0 }],
    [['unload', '1'], 'tape_unload', { drive: 1 }],
    [['unload', 'A00001L9', '7'], 'tape_unload', { cartridge: 'A00001L9', to: 7 }],
    [['transfer', '3', '9'], 'tape_transfer', { slot: 3, to: 9 }],
    [['exchange', 'A00001L9', '0'], 'tape_exchange', { cartridge: 'A00001L9', drive: 0 }],
    [['export', 'A', 'B'], 'tape_export', { cartridges: ['A', 'B'] }],
    [['import'], 'tape_import', {}],
    [['import', 'A'], 'tape_import', { cartridges: ['A'] }],
    [['inventory'], 'tape_inventory', {}],
    [['clean', '1', 'CLN001L1'], 'tape_clean', { drive: 1, cartridge: 'CLN001L1' }],
    [['eject', '0'], 'tape_eject', { drive: 0 }],
  ]
  for (const [words, kind, params] of cases) {
    const said = await run(words)
    t.strictSame(said.asked, [LOOK, ask(kind, params)], words.join(' '))
    t.strictSame([said.status, said.out, said.error], [0, 'done\n', ''])
  }
})

t.test('the library is the one that is meant', async (t) => {
  const two = ['LIB0001', 'OTHER']
  const said = await run(['inventory', '--library', 'lib'], two)
  t.equal(said.asked[1], ask('tape_inventory', {}))
  t.match(await run(['inventory'], two), {
    ...{ status: 2, error: /--library is missing: may be LIB0001, OTHER/ },
  })
  t.match(await run(['inventory'], []), { status: 1, error: /there is no library/ })
})

t.test('a task that fails is told to its end, and is a failure', async (t) => {
  const log = ['asked for by ada', 'step 1 of 2 (move 1): move A', 'jammed']
  const said = await run(['load', 'A', '0'], ['LIB0001'], task('failed', log, { error: 'jammed' }))
  t.strictSame([said.status, said.out], [1, `${log.join('\n')}\n`])
  const json = await run(['load', 'A', '0', '--json'], ['LIB0001'], task('failed', log))
  t.match(JSON.parse(json.out), { id, state: 'failed' })
})

t.test('a plan is shown, and force is confirmed by having been shown one', async (t) => {
  const plan = {
    ...{ dry_run: true, resource: 'LIB0001', confirmation: 'token' },
    steps: [{ name: 'move 1', description: 'move A from 1 to 0' }],
  }
  const dry = await run(['load', 'A', '0', '--dry-run'], ['LIB0001'], plan)
  t.strictSame(dry.asked.slice(1), [
    ask('tape_load', { cartridge: 'A', drive: 0 }, { dry_run: true }),
  ])
  t.equal(dry.out, '1. move A from 1 to 0\nit has LIB0001 to itself meanwhile\n')
  const forced = await run(['load', 'A', '0', '--force'], ['LIB0001'], {
    ...{ ...task('completed', []), ...plan },
  })
  const params = { cartridge: 'A', drive: 0, force: true }
  t.strictSame(forced.asked.slice(1), [
    ask('tape_load', params, { dry_run: true }),
    ask('tape_load', params, { confirmation: 'token' }),
  ])
})

t.test('what makes no sense is refused before anything is asked', async (t) => {
  const cases: [string[], RegExp][] = [
    [['load', 'A'], /DRIVE is missing/],
    [['load', 'A', 'B'], /DRIVE B: must be a number/],
    [['unload', '1', '2', '3'], /one word too many: 3/],
    [['export'], /BARCODE is missing/],
    [['inventory', '1'], /one word too many: 1/],
    [['transfer', '1', '2', '--force'], /--force: is not for this/],
  ]
  for (const [words, error] of cases) {
    const said = await run(words)
    t.match({ ...said, line: words.join(' ') }, { status: 2, error, asked: [] })
  }
})
