import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { repositoryKinds } from '../../src/tasks/kinds/repositories/index.ts'
import { openTestDatabase, type Teardown } from '../support/database.ts'
import { until } from '../support/embedded.ts'
import { engineOn, gate } from '../support/tasks.ts'
import { EXTENT, VolumeModel } from '../support/volume-model.ts'

const MIB = 1024 * 1024
const NEW = {
  ...{ volume_group: 'vg-data', name: 'daily', size_bytes: 1000 * MIB + 1, filesystem: 'xfs' },
  mount_point: '/srv/daily-1',
}
const UNIT = 'srv-daily\\x2d1.mount'
const database = await openTestDatabase(t)
t.afterEach(async () => {
  await database.query('delete from tasks')
})

function tasksOn(t: Teardown, model: VolumeModel) {
  const tasks = engineOn(database, repositoryKinds(model.machine()), { graceMs: 1 })
  t.teardown(() => tasks.engine.stop())
  tasks.engine.start()
  const run = async (kind: string, params: Record<string, unknown>) => {
    const planned = await tasks.engine
      .plan({ kind, params }, { user: 'ada' })
      .catch((error: unknown) => ({ refused: (error as Error).message }))
    if ('refused' in planned) return planned
    const id = await tasks.ask(params, { kind })
    await tasks.engine.idle()
    const { state, error } = await tasks.task(id)
    const log = (await tasks.log(id)).filter((line) => !/^(?:asked|step) /.test(line))
    return { state, error, log, steps: planned.steps.map(({ description }) => description) }
  }
  return { tasks, run }
}

t.test('a repository is made, step by step, and is mounted again after a start', async (t) => {
  const model = new VolumeModel(t)
  const { run, tasks } = tasksOn(t, model)
  const plan = await tasks.engine.plan({ kind: 'repository_create', params: NEW }, { user: 'ada' })
  t.match(plan, {
    ...{ resource: 'volume group vg-data', confirmation: null, hash: /^[0-9a-f]{16}$/ },
    resources: ['volume group vg-data', 'mount point /srv/daily-1'],
  })
  t.strictSame(await run('repository_create', NEW), {
    ...{ state: 'completed', error: null },
    steps: [
      'create logical volume vg-data/daily of 251 extents of 4 MiB (1004 MiB, rounded up from 1048576001 bytes to whole extents)',
      'look whether something is left on /dev/vg-data/daily: then it is not touched any more',
      'make xfs on /dev/vg-data/daily',
      `write /etc/systemd/system/${UNIT}`,
      `have systemd read ${UNIT}, enable it and mount /dev/vg-data/daily at /srv/daily-1`,
      'look whether it is mounted',
    ],
    log: ['/dev/vg-data/daily (xfs, 1004 MiB) is mounted at /srv/daily-1', 'completed'],
  })
  t.strictSame(model.ran, [
    'lvcreate --type linear --wipesignatures n --zero n --addtag storwarden.new --extents 251 --name daily vg-data',
    'mkfs.xfs -q /dev/vg-data/daily',
    'lvchange --deltag storwarden.new --addtag storwarden.repository vg-data/daily',
    'systemctl --no-ask-password daemon-reload',
    `systemctl --no-ask-password enable -- ${UNIT}`,
    `systemctl --no-ask-password start -- ${UNIT}`,
  ])
  t.strictSame([...model.mounted], [['/srv/daily-1', '/dev/mapper/vg--data-daily']])
  t.strictSame([...model.enabled], [UNIT])
  t.match(readFileSync(join(model.units, UNIT), 'utf8'), '\nWhere=/srv/daily-1\nType=xfs\n')
  t.strictSame(readdirSync(model.units), [UNIT], 'no draft is left')
})

t.test('what is left of something else is never overwritten', async (t) => {
  const model = new VolumeModel(t)
  const { run } = tasksOn(t, model)
  model.leftovers = 'LVM2_member'
  const ended = await run('repository_create', { ...NEW, filesystem: 'ext4' })
  t.match(ended, {
    ...{
      state: 'failed',
      error: /^LVM2_member is left on \/dev\/vg-data\/daily, .*the volume stays/,
    },
  })
  t.equal(model.volume('daily').signature, 'LVM2_member')
  t.strictSame(
    model.ran.filter((line) => !line.startsWith('lvcreate')),
    [],
    'nothing else was done',
  )
  // Also when somebody asks the program itself, and of volumes that others have made.
  const changes = model.changes()
  const of = { group: 'vg-data', volume: 'daily', filesystem: 'ext4' } as const
  await t.rejects(changes.change({ change: 'make_filesystem', ...of }), { code: 'ERR_REFUSED' })
  model.add('lun', 5, { signature: null })
  await t.rejects(changes.change({ change: 'make_filesystem', ...of, volume: 'lun' }), {
    message:
      '/dev/vg-data/lun: refused: it has not the tag storwarden.new: it was not made for this',
  })
  const unit = { change: 'write_mount_unit', ...of, mount_point: '/srv/x' } as const
  await t.rejects(changes.change(unit), { code: 'ERR_REFUSED' })
  t.equal(model.volume('lun').signature, null)
})

t.test('what cannot be made is refused, with every reason', async (t) => {
  const model = new VolumeModel(t)
  const { run } = tasksOn(t, model)
  const refused = async (changes: object) => {
    const ended = await run('repository_create', { ...NEW, ...changes })
    return 'refused' in ended ? ended.refused : ended
  }
  mkdirSync(join(model.root, 'srv/full'))
  writeFileSync(join(model.root, 'srv/full/file'), '')
  mkdirSync(join(model.root, 'srv/empty'))
  symlinkSync('/srv/empty', join(model.root, 'srv/link'))
  model.add('other', 10, {}, '/srv/other')
  model.fstab = 'UUID=1 /srv/later xfs defaults 0 0\n'
  t.equal(
    await refused({ mount_point: '/srv/full' }),
    '/srv/full is not empty: what is in it would be hidden',
  )
  t.match(await refused({ mount_point: '/srv/link/x' }), /^\/srv\/link is a symbolic link/)
  t.equal(
    await refused({ mount_point: '/srv/later' }),
    '/srv/later: /etc/fstab has something mounted there',
  )
  t.equal(
    await refused({ mount_point: '/srv/other', name: 'other', size_bytes: 4_000 * MIB }),
    'logical volume vg-data/other is there already; where an earlier task has left it, look at it before anything else; ' +
      '/srv/other: /dev/mapper/vg--data-other is mounted there already; ' +
      'volume group vg-data has not enough free extents: 1000 are needed, and 990 of 4 MiB are free (3.87 GiB)',
  )
  t.equal(await refused({ volume_group: 'vg1' }), 'there is no volume group vg1')
  model.failing.set('vgs', { says: 'locked' })
  t.match(await refused({}), /^what is there is not known: vgs .*locked$/)
  t.strictSame(model.ran, [])
})

t.test('a step that fails leaves what was made, and says what that is', async (t) => {
  const cases: [string, RegExp, string[]][] = [
    ['lvcreate', /^there is no logical volume vg-data\/daily;/, []],
    [
      'mkfs.xfs',
      /is there, of 1004 MiB, and has no file system, and is marked as not finished/,
      ['daily'],
    ],
    [
      'systemctl --no-ask-password enable',
      /has xfs on it; srv-daily\\x2d1.mount has it mounted .* not mounted/,
      ['daily'],
    ],
  ]
  for (const [begin, words, left] of cases) {
    const model = new VolumeModel(t)
    const { run } = tasksOn(t, model)
    model.failing.set(begin, { says: 'no' })
    const ended = await run('repository_create', NEW)
    t.match(ended, { state: 'failed', error: / exit 1: no; on the machine now: / }, begin)
    const log = 'log' in ended ? ended.log : []
    const told = log.find((line) => line.startsWith('on the machine now: '))
    t.match(told?.slice('on the machine now: '.length), words, begin)
    t.strictSame(
      model.volumes.map(({ name }) => name),
      left,
    )
    t.notOk(
      model.ran.some((line) => /remove|wipefs|-[fF]\b/.test(line)),
      'nothing is removed',
    )
    await database.query('delete from tasks')
  }
})

t.test(
  'a daemon that dies in a step does none again, and the next one says what is there',
  async (t) => {
    const steps: [string, 'before' | 'after', RegExp][] = [
      ['lvcreate', 'before', /^there is no logical volume/],
      ['lvcreate', 'after', /is there, of 1004 MiB, and has no file system, and is marked/],
      ['mkfs.xfs', 'before', /has no file system, and is marked/],
      ['mkfs.xfs', 'after', /has xfs on it, and is marked as not finished/],
      [
        'systemctl --no-ask-password daemon-reload',
        'before',
        /has xfs on it; srv-daily.*not mounted at/,
      ],
      [
        'systemctl --no-ask-password start',
        'after',
        /has xfs on it; .*; it is mounted at \/srv\/daily-1$/,
      ],
    ]
    for (const [begin, when, words] of steps) {
      const model = new VolumeModel(t)
      const died = gate()
      model[when] = (line) => {
        if (!line.startsWith(begin)) return Promise.resolve()
        died.open()
        return new Promise<never>(() => undefined)
      }
      const dying = engineOn(database, repositoryKinds(model.machine()), { graceMs: 1 })
      dying.engine.start()
      const id = await dying.ask(NEW, { kind: 'repository_create' })
      await died.passed
      const before = [...model.ran]
      model[when] = () => Promise.resolve()
      const { tasks } = tasksOn(t, model)
      await tasks.engine.idle()
      const found = await tasks.task(id)
      t.equal(found.state, 'failed', `${when} ${begin}`)
      t.match(found.advice, /Nothing that was made is removed again/)
      await until(async () => (await tasks.log(id)).some((line) => words.test(line)))
      t.strictSame(model.ran, before, 'nothing was done again')
      await dying.engine.stop()
      await database.query('delete from tasks')
    }
  },
)

t.test('a repository is grown, and its file system with it', async (t) => {
  const model = new VolumeModel(t)
  const { run } = tasksOn(t, model)
  model.add('daily', 100, {}, '/srv/daily')
  model.add('ext', 100, { signature: 'ext4' }, '/srv/ext')
  const params = { mount_point: '/srv/daily', add_bytes: 10 * EXTENT + 1 }
  t.strictSame(await run('repository_grow', params), {
    ...{ state: 'completed', error: null },
    steps: [
      'make logical volume vg-data/daily larger: from 400 MiB to 111 extents of 4 MiB (444 MiB, in whole extents)',
      'make the file system at /srv/daily as large as its volume (xfs_growfs)',
      'look how large it is',
    ],
    log: ['the file system at /srv/daily is of 444 MiB now', 'completed'],
  })
  t.match(await run('repository_grow', { mount_point: '/srv/ext', size_bytes: 500 * MIB }), {
    ...{ state: 'completed', log: [/of 500 MiB now$/, 'completed'] },
  })
  t.strictSame(model.ran, [
    'lvextend --extents 111 /dev/vg-data/daily',
    'xfs_growfs -d /srv/daily',
    'lvextend --extents 125 /dev/vg-data/ext',
    'resize2fs /dev/vg-data/ext',
  ])
  const smaller = { mount_point: '/srv/ext', size_bytes: 400 * MIB }
  t.match(await run('repository_grow', smaller), { refused: /nothing is ever made smaller/ })
  t.match(await run('repository_grow', { mount_point: '/srv/ext' }), { refused: /^either size/ })
})

t.test(
  'a death between the halves leaves the second one, and only that is done then',
  async (t) => {
    const model = new VolumeModel(t)
    model.add('daily', 100, {}, '/srv/daily')
    const died = gate()
    model.before = (line) => {
      if (!line.startsWith('xfs_growfs')) return Promise.resolve()
      died.open()
      return new Promise<never>(() => undefined)
    }
    const params = { mount_point: '/srv/daily', add_bytes: 20 * EXTENT }
    const dying = engineOn(database, repositoryKinds(model.machine()), { graceMs: 1 })
    dying.engine.start()
    const id = await dying.ask(params, { kind: 'repository_grow' })
    await died.passed
    model.before = () => Promise.resolve()
    const { tasks, run } = tasksOn(t, model)
    await tasks.engine.idle()
    t.equal((await tasks.task(id)).state, 'failed')
    const words = 'the volume of /srv/daily is of 480 MiB, and its file system of 400 MiB'
    await until(async () => (await tasks.log(id)).includes(words))
    t.match(await run('repository_grow', params), {
      ...{ state: 'completed', error: null },
      steps: [
        'the volume is of 480 MiB already, and its file system of 400 MiB: only make that as large as the volume (xfs_growfs)',
        'look how large it is',
      ],
    })
    t.strictSame(model.ran, [
      'lvextend --extents 120 /dev/vg-data/daily',
      'xfs_growfs -d /srv/daily',
    ])
    t.equal(model.volume('daily').filesystemBytes, 120 * EXTENT)
    await dying.engine.stop()
  },
)

t.test('a file system with errors, and one that is not known, are left alone', async (t) => {
  const model = new VolumeModel(t)
  const { run } = tasksOn(t, model)
  model.add('ext', 100, { signature: 'ext4', errors: 3 }, '/srv/ext')
  const params = { mount_point: '/srv/ext', add_bytes: EXTENT }
  t.match(await run('repository_grow', params), {
    refused: /at \/srv\/ext has errors: its state is/,
  })
  model.failing.set('dumpe2fs', { says: 'hangs' })
  t.match(await run('repository_grow', params), { refused: /is not known: dumpe2fs .*hangs$/ })
  model.mountOptions = 'ro'
  t.match(await run('repository_grow', params), { refused: /is read-only/ })
  t.strictSame(model.ran, [])
})
