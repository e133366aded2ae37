import t from 'tap'
import { runCli } from '../support/cli.ts'

const now = new Date('2026-11-20T21:00:00Z')
const path = '/api/v1/tasks'
const id = '11111111-1111-4111-8111-111111111111'
const hash = '0123456789abcdef'
const plan = {
  ...{ dry_run: true, kind: 'scst_apply', resource: 'scst', plan_hash: hash, confirmation: 'c1' },
  steps: [{ name: 'apply', description: 'Add the target t.\nEnable the target t.' }],
}
const task = (state: string) => ({
  ...{ id, kind: 'scst_apply', state, progress: 1, resource: 'scst', error: null },
  ...{ created_at: '2026-11-20T20:59:00Z', created_by: 'ada', log: [] },
})
const asked = (params: object, rest: object) =>
  `POST ${path} ${JSON.stringify({ kind: 'scst_apply', params, ...rest })}`
const dry = asked({}, { dry_run: true })

t.test('the plan is told write by write, with what has it done', async (t) => {
  const lines = [
    '1. Add the target t.',
    '   Enable the target t.',
    'it has scst to itself meanwhile',
    `it is done with: storwarden scst apply --yes ${hash}`,
    '',
  ]
  for (const words of [['plan'], ['apply'], ['apply', '--dry-run']]) {
    const said = await runCli(['scst', ...words], { now, answers: { [dry]: plan } })
    t.strictSame(said.out.split('\n'), lines, words.join(' '))
    t.strictSame(said.asked, [dry])
  }
})

t.test('what was looked at is done, and nothing else', async (t) => {
  const done = asked({}, { confirmation: 'c1' })
  const apply = (state: string, wanted = hash) =>
    runCli(['scst', 'apply', '--yes', wanted], {
      now,
      answers: { [dry]: plan, [done]: task(state) },
    })
  const said = await apply('completed')
  t.equal(said.status, 0)
  t.strictSame(said.asked, [dry, done])
  t.equal((await apply('failed')).status, 1)
  const other = await apply('completed', 'fedcba9876543210')
  t.match(other, { status: 1, out: `it is another plan now, ${hash}: look at that first\n` })
  t.strictSame(other.asked, [dry])
  for (const words of [['--yes'], ['--yes', 'x'], [hash], ['--yes', hash, hash]]) {
    t.match(await runCli(['scst', 'apply', ...words]), { status: 2, error: /--yes PLAN/ })
  }
})

t.test('another file can take the place of scst.conf', async (t) => {
  const folder = t.testdir({ 'new.conf': 'TARGET_DRIVER iscsi\n' })
  const params = { config: 'TARGET_DRIVER iscsi\n', force: true }
  const said = await runCli(['scst', 'plan', '--force', '--config', `${folder}/new.conf`], {
    answers: { [asked(params, { dry_run: true })]: plan },
  })
  t.equal(said.status, 0)
  t.match(await runCli(['scst', 'plan', '--config', `${folder}/none`]), {
    status: 2,
    error: /ENOENT/,
  })
})

t.test('a library is exported, by as much of its serial number as is needed', async (t) => {
  const libraries = { items: [{ id: 'LIB1' }, { id: 'OTHER' }] }
  const params = { library: 'LIB1', target: 'iqn.t', initiators: ['iqn.i', 'iqn.j'] }
  const body = (rest: object, more: object = {}) =>
    `POST ${path} ${JSON.stringify({ kind: 'scst_export_library', params: { ...params, ...more }, ...rest })}`
  const answers = {
    '/api/v1/hardware/libraries': libraries,
    [body({ dry_run: true }, { drives: ['D2', 'D1'], group: 'hosts' })]: plan,
    [body({})]: task('completed'),
  }
  const words = ['scst', 'export', 'LIB', 'iqn.t', 'iqn.i', 'iqn.j']
  const dryRun = [...words, '--drives', 'D2, D1', '--group', 'hosts', '--dry-run']
  t.match(await runCli(dryRun, { now, answers }), { status: 0, out: /^1\. Add the target t\.\n/ })
  t.match(await runCli(words, { now, answers }), { status: 0, out: /completed/ })
  t.match(await runCli(words.slice(0, 4), { answers }), {
    status: 2,
    error: /INITIATOR is missing/,
  })
  t.match(await runCli(['scst', 'export', 'X', 't', 'i'], { answers }), {
    ...{ status: 1, error: /library X: not found/ },
  })
})
