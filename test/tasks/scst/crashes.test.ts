import t from 'tap'
import { machine } from '../../support/scst-model/configs.ts'
import { HEAD, LIBRARY, ManagedMachine, TARGET } from '../../support/scst-model/setting.ts'
import { ROOT } from '../../support/scst-model/state.ts'

/** What is changed, on a machine that exports its library and a disk. */
const CHANGES: [string, object][] = [
  ['scst_export_library', { ...LIBRARY, target: 'iqn.t:second' }],
  ['scst_vdisk_change', { device: 'disk1', attributes: { blocksize: '4096' } }],
  ['scst_target_delete', { target: TARGET }],
  ['scst_passthrough_delete', { device: '3:0:2:0', with_luns: true }],
  ['scst_group_delete', { target: TARGET, group: 'library' }],
  ['scst_apply', { config: `${HEAD}TARGET_DRIVER iscsi {\n\tTARGET iqn.t:only {\n\t}\n}\n` }],
]

const CONFIG = `${HEAD}HANDLER dev_changer {
	DEVICE 3:0:0:0
}
HANDLER dev_tape {
	DEVICE 3:0:1:0
	DEVICE 3:0:2:0
}
HANDLER vdisk_nullio {
	DEVICE disk1 {
		size 1048576
	}
}
TARGET_DRIVER iscsi {
	TARGET iqn.t:disks {
		enabled 1
		LUN 0 disk1
	}
	TARGET ${TARGET} {
		enabled 1
		GROUP library {
			LUN 0 3:0:0:0
			LUN 1 3:0:1:0
			LUN 2 3:0:2:0
			INITIATOR iqn.i:backup1
		}
	}
}
`

/** The machine, and the step of a change of it. */
async function changing([kind, params]: [string, object]) {
  const managed = new ManagedMachine(machine(), CONFIG)
  await managed.run('scst_apply')
  managed.model.written.length = 0
  return { managed, steps: await managed.plan(kind, params), kind }
}

/** Carries a change out and crashes at a write, which is done or not. */
async function crashing(change: [string, object], at: number, isDone: boolean) {
  const given = await changing(change)
  const { model } = given.managed
  model.mishap = (_, count) => (count === at ? { kind: 'crashes', done: isDone } : null)
  await given.managed.carryOut(given.kind, given.steps).catch(() => null)
  model.restart()
  model.written.length = 0
  return given
}

async function writesOf(change: [string, object]): Promise<string[]> {
  const { managed, steps, kind } = await changing(change)
  await managed.carryOut(kind, steps)
  return managed.model.written
}

t.test('after a crash at any write what is left of the plan is done', async (t) => {
  let crashes = 0
  for (const change of CHANGES) {
    const writes = await writesOf(change)
    for (const at of writes.keys()) {
      const done = at % 2 === 0 ? at : at + 1
      const { managed, kind, steps } = await crashing(change, at + 1, done > at)
      const said = await managed.lookAt(kind, steps)
      t.match(said, new RegExp(`^${done} of ${writes.length} planned writes are done`), kind)
      const log = await managed.carryOut(kind, steps)
      t.strictSame(managed.model.written, writes.slice(done), kind)
      t.strictSame(await managed.differences(), [], kind)
      if (done > 0) t.match(log[0], said)
      crashes += 1
    }
  }
  t.ok(crashes > 30, `${crashes} crashes`)
})

t.test('what fails after a crash leaves SCST and the file as they were before it', async (t) => {
  for (const change of CHANGES) {
    const writes = await writesOf(change)
    for (const at of writes.keys()) {
      // All was done before the crash.
      if (at === writes.length - 1) continue
      const { managed, kind, steps } = await crashing(change, at + 1, true)
      managed.model.mishap = (_, count) => (count === 1 ? { kind: 'fails', errno: 'EIO' } : null)
      await t.rejects(managed.carryOut(kind, steps), {
        message: /EIO; what was done is undone: SCST is as it was$/,
      })
      t.equal(managed.file, CONFIG, kind)
      t.strictSame(await managed.differences(), [], kind)
    }
  }
})

t.test('after a crash nobody is cut off who has logged in meanwhile', async (t) => {
  const change: [string, object] = ['scst_group_delete', { target: TARGET, group: 'library' }]
  const { managed, kind, steps } = await crashing(change, 2, false)
  managed.model.state.login(`${ROOT}/targets/iscsi/${TARGET}`, 'iqn.i:backup1')
  const wanted = managed.file
  await t.rejects(managed.carryOut(kind, steps), {
    ...{ code: 'ERR_SCST_APPLY' },
    message:
      /^it is in use, and force was not said: iqn.i:backup1 is logged in and would lose something: .*; 1 of 5 planned writes are done; the next one is: Remove LUN 1 .* Nothing was undone\.$/,
  })
  t.strictSame(managed.model.written, [])
  t.equal(managed.file, wanted, 'which says what is half done to the end')
})

t.test(
  'a file that was changed after a crash is left alone, and how far it came is told',
  async (t) => {
    const change: [string, object] = ['scst_target_delete', { target: TARGET }]
    const { managed, kind, steps } = await crashing(change, 3, false)
    managed.file += '# by hand\n'
    await t.rejects(managed.carryOut(kind, steps), {
      message:
        /^scst\.conf was changed since this was planned: plan it again; 2 of 6 planned writes/,
    })
    t.strictSame(managed.model.written, [])
  },
)
