import { posix } from 'node:path'
import t from 'tap'
import { readRunningScst } from '../../src/collectors/scst-running.ts'
import { parseScstConfig, type ScstConfig } from '../../src/scst/config.ts'
import { planScst } from '../../src/scst/plan/plan.ts'
import { textOf } from '../../src/scst/plan/step.ts'
import { scstEvidence } from '../support/recorded-scst.ts'
import { ScstModel } from '../support/scst-model/model.ts'
import { ROOT } from '../support/scst-model/state.ts'
import { errnoOf } from '../support/scst-model/said.ts'

const MEGABYTE = 1024 * 1024

/** What that machine has to export. */
const MACHINE = {
  scsi: { '13:1:0:0': 8, '13:1:1:0': 1, '13:1:2:0': 1, '13:0:9:0': 1, '0:0:3:0': 0 },
  files: {
    ...Object.fromEntries(
      ['lun0', 'esx0', 'ro'].map((name) => [`/srv/luns/${name}.img`, 64 * MEGABYTE]),
    ),
    '/srv/luns/lun1.img': 128 * MEGABYTE,
    '/srv/luns/thin.img': 10_240 * MEGABYTE,
    '/dev/vg_data/lun_block': 512 * MEGABYTE,
    '/dev/vg_data/lun_thin': 4096 * MEGABYTE,
    '/dev/sdg': 1024 * MEGABYTE,
  },
}

/** The configuration of a recording but for what the model does not have: CD-ROMs of SCST, and its copy manager. */
function configOf(recording: string): ScstConfig {
  const config = parseScstConfig(scstEvidence(recording).configFile)
  return {
    ...config,
    handlers: config.handlers.filter(({ name }) => name !== 'vcdrom'),
    drivers: config.drivers
      .filter(({ name }) => name !== 'copy_manager')
      .map((driver) => ({
        ...driver,
        targets: driver.targets.map((target) => ({
          ...target,
          luns: target.luns.filter(({ device }) => device !== 'cd0'),
        })),
      })),
  }
}

async function modelOf(config: ScstConfig): Promise<ScstModel> {
  const model = new ScstModel(MACHINE)
  const { steps } = planScst(await readRunningScst(model.host, config), config)
  for (const step of steps) await model.write(step.path, textOf(step))
  return model
}

t.test('configured the same, the model looks as the recorded machine did', async (t) => {
  const { tree } = scstEvidence('01-steady')
  const model = await modelOf(configOf('01-steady'))
  const places = [
    ...['backup_lun0', 'backup_lun1', 'archive_ro', 'esx_ds0', 'raw_disk', 'lv_block', 'null0'],
    ...['13:1:0:0', '13:1:1:0', '13:0:9:0'],
  ].map((name) => `devices/${name}`)
  const targets = ['disk1', 'vtl1', 'spare'].map(
    (name) => `targets/iscsi/iqn.2026-01.org.example:${name}`,
  )
  const groups = ['esx_hosts', 'linux_hosts'].map(
    (name) => `${targets[0] ?? ''}/ini_groups/${name}`,
  )
  const below = [
    ...targets.flatMap((target) => [`${target}/ini_groups`, `${target}/luns/0`]),
    ...groups.flatMap((group) => [
      group,
      `${group}/luns`,
      `${group}/luns/0`,
      `${group}/initiators`,
    ]),
    `${targets[0] ?? ''}/luns`,
    `${targets[1] ?? ''}/luns`,
    ...['vdisk_fileio', 'vdisk_blockio', 'vdisk_nullio', 'dev_tape', 'dev_changer'].map(
      (name) => `handlers/${name}`,
    ),
    'device_groups',
  ]
  for (const place of [...places, ...targets, ...below]) {
    // The recorded target had a CD-ROM of SCST.
    if (place === `${targets[2] ?? ''}/luns/0`) continue
    const recorded = tree.get(place)
    const names = (recorded?.dir ?? []).filter((name) => name !== 'trace_level')
    t.ok(names.length > 0, `${place} was recorded`)
    t.strictSame(model.state.tree.names(`${ROOT}/${place}`), [...names].sort(), place)
    for (const name of names) {
      const line = tree.get(`${place}/${name}`)
      const entry = model.state.tree.at(`${ROOT}/${place}/${name}`, { follow: false })
      if (line === undefined || line.dir !== undefined || name === 'scsi_device') continue
      if (entry?.kind === 'link') {
        t.equal(posix.relative(`${ROOT}/${place}`, entry.to), line.link, `${place}/${name}`)
      } else if (line.error === undefined && !OWN.test(name)) {
        const found = entry?.kind === 'file' ? [entry.text, modeText(entry.mode)] : null
        t.strictSame(found, [line.content, line.mode], `${place}/${name}`)
      }
    }
  }
})

/** What tells one machine, or one moment, from another. */
const OWN = /^(?:usn|t10_dev_id|vend_specific_id|tid|size_mb)$|_count(?:_kb)?$/

function modeText(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}

t.test('it answers as the kernel does', async (t) => {
  const model = await modelOf(configOf('01-steady'))
  const disk1 = 'targets/iscsi/iqn.2026-01.org.example:disk1'
  model.state.login(`${ROOT}/${disk1}`, 'iqn.1998-01.com.vmware:esx01')
  for (const [path, text, errno] of [
    ['handlers/vdisk_fileio/mgmt', 'add_device backup_lun0 filename=/srv/luns/lun0.img', 'EEXIST'],
    ['handlers/vdisk_fileio/mgmt', 'add_device new filename=/nowhere', 'ENOENT'],
    ['handlers/vdisk_fileio/mgmt', 'add_device new', 'EINVAL'],
    ['handlers/vdisk_nullio/mgmt', 'add_device new colour=red', 'EINVAL'],
    ['handlers/vdisk_nullio/mgmt', 'del_device new', 'EINVAL'],
    ['handlers/dev_tape/mgmt', 'add_device 13:1:0:0', 'EINVAL'],
    ['handlers/dev_tape/mgmt', 'add_device 9:9:9:9', 'EINVAL'],
    ['handlers/dev_gone/mgmt', 'add_device 9:9:9:9', 'ENOENT'],
    ['targets/iscsi/mgmt', 'add_target iqn.2026-01.org.example:disk1', 'EEXIST'],
    ['targets/iscsi/mgmt', 'del_target iqn.2026-01.org.example:disk1', 'EBUSY'],
    ['targets/iscsi/mgmt', 'del_target iqn.none', 'ENOENT'],
    [`${disk1}/ini_groups/mgmt`, 'create esx_hosts', 'EEXIST'],
    [`${disk1}/ini_groups/mgmt`, 'del esx_hosts', 'EBUSY'],
    [`${disk1}/ini_groups/mgmt`, 'del nobody', 'EINVAL'],
    [`${disk1}/luns/mgmt`, 'add backup_lun0 0', 'EEXIST'],
    [`${disk1}/luns/mgmt`, 'add nothing 9', 'EINVAL'],
    [`${disk1}/luns/mgmt`, 'del 9', 'EINVAL'],
    [`${disk1}/rel_tgt_id`, '2', 'EBADSLT'],
    [`${disk1}/luns/0/read_only`, '1', 'EACCES'],
    [`${disk1}/nothing`, '1', 'ENOENT'],
    ['device_groups/mgmt', 'del dg1', 'EINVAL'],
  ] as const) {
    t.equal(await errnoOf(model.write(`${ROOT}/${path}`, text)), errno, `${path} < ${text}`)
  }
  t.equal(
    await errnoOf(model.write(`${ROOT}/handlers/vdisk_nullio/mgmt`, 'del_device null0')),
    null,
  )
  const luns = `${ROOT}/${disk1}/ini_groups/esx_hosts/luns`
  t.strictSame(model.state.tree.names(luns), ['0', '1', 'mgmt'], 'its LUN 7 went with it')
})

t.test('what takes long is answered with EAGAIN, and its result later', async (t) => {
  const model = new ScstModel(MACHINE)
  model.late = 2
  const written = model.write(`${ROOT}/handlers/vdisk_nullio/mgmt`, 'del_device gone')
  t.equal(await errnoOf(written), 'EAGAIN')
  const result = () => model.read(`${ROOT}/last_sysfs_mgmt_res`)
  t.equal(await errnoOf(result()), 'EAGAIN')
  t.equal(await errnoOf(result()), 'EAGAIN')
  t.equal(await result(), '-22\n')
})
