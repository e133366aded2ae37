import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { assertScstCommand } from '../../src/host/scst-commands.ts'
import { kernelFiles, ScstManagement, type ScstFiles } from '../../src/host/scst-management.ts'
import { gate } from '../support/tasks.ts'

const ROOT = '/sys/kernel/scst_tgt'
const LUNS = `${ROOT}/targets/iscsi/iqn.x:t1/luns/mgmt`
const errno = (code: string) => Object.assign(new Error(`${code}: from the kernel`), { code })

/** A tree on disk in the place of SCST's, in which writes fail as the test says. */
function opened(
  t: { testdir: () => string },
  { fails, results = ['0\n'], deadlineMs = 5_000 }: Partial<Kernel> = {},
) {
  const root = t.testdir()
  const at = (path: string) => join(root, path)
  mkdirSync(dirname(at(LUNS)), { recursive: true })
  writeFileSync(at(LUNS), '')
  const calls: string[] = []
  let asked = 0
  const files: ScstFiles = {
    async write(path, text) {
      calls.push(`write ${text}`)
      await readFile(at(path))
      if (fails !== undefined) throw errno(fails)
      writeFileSync(at(path), text)
    },
    async read(path) {
      if (path !== `${ROOT}/last_sysfs_mgmt_res`) throw new Error(`${path}: was not to be read`)
      calls.push('result')
      const said = results[Math.min(asked++, results.length - 1)] ?? ''
      if (/^E[A-Z]+$/.test(said)) throw errno(said)
      return await Promise.resolve(said)
    },
  }
  const pause = async () => {
    calls.push('pause')
    await new Promise((resolve) => setImmediate(resolve))
  }
  const now = () => new Date('2026-11-20T21:00:00Z')
  const management = new ScstManagement({ now, files, pause, deadlineMs })
  return { management, calls, text: () => readFileSync(at(LUNS), 'utf8'), files }
}

interface Kernel {
  /** What a write fails with. */
  fails: string
  /** What is read as the result, in turn; the last one for ever. */
  results: readonly string[]
  deadlineMs: number
}

t.test('what is written is done when the write returns', async (t) => {
  const { management, calls, text } = opened(t)
  await management.write(LUNS, 'add disk1 0')
  t.equal(text(), 'add disk1 0')
  t.strictSame(calls, ['result', 'write add disk1 0'])
})

t.test('a write that is under way is waited for', async (t) => {
  const results = ['0\n', 'EAGAIN', 'EAGAIN', '0\n']
  const { management, calls } = opened(t, { fails: 'EAGAIN', results })
  await management.write(LUNS, 'del 9')
  t.strictSame(calls, [
    ...['result', 'write del 9', 'result', 'pause', 'result', 'pause', 'result'],
  ])
})

t.test('nothing is written while somebody else has a write under way', async (t) => {
  const { management, calls } = opened(t, { results: ['EAGAIN', '-17\n'] })
  await management.write(LUNS, 'del 9')
  t.strictSame(calls, ['result', 'pause', 'result', 'write del 9'], 'nor is theirs ours')
})

t.test('an error says what was written where, and why it was not done', async (t) => {
  const failures: [Partial<Kernel>, string][] = [
    [{ fails: 'EBUSY' }, 'EBUSY'],
    [{ fails: 'EACCES' }, 'EACCES'],
    [{ fails: 'EAGAIN', results: ['0\n', '-17\n'] }, 'EEXIST'],
    [{ fails: 'EAGAIN', results: ['0\n', '-99999\n'] }, 'Unknown system error -99999'],
    [{ results: ['ENOENT'] }, `${ROOT}/last_sysfs_mgmt_res: ENOENT, so it was not written`],
    [
      { fails: 'EAGAIN', results: ['0\n', 'so so\n'] },
      `${ROOT}/last_sysfs_mgmt_res: no number, so it is not known whether it was done`,
    ],
  ]
  for (const [kernel, reason] of failures) {
    const { management } = opened(t, kernel)
    await t.rejects(management.write(LUNS, 'add disk1 0'), {
      ...{ code: 'ERR_SCST_WRITE', reason, message: `"add disk1 0" to ${LUNS}: ${reason}` },
    })
  }
  const { management } = opened(t)
  await t.rejects(management.write(`${ROOT}/targets/iscsi/mgmt`, 'add_target iqn.x:t2'), {
    ...{ code: 'ERR_SCST_WRITE', reason: 'ENOENT' },
  })
})

t.test('what does not end is not known, and nothing is written before it has', async (t) => {
  const ended = gate()
  const { management, files, calls } = opened(t, { deadlineMs: 500 })
  const write = files.write.bind(files)
  files.write = async (path, text) => {
    await write(path, text)
    if (text === 'del 9') await ended.passed
  }
  await t.rejects(management.write(LUNS, 'del 9'), {
    ...{ code: 'ERR_TIMEOUT', message: /^"del 9" to .*: it is not known whether it was done/ },
  })
  await t.rejects(management.write(LUNS, 'del 8'), {
    ...{ code: 'ERR_TIMEOUT', message: /it was not written, as another write is under way/ },
  })
  t.notOk(calls.includes('write del 8'))
  ended.open()
  await new Promise((resolve) => setImmediate(resolve))
  await management.write(LUNS, 'del 8')
  t.ok(calls.includes('write del 8'))
})

t.test('writes are made one at a time, in the order in which they were asked for', async (t) => {
  const { management, files, calls } = opened(t)
  const write = files.write.bind(files)
  let underWay = 0
  files.write = async (path, text) => {
    underWay += 1
    t.equal(underWay, 1)
    await write(path, text)
    await new Promise((resolve) => setImmediate(resolve))
    underWay -= 1
  }
  const luns = [1, 2, 3, 4, 5]
  await Promise.all(luns.map((lun) => management.write(LUNS, `del ${lun}`)))
  t.strictSame(
    calls.filter((call) => call !== 'result'),
    luns.map((lun) => `write del ${lun}`),
  )
})

t.test('a file is written to as it is: none is made, emptied, or found by a link', async (t) => {
  const at = (name: string) => join(root, name)
  const root = t.testdir({ enabled: '0\nand more\n' })
  symlinkSync('enabled', at('link'))
  await kernelFiles.write(at('enabled'), '1')
  t.equal(await kernelFiles.read(at('enabled')), '1\nand more\n')
  await t.rejects(kernelFiles.write(at('none'), '1'), { code: 'ENOENT' })
  t.notOk(existsSync(at('none')))
  await t.rejects(kernelFiles.write(at('link'), '0'), { code: 'ELOOP' })
  t.equal(readFileSync(at('enabled'), 'utf8'), '1\nand more\n')
})

t.test('without that target, or without SCST, an error is all there is', async (t) => {
  const management = new ScstManagement({ now: () => new Date('2026-11-20T21:00:00Z') })
  await t.rejects(management.write(LUNS, 'del 9'), { code: 'ERR_SCST_WRITE' })
})

const TARGET = 'targets/iscsi/iqn.x:t1'

t.test('what SCST is managed with is permitted', (t) => {
  for (const [path, text] of [
    ['handlers/vdisk_fileio/mgmt', 'add_device disk1 filename=/srv/disk 1.img; nv_cache=1'],
    ['handlers/dev_tape/mgmt', 'add_device 13:1:1:0'],
    ['handlers/vdisk_fileio/mgmt', 'del_device disk1'],
    ['targets/iscsi/mgmt', 'add_target iqn.x:t1'],
    ['targets/iscsi/mgmt', 'del_target iqn.x:t1'],
    ['targets/iscsi/enabled', '1'],
    [`${TARGET}/enabled`, '0'],
    [`${TARGET}/rel_tgt_id`, '3'],
    [`${TARGET}/luns/mgmt`, 'add disk1 0 read_only=1'],
    [`${TARGET}/luns/mgmt`, 'replace disk1 0'],
    [`${TARGET}/ini_groups/mgmt`, 'create hosts'],
    [`${TARGET}/ini_groups/mgmt`, 'del hosts'],
    [`${TARGET}/ini_groups/hosts/luns/mgmt`, 'del 9'],
    [`${TARGET}/ini_groups/hosts/initiators/mgmt`, 'add iqn.1993-08.org.debian:01:media*'],
    ['targets/qla2x00t/50:01:43:80:11:22:33:44/enabled', '1'],
    ['threads', '9'],
    ['devices/disk1/threads_num', '4'],
    [`${TARGET}/alias`, '\n'],
    [`${TARGET}/ini_groups/hosts/addr_method`, 'FLAT'],
    [`${TARGET}/ini_groups/hosts/initiators/mgmt`, 'move iqn.x:a others'],
    ['targets/iscsi/mgmt', 'add_target_attribute iqn.x:t1 IncomingUser joe secretsecret'],
    ['targets/iscsi/mgmt', 'del_target_attribute iqn.x:t1 IncomingUser joe'],
    ['targets/iscsi/mgmt', 'add_attribute IncomingUser joe secretsecret'],
    ['device_groups/mgmt', 'create dg1'],
    ['device_groups/dg1/devices/mgmt', 'add disk1'],
    ['device_groups/dg1/target_groups/mgmt', 'create tg1'],
    ['device_groups/dg1/target_groups/tg1/mgmt', 'add iqn.x:t1'],
    ['device_groups/dg1/target_groups/tg1/state', 'nonoptimized'],
    ['device_groups/dg1/target_groups/tg1/iqn.x:t2/rel_tgt_id', '7'],
  ] as const) {
    t.doesNotThrow(() => {
      assertScstCommand(`${ROOT}/${path}`, text)
    }, `${path} < ${text}`)
  }
  t.end()
})

t.test('nothing else is ever written', async (t) => {
  const { management, calls } = opened(t)
  for (const [path, text] of [
    ['/etc/passwd', '1'],
    ['/sys/kernel/scst_tgt_/targets/iscsi/enabled', '1'],
    ['sys/kernel/scst_tgt/targets/iscsi/enabled', '1'],
    [`${ROOT}/suspend`, '1'],
    [`${ROOT}/threads`, '9\n'],
    [`${ROOT}/trace_level`, 'all'],
    [`${ROOT}/devices/disk1/filename`, '/dev/sda'],
    [`${ROOT}/devices/disk1/pr_file_name`, '/etc/passwd'],
    [`${ROOT}/devices/disk1/block`, '1'],
    [`${ROOT}/devices/disk1/exported`, '1'],
    [`${ROOT}/targets/../suspend`, '1'],
    [`${ROOT}/targets/iscsi/../../../../../etc/passwd`, '1'],
    [`${ROOT}/targets/iscsi/./enabled`, '1'],
    [`${ROOT}/targets/iscsi//enabled`, '1'],
    [`${ROOT}/targets/iscsi/enabled/`, '1'],
    [`${ROOT}/targets/iscsi/enabled\0`, '1'],
    [`${ROOT}/targets/iscsi/enabled\n`, '1'],
    [`${ROOT}/targets/iscsi/trace_level`, 'all'],
    [`${ROOT}/${TARGET}/mgmt`, 'add_target x'],
    [`${ROOT}/${TARGET}/sessions`, '1'],
    [`${ROOT}/${TARGET}/sessions/iqn.x:a/force_close`, '1'],
    [`${ROOT}/${TARGET}/sessions/iqn.x:a/read_cmd_count`, '0'],
    [`${ROOT}/${TARGET}/read_cmd_count`, '0'],
    [`${ROOT}/${TARGET}/read_io_count_kb`, '0'],
    [`${ROOT}/${TARGET}/IncomingUser`, 'joe secretsecret'],
    [`${ROOT}/${TARGET}/luns/0/read_only`, '1'],
    [`${ROOT}/${TARGET}/luns/mgmt`, 'clear'],
    [`${ROOT}/${TARGET}/luns/mgmt`, 'add disk1 0\ndel 1'],
    [`${ROOT}/${TARGET}/luns/mgmt`, 'del'],
    [`${ROOT}/${TARGET}/luns/mgmt`, ''],
    [`${ROOT}/${TARGET}/ini_groups/mgmt`, 'create a b'],
    [`${ROOT}/${TARGET}/ini_groups/hosts/initiators/mgmt`, 'clear'],
    [`${ROOT}/${TARGET}/ini_groups/hosts/IncomingUser`, 'joe secretsecret'],
    [`${ROOT}/${TARGET}/ini_groups/hosts/initiators/mgmt`, 'move iqn.x:a'],
    [`${ROOT}/targets/iscsi/mgmt`, 'add_target_attribute iqn.x:t1 QueuedCommands 1'],
    [`${ROOT}/targets/iscsi/mgmt`, 'add_target_attribute iqn.x:t1 IncomingUser joe secret secret'],
    [`${ROOT}/targets/iscsi/mgmt`, 'del_target'],
    [`${ROOT}/device_groups/dg1/target_groups/tg1/state`, 'broken'],
    [`${ROOT}/device_groups/dg1/target_groups/tg1/group_id`, 'x'],
    [`${ROOT}/targets/iscsi/enabled`, '2'],
    [`${ROOT}/handlers/vdisk_fileio/mgmt`, 'add_device disk1 filename=/a\0b'],
    [`${ROOT}/handlers/its handler/mgmt`, 'del_device disk1'],
    [`${ROOT}/${TARGET}/comment`, 'x'.repeat(2049)],
  ] as const) {
    await t.rejects(management.write(path, text), { code: 'ERR_REFUSED' }, `${path} < ${text}`)
  }
  t.strictSame(calls, [])
})

t.test('whatever is permitted lies below SCST and is one line', (t) => {
  const word = fc.constantFrom(
    ...['targets', 'handlers', 'iscsi', 'x', '..', '.', '', 'luns', 'sessions', 'ini_groups'],
    ...['mgmt', 'enabled', '\n', '\0', ' ', 'devices', 'initiators', 'a_count', '\u2028'],
  )
  const part = fc.constantFrom(
    ...['add', 'del', ' ', 'x', '0', '\n', '\r', '\0', 'add_target', '1', 'create'],
  )
  // Commands with at most one word too much, in the place of another, or with one missing.
  const command = fc.constantFrom(
    ['handlers/x/mgmt', 'del_device x'],
    ['targets/iscsi/mgmt', 'add_target x'],
    ['targets/iscsi/enabled', '1'],
    ['targets/iscsi/x/ini_groups/mgmt', 'create x'],
    ['targets/iscsi/x/ini_groups/x/luns/mgmt', 'add x 0'],
  )
  const change = fc.record({
    ...{ at: fc.nat({ max: 8 }), deleted: fc.nat({ max: 1 }) },
    word: fc.option(word),
  })
  const ending = fc.array(part, { maxLength: 3 })
  let permitted = 0
  let refused = 0
  fc.assert(
    fc.property(command, change, ending, ([below = '', text = ''], { at, deleted, word }, end) => {
      const words = below.split('/')
      words.splice(at, deleted, ...(word === null ? [] : [word]))
      const path = `${ROOT}/${words.join('/')}`
      const line = `${text}${end.join('')}`
      try {
        assertScstCommand(path, line)
      } catch {
        refused += 1
        return true
      }
      permitted += 1
      return (
        normalize(path) === path &&
        /^\/sys\/kernel\/scst_tgt\/(?:targets|handlers|devices)\/./.test(path) &&
        path.split('/')[7] !== 'sessions' &&
        // A line end by itself takes away what an attribute was set to.
        (line === '\n' || !/[\0-\x1f]/.test(path + line))
      )
    }),
    { numRuns: 20_000 },
  )
  t.ok(permitted > 500 && refused > 500, `${permitted} permitted, ${refused} refused`)
  t.end()
})

t.test('a password is in no error', async (t) => {
  const { management } = opened(t, { fails: 'EEXIST' })
  const written = management.write(
    `${ROOT}/targets/iscsi/mgmt`,
    'add_target_attribute iqn.x:t1 IncomingUser joe secretsecret',
  )
  await t.rejects(written, {
    message: `"add_target_attribute iqn.x:t1 IncomingUser joe ***" to ${ROOT}/targets/iscsi/mgmt: ENOENT`,
  })
})
