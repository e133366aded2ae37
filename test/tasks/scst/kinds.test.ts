import t from 'tap'
import { machine } from '../../support/scst-model/configs.ts'
import { HEAD, LIBRARY, ManagedMachine, TARGET } from '../../support/scst-model/setting.ts'
import { ROOT } from '../../support/scst-model/state.ts'

const AT = `/targets/iscsi/${TARGET}`

function login(managed: ManagedMachine, initiator: string): void {
  managed.model.state.login(`${ROOT}${AT}`, initiator)
}

t.test(
  'a library is exported in one task: devices, target, group, LUN 0 first, enabled last',
  async (t) => {
    const managed = new ManagedMachine(machine(), HEAD)
    const log = await managed.run('scst_export_library', LIBRARY)
    t.strictSame(managed.model.written, [
      '/handlers/dev_changer/mgmt < add_device 3:0:0:0',
      '/handlers/dev_tape/mgmt < add_device 3:0:1:0',
      '/handlers/dev_tape/mgmt < add_device 3:0:2:0',
      `/targets/iscsi/mgmt < add_target ${TARGET}`,
      `${AT}/ini_groups/mgmt < create library`,
      `${AT}/ini_groups/library/initiators/mgmt < add iqn.i:backup1`,
      `${AT}/ini_groups/library/initiators/mgmt < add iqn.i:backup2`,
      `${AT}/ini_groups/library/luns/mgmt < add 3:0:0:0 0`,
      `${AT}/ini_groups/library/luns/mgmt < add 3:0:1:0 1`,
      `${AT}/ini_groups/library/luns/mgmt < add 3:0:2:0 2`,
      `${AT}/enabled < 1`,
    ])
    t.equal(
      managed.file,
      `${HEAD}
HANDLER dev_changer {
	DEVICE 3:0:0:0
}
HANDLER dev_tape {
	DEVICE 3:0:1:0
	DEVICE 3:0:2:0
}
TARGET_DRIVER iscsi {

	TARGET ${TARGET} {
		enabled 1

		GROUP library {
			LUN 0 3:0:0:0
			LUN 1 3:0:1:0
			LUN 2 3:0:2:0
			INITIATOR iqn.i:backup1
			INITIATOR iqn.i:backup2
		}
	}
}
`,
    )
    t.strictSame(await managed.differences(), [])
    t.equal(log[0], 'wrote scst.conf; the old one is scst.conf.1')
    t.equal(log.at(-1), 'SCST is as it is wanted: 11 writes')
  },
)

t.test('a library is exported by its serial number, with drives by theirs', async (t) => {
  const { target, initiators } = LIBRARY
  const shelf = { target, initiators, library: 'LIB1' }
  const managed = new ManagedMachine(machine(), HEAD)
  await managed.run('scst_export_library', { ...shelf, drives: ['DRV2', '3:0:1:0'] })
  t.match(managed.file, /LUN 0 3:0:0:0\n\s*LUN 1 3:0:2:0\n\s*LUN 2 3:0:1:0\n/)
  t.strictSame(await managed.differences(), [])
  const refused: [object, string | RegExp][] = [
    [{ ...shelf, target: 'iqn.t:b' }, /element 2 \(DRV3\) is not on this machine: say which/],
    [{ ...shelf, library: 'LIB2' }, 'library LIB2: there is no such library'],
    [{ ...shelf, drives: ['DRV9'] }, 'library LIB1: it has no drive DRV9'],
    [{ ...LIBRARY, library: 'LIB1' }, 'say either library, or changer with drives'],
    [{ target, initiators }, 'say either library, or changer with drives'],
    [{ target, initiators, changer: '3:0:0:0' }, 'say which drives go with the changer'],
    [{ ...LIBRARY, drives: ['DRV1'] }, /^DRV1 is no H:C:I:L/],
  ]
  for (const [params, message] of refused) {
    const planned = managed.plan('scst_export_library', params)
    await t.rejects(planned, { code: 'ERR_TASK_NOT_POSSIBLE', message })
  }
})

t.test('the plan says what is written, and writes nothing', async (t) => {
  const managed = await ManagedMachine.exporting()
  const [step] = await managed.plan('scst_vdisk_create', {
    ...{ device: 'disk1', handler: 'vdisk_fileio', filename: '/srv/luns/a.img' },
    attributes: { nv_cache: '1', threads_num: '4' },
  })
  t.equal(
    step?.description,
    `write scst.conf, and keep the old one beside it
Add the device disk1. "add_device disk1 nv_cache=1; filename=/srv/luns/a.img" to ${ROOT}/handlers/vdisk_fileio/mgmt
Set threads_num of the device disk1 to 4. "4" to ${ROOT}/devices/disk1/threads_num`,
  )
  t.strictSame(managed.model.written, [])
})

t.test('each kind changes what runs and the file alike', async (t) => {
  const managed = await ManagedMachine.exporting()
  const disk = { device: 'disk1', handler: 'vdisk_nullio', attributes: { size: '1048576' } }
  const tasks: [string, object][] = [
    ['scst_vdisk_create', disk],
    ['scst_vdisk_change', { device: 'disk1', attributes: { t10_dev_id: 'one' } }],
    ['scst_target_create', { target: 'iqn.t:disks', luns: [{ lun: 0, device: 'disk1' }] }],
    ['scst_group_create', { target: 'iqn.t:disks', group: 'hosts', initiators: ['iqn.i:one'] }],
    [
      'scst_group_change',
      { target: 'iqn.t:disks', group: 'hosts', attributes: { addr_method: 'FLAT' } },
    ],
    ['scst_initiator_create', { target: 'iqn.t:disks', group: 'hosts', initiator: 'iqn.i:*' }],
    ['scst_lun_create', { target: 'iqn.t:disks', group: 'hosts', lun: 0, device: 'disk1' }],
    [
      'scst_lun_change',
      { target: 'iqn.t:disks', group: 'hosts', lun: 0, device: 'disk1', read_only: true },
    ],
    [
      'scst_target_change',
      { target: 'iqn.t:disks', enabled: true, attributes: { alias: 'Disks of ours' } },
    ],
    ['scst_device_group_create', group('active')],
    ['scst_device_group_change', group('standby')],
    ['scst_device_group_delete', { device_group: 'dg1' }],
    ['scst_initiator_delete', { target: 'iqn.t:disks', group: 'hosts', initiator: 'iqn.i:*' }],
    ['scst_lun_delete', { target: 'iqn.t:disks', lun: 0 }],
    ['scst_group_delete', { target: 'iqn.t:disks', group: 'hosts' }],
    ['scst_target_delete', { target: 'iqn.t:disks' }],
    ['scst_vdisk_delete', { device: 'disk1' }],
    ['scst_passthrough_delete', { device: '3:0:2:0', with_luns: true }],
    ['scst_passthrough_create', { device: '3:0:2:0', handler: 'dev_tape' }],
  ]
  for (const [kind, params] of tasks) {
    const before = managed.model.written.length
    await managed.run(kind, params)
    t.ok(managed.model.written.length > before, `${kind} writes`)
    t.strictSame(await managed.differences(), [], kind)
    t.ok(managed.file.startsWith(HEAD), kind)
  }
  t.equal(managed.kept.length, 1 + tasks.length)
})

function group(state: string) {
  return {
    ...{ device_group: 'dg1', devices: ['disk1'] },
    target_groups: [
      {
        ...{ target_group: 'tg1', group_id: 1, state, preferred: true },
        targets: [{ target: 'iqn.t:disks' }, { target: 'iqn.t:elsewhere', rel_tgt_id: 7 }],
      },
    ],
  }
}

t.test('what is in use is not taken away, and whose it is is told', async (t) => {
  const managed = await ManagedMachine.exporting()
  login(managed, 'iqn.i:backup2')
  const uses: [string, object, RegExp][] = [
    [
      'scst_lun_delete',
      { target: TARGET, group: 'library', lun: 1 },
      /Remove LUN 1 of the group library/,
    ],
    ['scst_target_change', { target: TARGET, enabled: false }, /Disable the target/],
    ['scst_passthrough_delete', { device: '3:0:1:0', with_luns: true }, /Remove LUN 1/],
    ['scst_group_delete', { target: TARGET, group: 'library' }, /Remove LUN 2/],
    [
      'scst_initiator_delete',
      { target: TARGET, group: 'library', initiator: 'iqn.i:backup2' },
      /Take the/,
    ],
  ]
  for (const [kind, params, step] of uses) {
    const refused = managed.run(kind, params)
    await t.rejects(refused, { code: 'ERR_TASK_NOT_POSSIBLE', message: step }, kind)
    await t.rejects(managed.run(kind, params), { message: /iqn\.i:backup2 is logged in/ })
  }
  for (const force of [false, true]) {
    await t.rejects(managed.run('scst_target_delete', { target: TARGET, force }), {
      message: /cannot be removed while somebody is logged in \(iqn\.i:backup2\): disable it/,
    })
  }
  t.strictSame(managed.model.written, [])
  await managed.run('scst_lun_delete', { target: TARGET, group: 'library', lun: 1, force: true })
  t.strictSame(managed.model.written, [`${AT}/ini_groups/library/luns/mgmt < del 1`])
  // Of another initiator it is nobody's.
  await managed.run('scst_initiator_delete', {
    target: TARGET,
    group: 'library',
    initiator: 'iqn.i:backup1',
  })
})

t.test('what cannot be is refused before anything is written', async (t) => {
  const managed = await ManagedMachine.exporting()
  const refused: [string, object, string | RegExp][] = [
    ['scst_target_create', { target: TARGET }, `there is a target ${TARGET} already`],
    ['scst_target_delete', { target: 'iqn.t:none' }, 'there is no target iqn.t:none'],
    [
      'scst_lun_create',
      { target: TARGET, group: 'library', lun: 0, device: '3:0:1:0' },
      /LUN 0 is there already/,
    ],
    [
      'scst_lun_create',
      { target: TARGET, lun: 0, device: 'nothing' },
      /nothing, which is not configured/,
    ],
    [
      'scst_lun_create',
      { target: TARGET, group: 'none', lun: 0, device: '3:0:1:0' },
      /has no group none/,
    ],
    [
      'scst_vdisk_create',
      { device: 'x', handler: 'vdisk_fileio' },
      'vdisk_fileio takes a filename',
    ],
    [
      'scst_passthrough_delete',
      { device: '3:0:1:0' },
      /is LUN 1 of the group library of .*: say with_luns/,
    ],
    [
      'scst_target_change',
      { target: TARGET, attributes: { IncomingUser: 'joe x' } },
      /holds a password/,
    ],
    [
      'scst_apply',
      { config: 'TARGET_DRIVER iscsi {\nTARGET t {\nIncomingUser "joe secretsecret"\n}\n}\n' },
      /has passwords in it/,
    ],
    ['scst_apply', { config: 'TARGET_DRIVER iscsi {' }, /is not closed/],
    [
      'scst_export_library',
      { ...LIBRARY, target: 'iqn.t:b', drives: ['3:0:0:0'] },
      '3:0:0:0 is the changer',
    ],
  ]
  for (const [kind, params, message] of refused) {
    await t.rejects(managed.run(kind, params), { code: 'ERR_TASK_NOT_POSSIBLE', message }, kind)
  }
  for (const params of [
    { target: 'a/b' },
    { target: '..' },
    { target: 'a b' },
    { target: 'a', x: 1 },
  ]) {
    await t.rejects(managed.run('scst_target_create', params), /must|data/)
  }
  t.strictSame(managed.model.written, [])
  t.equal(managed.kept.length, 1)
})

t.test('when a write fails SCST and the file are as they were', async (t) => {
  const managed = new ManagedMachine(machine(), HEAD)
  await managed.run('scst_target_create', { target: 'iqn.t:other', enabled: true })
  const before = managed.file
  const steps = await managed.plan('scst_export_library', LIBRARY)
  const start = managed.model.written.length
  for (let failing = 1; failing <= 11; failing++) {
    const first = managed.model.written.length
    managed.model.mishap = (_, count) =>
      count === first + failing ? { kind: 'fails', errno: 'ENOMEM' } : null
    await t.rejects(managed.carryOut('scst_export_library', steps), {
      code: 'ERR_SCST_APPLY',
      message: /ENOMEM; what was done is undone: SCST is as it was$/,
    })
    t.equal(managed.file, before)
    t.strictSame(await managed.differences(), [])
  }
  t.ok(managed.model.written.length > start)
})

t.test('what was removed is made again from the file that has it', async (t) => {
  const managed = await ManagedMachine.exporting()
  const before = managed.file
  const steps = await managed.plan('scst_passthrough_delete', {
    ...{ device: '3:0:2:0', with_luns: true },
  })
  managed.model.mishap = (line) =>
    line.includes('del_device') ? { kind: 'lies', errno: 'EIO' } : null
  await t.rejects(managed.carryOut('scst_passthrough_delete', steps), {
    message: /EIO; what was done is undone: SCST is as it was$/,
  })
  t.equal(managed.file, before)
  t.strictSame(await managed.differences(), [])
})
