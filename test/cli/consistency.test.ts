import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { decoded } from '../../src/cli/consistency-actions.ts'
import { runCli } from '../support/cli.ts'

const path = '/api/v1/monitoring/consistency'
const now = new Date('2026-11-20T21:00:00Z')
const id = '0123456789abcdef'
const state = (more: object = {}) => ({
  status: 'down',
  checks: [
    {
      ...{ check: 'vtl', status: 'down', message: '1 missing, 1 side not read', age_seconds: 40 },
      reasons: ['library L1: it is offline'],
    },
    { check: 'scst', status: 'up', message: 'consistent', age_seconds: 40, reasons: [] },
  ],
  differences: [
    { id, check: 'vtl', kind: 'missing', sentence: 'The cartridge A00001L8 has no data.' },
  ],
  total: 2,
  ...more,
})
const HASH = '0123456789abcdef'
const run = (words: string, answers: Record<string, object> = {}) =>
  runCli(['consistency', ...(words === '' ? [] : words.split(' '))], {
    ...{ now, answers: { [path]: state(), ...answers } },
  })

t.test('what was found last is listed, with what is not known and why', async (t) => {
  const { status, out, error, asked } = await run('')
  t.equal(status, 1, 'something is missing')
  t.equal(
    out,
    `CHECK  STATUS  FOUND                        AGE
vtl    down    1 missing, 1 side not read  40 s
scst   up      consistent                  40 s
vtl is unknown because library L1: it is offline

ID        CHECK  KIND     WHAT
01234567  vtl    missing  The cartridge A00001L8 has no data.
`,
  )
  t.equal(error, '1 of 2 differences; --limit NUMBER shows more\n')
  t.strictSame(asked, [`GET ${path}?ignored=false&limit=50`])
  t.strictSame((await run('--check vtl --kind missing --ignored --limit 5')).asked, [
    `GET ${path}?check=vtl&kind=missing&ignored=true&limit=5`,
  ])
  t.match(await run('--check disks'), { status: 2, error: /--check disks/ })
  const nothing = { [path]: { status: 'unknown', checks: [], differences: [], total: 0 } }
  t.match(await run('', nothing), { status: 0, out: 'nothing was compared yet\n' })
  const json = await run('--json')
  t.strictSame([JSON.parse(json.out), json.status], [state(), 1])
})

t.test('a check is made now, of all or of some', async (t) => {
  const well = { [`${path}/check`]: state({ status: 'up', differences: [], total: 0 }) }
  t.match(await run('check', well), { status: 0, asked: [`POST ${path}/check {}`] })
  t.match(await run('check scst vtl scst', well), {
    asked: [`POST ${path}/check {"checks":["scst","vtl"]}`],
  })
  t.match(await run('check disks', well), { status: 2, error: /disks: must be one of vtl, scst/ })
})

t.test('a difference is ignored by the begin of its id, and heeded again', async (t) => {
  const answers = {
    [`${path}/differences/${id}/ignore`]: { sentence: 'The cartridge A00001L8 has no data.' },
  }
  const { out, asked } = await run('ignore 0123 --reason moved --until 2h', answers)
  t.equal(out, 'ignored: The cartridge A00001L8 has no data.\n')
  t.strictSame(asked, [
    `GET ${path}?limit=1000`,
    `POST ${path}/differences/${id}/ignore {"reason":"moved","until":"2026-11-20T23:00:00.000Z"}`,
  ])
  t.match(await run('ignore 0123', answers), { status: 2, error: /--reason is missing/ })
  t.match(await run('ignore ffff --reason x', answers), { status: 1, error: /ffff/ })
  t.match(await run('heed 0123', answers), {
    ...{ status: 0, out: `${id}: counts again\n` },
    asked: [`GET ${path}?limit=1000`, `DELETE ${path}/differences/${id}/ignore`],
  })
})

t.test('a catalogue is imported as the file has it', async (t) => {
  const file = join(t.testdir(), 'bareos.csv')
  await writeFile(file, 'barcode\nA00001L8\n')
  const answers = { [`${path}/catalogue`]: { name: 'bareos.csv', cartridges: 1 } }
  t.match(await run(`import ${file}`, answers), {
    ...{ status: 0, out: 'bareos.csv: 1 cartridge imported\n' },
    asked: [`POST ${path}/catalogue {"csv":"barcode\\nA00001L8\\n","name":"bareos.csv"}`],
  })
  t.match(await run(`import ${file}.none`, answers), { status: 2, error: /ENOENT/ })
})

t.test('files of Windows are read as well', (t) => {
  t.equal(decoded(Buffer.from('Mühle')), 'Mühle')
  t.equal(decoded(Buffer.from('\ufeffMühle', 'utf16le')), 'Mühle')
  t.equal(decoded(Buffer.from('M\xfchle', 'latin1')), 'Mühle')
  t.end()
})

t.test('what would be done is said, in words and in commands', async (t) => {
  const plan = {
    steps: [
      {
        ...{ words: 'Remove LUN 9.', disruptive: true, command: null },
        write: { path: '/sys/x/luns/mgmt', text: 'del 9' },
      },
      {
        ...{ words: 'Restart the daemon.', disruptive: false, write: null },
        command: ['systemctl', 'restart', 'vtllibrary@10.service'],
      },
    ],
    ...{ files: [], remembered: 0, forgotten: 0, plan: HASH },
  }
  const answers = { [`${path}/reconcile`]: plan }
  const { out, asked } = await run('reconcile restore_config scst', answers)
  t.equal(
    out,
    `1. Remove LUN 9. (takes something away that may be in use)
   echo 'del 9' > /sys/x/luns/mgmt
2. Restart the daemon.
   systemctl restart vtllibrary@10.service
what is written here is done with --yes ${HASH} --allow-disruptive
`,
  )
  t.strictSame(asked, [
    `POST ${path}/reconcile {"strategy":"restore_config","dry_run":true,"checks":["scst"]}`,
  ])
  const files = [{ path: '/etc/scst.conf', text: '-\tLUN 3 disk\n' }]
  const adopted = { [`${path}/reconcile`]: { steps: [], files, remembered: 1, forgotten: 2 } }
  t.match(await run('reconcile adopt_live', adopted), {
    out: '/etc/scst.conf would be changed by hand:\n-  LUN 3 disk\n1 thing would be remembered, 2 forgotten\n',
  })
  t.match(await run('reconcile adopt_live --yes', adopted), {
    ...{ out: /1 thing remembered, 2 forgotten\n$/, asked: [/"dry_run":false/] },
  })
  t.match(await run('reconcile burn', adopted), { status: 2, error: /burn: must be one of/ })
})

t.test(
  'a plan is carried out by the word that was shown with it, and followed to its end',
  async (t) => {
    const done = (state: string) => ({
      ...{ id: 'b', kind: 'consistency_restore_config', state, progress: 1, error: null },
      log: [{ at: '2026-11-20T20:59:30Z', level: 'info', message: 'nothing differs any more' }],
    })
    const restore = (words: string, answers: Record<string, object>) =>
      run(`reconcile restore_config ${words}`, answers)
    const reconcile = `${path}/reconcile`
    const { status, out, asked } = await restore(`scst --yes ${HASH} --allow-disruptive`, {
      [reconcile]: done('pending'),
      'GET /api/v1/tasks/b': done('completed'),
    })
    t.equal(status, 0)
    t.match(out, /nothing differs any more/)
    t.strictSame(asked, [
      `POST ${reconcile} {"strategy":"restore_config","dry_run":false,"checks":["scst"],"plan":"${HASH}","allow_disruptive":true}`,
      'GET /api/v1/tasks/b',
    ])
    t.match(await restore(`--yes ${HASH}`, { [reconcile]: done('failed') }), {
      ...{ status: 1, asked: [new RegExp(`"dry_run":false,"plan":"${HASH}"}$`)] },
    })
    for (const words of ['--yes', 'scst --yes', `--yes ${HASH} fedcba9876543210`]) {
      t.match(await restore(words, {}), {
        status: 2,
        asked: [],
        error: /--yes PLAN: must be the plan/,
      })
    }
    t.match(await restore(HASH, {}), { status: 2, asked: [] }, 'nothing without --yes')
    const words = { words: 'Restore it from a copy.', disruptive: true, command: null, write: null }
    t.match(
      await restore('vtl', { [reconcile]: { steps: [words], files: [], plan: HASH } }),
      { out: '1. Restore it from a copy. (takes something away that may be in use)\n' },
      'what nothing carries out has no word',
    )
  },
)
